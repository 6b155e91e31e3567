import { utf8Length } from '../../runtime/platform.ts';
/**
 * Cutting text and JSON-like values to a byte budget, in a way that leaves them well formed.
 */

/** What JSON can say. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** An object of what JSON can say. */
export interface JsonObject {
  [key: string]: Json;
}

/**
 * Characters kept beyond a part's byte budget until redaction is done, then dropped: a secret that stands across the
 * budget is seen whole, and one that stands across this second border never shows.
 */
export const REDACTION_MARGIN = 4096;

/** Bytes counted for a number, a boolean, a null or a bracket: a bound on the size of values without text. */
const NODE_BYTES = 8;

/** Fields that name and measure a part and are not its content. */
const LABELS: ReadonlySet<string> = new Set(
  ['type', 'id', 'name', 'mime_type', 'modality', 'file_id', 'filename', 'byte_length', 'truncated', 'original_bytes'], // biome-ignore format: one list
);
const LONGEST_LABEL = 256;

/** Size of `text` in UTF-8. */
export function utf8Bytes(text: string): number {
  return utf8Length(text);
}

/** The longest beginning of `text` that takes at most `bytes` in UTF-8; no code point is split. */
export function cutText(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || utf8Bytes(text) <= bytes) return text;
  let used = 0;
  let at = 0;
  while (at < text.length) {
    const point = text.codePointAt(at) ?? 0;
    used += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (used > bytes) break;
    at += point < 0x10000 ? 1 : 2;
  }
  return text.slice(0, at);
}

/** `text` with every lone surrogate replaced: some backends refuse whole documents for one `\ud800`. */
export function wellFormed(text: string): string {
  return text.toWellFormed();
}

/** Bytes of text (keys included) in `value`, and a constant for everything else. */
export function weigh(value: Json): number {
  if (typeof value === 'string') return utf8Bytes(value);
  if (typeof value !== 'object' || value === null) return NODE_BYTES;
  let sum = NODE_BYTES;
  if (Array.isArray(value)) for (const item of value) sum += weigh(item);
  else for (const [key, item] of Object.entries(value)) sum += utf8Bytes(key) + weigh(item);
  return sum;
}

/**
 * `part` with at most `budget` bytes of content. What is cut keeps its structure (long strings lose their end, lists and
 * objects their last entries) and is marked with `truncated: true` and `original_bytes`.
 * `already` is what was cut from it before.
 */
export function cutPart(part: JsonObject, budget: number, already = 0): JsonObject {
  let size = already;
  for (const [key, value] of Object.entries(part)) if (!isLabel(key, value)) size += weigh(value);
  if (already === 0 && size <= budget) return part;
  const out: JsonObject = {};
  const room = { left: budget };
  for (const [key, value] of Object.entries(part)) out[key] = isLabel(key, value) ? value : cutValue(value, room);
  const known = typeof part.original_bytes === 'number' ? part.original_bytes : 0;
  return { ...out, truncated: true, original_bytes: Math.max(known, size) };
}

function isLabel(key: string, value: Json): boolean {
  return LABELS.has(key) && (typeof value !== 'string' || value.length <= LONGEST_LABEL);
}

function cutValue(value: Json, room: { left: number }): Json {
  if (typeof value === 'string') {
    const kept = cutText(value, Math.max(0, room.left));
    room.left -= utf8Bytes(kept);
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
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    room.left -= utf8Bytes(key);
    if (room.left <= 0) break;
    out[key] = cutValue(item, room);
  }
  return out;
}

/** Text that grows by deltas and keeps no more than a part can record, however long the stream. */
export class BoundedText {
  #text = '';
  #dropped = 0;
  readonly #limit: number;

  /** `partBytes`: the byte budget of one part, `contentMaxPartBytes`. */
  constructor(partBytes: number) {
    this.#limit = partBytes + REDACTION_MARGIN;
  }

  /** Appends `delta`; nothing but a string counts. */
  add(delta: unknown): void {
    if (typeof delta !== 'string' || delta === '') return;
    const room = this.#limit - this.#text.length;
    if (delta.length <= room) this.#text += delta;
    else {
      this.#text += delta.slice(0, Math.max(0, room));
      this.#dropped += utf8Bytes(room > 0 ? delta.slice(room) : delta);
    }
  }

  /** What was kept. */
  get text(): string {
    return this.#text;
  }

  /** Fields that mark a part whose text was cut here; none if nothing was. */
  get marks(): { truncated?: true; original_bytes?: number } {
    if (this.#dropped === 0) return {};
    return { truncated: true, original_bytes: utf8Bytes(this.#text) + this.#dropped };
  }
}
