/** Most levels of maps and lists. */
export const MOST_LEVELS = 64;

/**
 * Whether brackets open too many levels. Looked at before the text is parsed: the parser calls itself for every level.
 * Brackets in quoted texts and comments count too, and 64 of them in a row without an end are no configuration.
 */
export function isNestedTooDeep(text: string): boolean {
  let level = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '[' || character === '{') level++;
    else if (character === ']' || character === '}') level = Math.max(0, level - 1);
    if (level > MOST_LEVELS) return true;
  }
  return false;
}
