/**
 * Lists of content within a byte budget: the beginning and the end stay, what does not fit between them is counted.
 */
import { cutPart, type Json, type JsonObject, utf8Bytes, weigh } from './truncation.ts';

/** A value with its JSON, made once and used for the size, for the attribute and inside the JSON of what holds it. */
export interface Piece {
  readonly value: Json;
  readonly json: string;
  readonly bytes: number;
  /** It lost something because the list is full, beyond what the budget of a single part took. */
  readonly cutByList: boolean;
}

/** A list that does its work item by item, so that nothing is spent on items that will not fit. */
export interface Items {
  readonly count: number;
  /** How many at the beginning are kept before anything else. */
  readonly head: number;
  /** Item `index` in at most `room` bytes; `null` if it is left out on purpose, `undefined` if it does not fit. */
  make(index: number, room: number): Piece | null | undefined;
  /** What stands for `omitted` items. */
  marker(omitted: number): JsonObject;
}

/** Room kept free for a marker. */
const MARKER_BYTES = 128;

/** `type` of the part that stands for content left out. */
export const OMITTED = 'llm_otel.omitted';

/** A value and its JSON. */
export function jsonPiece(value: Json, squeezed = false): Piece {
  const json = JSON.stringify(value);
  return { value, json, bytes: utf8Bytes(json), cutByList: squeezed };
}

/** Items of a list as one JSON array of at most `budget` bytes; `undefined` if not even a marker fits. */
export function fitList(items: Items, budget: number): Piece | undefined {
  if (budget < MARKER_BYTES) return undefined;
  const front: Piece[] = [];
  const back: Piece[] = [];
  let left = budget - 2;
  let squeezed = false;
  const take = (list: Piece[], made: Piece | null): void => {
    if (made === null) return;
    list.push(made);
    left -= made.bytes + 1;
    squeezed ||= made.cutByList;
  };

  let first = 0;
  for (; first < Math.min(items.head, items.count); first++) {
    // Half of what is left goes to what follows, unless this is all.
    const room = first === items.count - 1 ? left : Math.floor((left - MARKER_BYTES) / 2);
    const made = items.make(first, room - 1);
    if (made === undefined) break;
    take(front, made);
  }
  let last = items.count - 1;
  for (; last >= first; last--) {
    const made = items.make(last, (last === first ? left : left - MARKER_BYTES) - 1);
    if (made === undefined) break;
    // Only the very last item is worth having in part.
    if (made?.cutByList && last < items.count - 1) break;
    take(back, made);
  }
  const omitted = last - first + 1;
  const pieces = [...front, ...(omitted > 0 ? [jsonPiece(items.marker(omitted), true)] : []), ...back.reverse()];
  return joined(pieces, squeezed || omitted > 0);
}

function joined(pieces: readonly Piece[], squeezed: boolean): Piece {
  const json = `[${pieces.map((p) => p.json).join(',')}]`;
  return { value: pieces.map((p) => p.value), json, bytes: utf8Bytes(json), cutByList: squeezed };
}

/** One part in at most `room` bytes of JSON. */
export function fitPart(part: JsonObject, room: number): Piece | undefined {
  const whole = jsonPiece(part);
  if (whole.bytes <= room) return whole;
  if (room < MARKER_BYTES) return undefined;
  if (part.type === 'blob' && typeof part.content === 'string' && part.content !== '')
    return fitPart({ ...part, content: '', byte_length: Math.floor((part.content.length * 3) / 4) }, room);
  // Escapes make JSON longer than its text, by how much is known only afterwards.
  let budget = Math.floor((weigh(part) * room * 0.9) / whole.bytes) - MARKER_BYTES;
  for (let tries = 0; tries < 4 && budget > 0; tries++, budget = Math.floor(budget / 3)) {
    const cut = jsonPiece(cutPart(part, budget), true);
    if (cut.bytes <= room) return cut;
  }
  return undefined;
}
