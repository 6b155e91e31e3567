/**
 * Cuts text and JSON-like values to a byte budget and leaves the values well formed.
 */

import { MAX_ID_LENGTH, MAX_NAME_LENGTH } from '../../runtime/bounded-name.ts';
import { utf8Length } from '../../runtime/platform.ts';

/** A JSON value. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/**
 * Characters kept beyond a part's byte budget until redaction is done, then dropped. Redaction sees a secret across the budget
 * as a whole; a secret across the end of the margin is dropped with the margin.
 */
export const REDACTION_MARGIN = 4096;

/** Bytes counted for a number, a boolean, a null or a bracket: bounds the size of values without text. */
const NODE_BYTES = 8;

/** Fields that name or measure a part and hold no content. */
const LABELS: ReadonlySet<string> = new Set(
  ['type', 'id', 'name', 'mime_type', 'modality', 'file_id', 'filename', 'byte_length', 'truncated', 'original_bytes'], // biome-ignore format: one list
);

/** The longest beginning of `text` with at most `bytes` in UTF-8; no code point is split. */
export function cutText(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || utf8Length(text) <= bytes) return text;
  let used = 0;
  let index = 0;
  while (index < text.length) {
    const point = text.codePointAt(index) ?? 0;
    used += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (used > bytes) break;
    index += point < 0x10000 ? 1 : 2;
  }
  return text.slice(0, index);
}

/** Bytes of text (keys included) in `value`, and a constant for each value without text. */
export function contentBytes(value: Json): number {
  if (typeof value === 'string') return utf8Length(value);
  if (typeof value !== 'object' || value === null) return NODE_BYTES;
  let sum = NODE_BYTES;
  if (Array.isArray(value)) for (const item of value) sum += contentBytes(item);
  else for (const [key, item] of Object.entries(value)) sum += utf8Length(key) + contentBytes(item);
  return sum;
}

/**
 * `part` with at most `budget` bytes of content. A cut part keeps its structure (long strings lose their end, lists and
 * objects their last entries) and is marked with `truncated: true` and `original_bytes`.
 * `alreadyCut`: bytes that were cut from the part before.
 */
export function cutPart(part: JsonObject, budget: number, alreadyCut = 0): JsonObject {
  let size = alreadyCut;
  for (const [key, value] of Object.entries(part)) if (!isLabel(key, value)) size += contentBytes(value);
  if (alreadyCut === 0 && size <= budget) return part;
  const cut: JsonObject = {};
  const room = { left: budget };
  for (const [key, value] of Object.entries(part)) cut[key] = isLabel(key, value) ? value : cutValue(value, room);
  const originalBytes = typeof part.original_bytes === 'number' ? part.original_bytes : 0;
  return { ...cut, truncated: true, original_bytes: Math.max(originalBytes, size) };
}

function isLabel(key: string, value: Json): boolean {
  const most = key === 'id' || key === 'file_id' ? MAX_ID_LENGTH : MAX_NAME_LENGTH;
  return LABELS.has(key) && (typeof value !== 'string' || value.length <= most);
}

function cutValue(value: Json, room: { left: number }): Json {
  if (typeof value === 'string') {
    const kept = cutText(value, Math.max(0, room.left));
    room.left -= utf8Length(kept);
    return kept;
  }
  room.left -= NODE_BYTES;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const list: Json[] = [];
    for (const item of value) {
      if (room.left <= 0) break;
      list.push(cutValue(item, room));
    }
    return list;
  }
  const object: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    room.left -= utf8Length(key);
    if (room.left <= 0) break;
    object[key] = cutValue(item, room);
  }
  return object;
}

/** Text that grows by deltas and keeps no more than one part can record, no matter how long the stream is. */
export class BoundedText {
  #text = '';
  #dropped = 0;
  readonly #limit: number;

  /** `partBytes`: the byte budget of one part, `contentMaxPartBytes`. */
  constructor(partBytes: number) {
    this.#limit = partBytes + REDACTION_MARGIN;
  }

  /** Appends `delta` if `delta` is a string. */
  add(delta: unknown): void {
    if (typeof delta !== 'string' || delta === '') return;
    const room = this.#limit - this.#text.length;
    if (delta.length <= room) this.#text += delta;
    else {
      this.#text += delta.slice(0, Math.max(0, room));
      this.#dropped += utf8Length(room > 0 ? delta.slice(room) : delta);
    }
  }

  /** The kept text. */
  get text(): string {
    return this.#text;
  }

  /** Marks of a part with a cut text; empty if no text was cut. */
  get marks(): { truncated?: true; original_bytes?: number } {
    if (this.#dropped === 0) return {};
    return { truncated: true, original_bytes: utf8Length(this.#text) + this.#dropped };
  }
}
