/** Bounds of names and ids that a provider sends: some backends refuse a whole batch for a long or malformed text. */

/** Most characters of a name: a model, a tier, a finish reason. */
export const MAX_NAME_LENGTH = 256;
/** Most characters of an id. */
export const MAX_ID_LENGTH = 1024;
const CUT = '...';

/** `text` as well-formed Unicode with at most `length` characters, the `...` of a cut included. */
export function boundedName(text: string, length: number = MAX_NAME_LENGTH): string {
  if (text.length <= length) return text.isWellFormed() ? text : text.toWellFormed();
  const kept = text.slice(0, length - CUT.length);
  // No half of a pair at the cut.
  const last = kept.charCodeAt(kept.length - 1);
  return (last >= 0xd800 && last <= 0xdbff ? kept.slice(0, -1) : kept).toWellFormed() + CUT;
}

/** An id as an attribute. Links and look-ups use the whole id. */
export const boundedId = (id: string): string => boundedName(id, MAX_ID_LENGTH);
