/**
 * Lists of content within a byte budget: the beginning and the end stay, and a marker counts the omitted items between.
 */
import { utf8Length } from '../../runtime/platform.ts';
import { contentBytes, cutPart, type Json, type JsonObject } from './truncation.ts';

/** A value with its JSON. The JSON is made once and used for the size, for the attribute and inside the JSON of the parent. */
export interface JsonPiece {
  readonly value: Json;
  readonly json: string;
  readonly bytes: number;
  /** Was shortened because the whole list is over budget (not because the part alone was over budget). */
  readonly cutByList: boolean;
}

/** A list with items made one by one: an item beyond the budget costs no work. */
export interface Items {
  readonly count: number;
  /** Number of items at the beginning with precedence over all later items. */
  readonly keepFirst: number;
  /** Item `index` in at most `room` bytes; `null` if the item is left out on purpose, `undefined` if the item does not fit. */
  make(index: number, room: number): JsonPiece | null | undefined;
  /** The marker in place of `omitted` items. */
  marker(omitted: number): JsonObject;
}

/** Bytes kept free for a marker. */
const MARKER_BYTES = 128;

/** `type` of the marker part in place of omitted content. */
export const OMITTED = 'llm_otel.omitted';

/** Makes the JSON of a value. */
export function jsonPiece(value: Json, cutByList = false): JsonPiece {
  const json = JSON.stringify(value);
  return { value, json, bytes: utf8Length(json), cutByList };
}

/** Items of a list as one JSON array of at most `budget` bytes; `undefined` if not even a marker fits. */
export function fitList(items: Items, budget: number): JsonPiece | undefined {
  if (budget < MARKER_BYTES) return undefined;
  const front: JsonPiece[] = [];
  const back: JsonPiece[] = [];
  let left = budget - 2;
  let cutByList = false;
  const addTo = (list: JsonPiece[], item: JsonPiece | null): void => {
    if (item === null) return;
    list.push(item);
    left -= item.bytes + 1;
    cutByList ||= item.cutByList;
  };

  let first = 0;
  for (; first < Math.min(items.keepFirst, items.count); first++) {
    // Half of the remaining room is kept for the following items, if items follow.
    const room = first === items.count - 1 ? left : Math.floor((left - MARKER_BYTES) / 2);
    const item = items.make(first, room - 1);
    if (item === undefined) break;
    addTo(front, item);
  }
  let last = items.count - 1;
  for (; last >= first; last--) {
    const item = items.make(last, (last === first ? left : left - MARKER_BYTES) - 1);
    if (item === undefined) break;
    // Only the very last item may be recorded in part.
    if (item?.cutByList && last < items.count - 1) break;
    addTo(back, item);
  }
  const omitted = last - first + 1;
  const pieces = [...front, ...(omitted > 0 ? [jsonPiece(items.marker(omitted), true)] : []), ...back.reverse()];
  return joinPieces(pieces, cutByList || omitted > 0);
}

function joinPieces(pieces: readonly JsonPiece[], cutByList: boolean): JsonPiece {
  const json = `[${pieces.map((piece) => piece.json).join(',')}]`;
  return { value: pieces.map((piece) => piece.value), json, bytes: utf8Length(json), cutByList };
}

/** One part in at most `room` bytes of JSON. */
export function fitPart(part: JsonObject, room: number): JsonPiece | undefined {
  const whole = jsonPiece(part);
  if (whole.bytes <= room) return whole;
  if (room < MARKER_BYTES) return undefined;
  if (part.type === 'blob' && typeof part.content === 'string' && part.content !== '')
    return fitPart({ ...part, content: '', byte_length: Math.floor((part.content.length * 3) / 4) }, room);
  // Escapes make JSON longer than the text, by an amount known only after `JSON.stringify`.
  let budget = Math.floor((contentBytes(part) * room * 0.9) / whole.bytes) - MARKER_BYTES;
  for (let tries = 0; tries < 4 && budget > 0; tries++, budget = Math.floor(budget / 3)) {
    const cut = jsonPiece(cutPart(part, budget), true);
    if (cut.bytes <= room) return cut;
  }
  return undefined;
}
