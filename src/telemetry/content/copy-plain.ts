/**
 * Plain JSON copies of the application's values. No value is mutated, consumed or awaited. Throwing getters, cycles and
 * proxies cannot break the copy.
 */

import type { Part } from '../../facts/messages.ts';
import { secretFieldKind } from '../../redaction/labelled-secrets.ts';
import { type Detectors, mark, redactText } from '../../redaction/redact-text.ts';
import { utf8Length } from '../../runtime/platform.ts';
import { decodedBytes, isBareBase64, isMediaField, mediaPart, removedMedia, stripMedia } from './media.ts';
import { type Json, type JsonObject, REDACTION_MARGIN } from './truncation.ts';

/** Deeper values are replaced by a marker: every backend's JSON parser has a limit, the lowest seen is 128. */
const MAX_DEPTH = 64;
/** Most copied entries of one part: bounds the work for a huge list of numbers. */
const MAX_ENTRIES = 20_000;

const UNREADABLE = '[unreadable]';

/** How texts are changed while they are copied. */
export interface CopyOptions {
  /** Detectors of secrets; `undefined` for none. */
  readonly redact: Detectors | undefined;
  readonly keepMedia: boolean;
  /** Most characters of one recorded text. Text far beyond the limit is dropped before the search for secrets. */
  readonly maxLength: number;
  /** The part was cut before (by the reader of a stream), so the end of its text may be half of a secret. */
  readonly alreadyCut: boolean;
}

/** Copies the values of one part and counts the omitted bytes. */
export class PlainCopy {
  /** Bytes (entries: 8 each) that were not copied. */
  dropped = 0;
  #entries = 0;
  readonly #path: object[] = [];
  readonly #options: CopyOptions;

  constructor(options: CopyOptions) {
    this.#options = options;
  }

  /** A text, ready for recording. `prose`: the text is never taken for base64. */
  text(value: string, prose = false): string {
    const { redact, keepMedia, maxLength, alreadyCut } = this.#options;
    let result = value;
    if (!keepMedia) {
      if (!prose && isBareBase64(value)) return removedMedia(decodedBytes(value));
      result = stripMedia(value);
    }
    const isTooLong = result.length > maxLength + REDACTION_MARGIN;
    if (isTooLong) result = this.#shorten(result, maxLength + REDACTION_MARGIN);
    const endsInMargin = isTooLong || (alreadyCut && result.length > REDACTION_MARGIN);
    if (redact !== undefined) result = redactText(result, redact);
    if (endsInMargin) result = this.#shorten(result, -REDACTION_MARGIN);
    // Replaces lone surrogates: some backends refuse a whole document for one `\ud800`.
    return result.toWellFormed();
  }

  #shorten(text: string, end: number): string {
    const kept = text.slice(0, end);
    this.dropped += utf8Length(text) - utf8Length(kept);
    return kept;
  }

  /** Any value; `undefined` for functions, symbols and undefined, because JSON leaves out such fields of an object. */
  value(value: unknown, prose = false): Json | undefined {
    switch (typeof value) {
      case 'string':
        return this.text(value, prose);
      case 'number':
        return this.#number(value);
      case 'bigint':
        return this.text(String(value));
      case 'boolean':
        return value;
      case 'object':
        return value === null ? null : this.#object(value);
      default:
        return undefined;
    }
  }

  /** The fields of an object; fields of `raw` are taken from `raw` unchanged. */
  fields(source: object, raw?: Readonly<Record<string, Json>>): JsonObject {
    // All values are read before one is copied: whether a text is media depends on the fields beside the text.
    const values: Record<string, unknown> = Object.create(null);
    for (const key of quietly(() => Object.keys(source)) ?? []) {
      if (raw !== undefined && Object.hasOwn(raw, key)) {
        values[key] = undefined;
        continue;
      }
      if (this.#isFull()) break;
      const read = quietly(() => [(source as Record<string, unknown>)[key]] as const);
      values[key] = read === undefined ? UNREADABLE : read[0];
    }
    const fields: JsonObject = {};
    for (const key of Object.keys(values)) {
      if (key === '__proto__') continue;
      if (raw !== undefined && Object.hasOwn(raw, key)) {
        fields[key] = raw[key] ?? null;
        continue;
      }
      const copy = this.#field(key, values);
      if (copy !== undefined) fields[this.#key(key)] = copy;
    }
    return fields;
  }

  #field(key: string, values: Readonly<Record<string, unknown>>): Json | undefined {
    const { redact, keepMedia } = this.#options;
    const value = values[key];
    if (typeof value !== 'string' || value === '') return this.value(value);
    if (!keepMedia && isMediaField(key, values)) return removedMedia(decodedBytes(value));
    const secret = redact === undefined ? undefined : secretFieldKind(key);
    return secret !== undefined && redact?.has(secret) ? mark(secret, value) : this.value(value);
  }

  #key(key: string): string {
    // Every pattern for secrets needs at least 6 characters, the shortest secret is an e-mail address: `a@b.co`.
    return key.length < 6 ? key.toWellFormed() : this.text(key, true);
  }

  #number(value: number): Json {
    if (!Number.isFinite(value)) return String(value);
    // A card number may be stored as a JavaScript number.
    const { redact } = this.#options;
    if (redact === undefined || !Number.isSafeInteger(value) || value < 1e12) return value;
    const text = String(value);
    const redacted = redactText(text, redact);
    return redacted === text ? value : redacted;
  }

  #isFull(): boolean {
    this.#entries++;
    if (this.#entries <= MAX_ENTRIES) return false;
    this.dropped += 8;
    return true;
  }

  #object(value: object): Json | undefined {
    if (this.#path.includes(value)) return '[circular]';
    if (this.#path.length >= MAX_DEPTH) return '[nested too deeply]';
    const description = quietly(() => ({ text: describe(value) }));
    if (description === undefined) return UNREADABLE;
    if (description.text !== undefined) return description.text;
    this.#path.push(value);
    try {
      const read = quietly(() => [jsonForm(value)] as const);
      if (read === undefined) return UNREADABLE;
      const form = read[0];
      if (form === value) return this.#copyEntries(value);
      return typeof form === 'object' && form !== null ? this.#copyEntries(form) : this.value(form);
    } finally {
      this.#path.pop();
    }
  }

  #copyEntries(value: object): Json {
    if (!Array.isArray(value)) {
      const isBlob = quietly(() => (value as Part).type === 'blob') === true;
      return this.fields(isBlob ? (quietly(() => mediaPart(value as Part, this.#options.keepMedia)) ?? value) : value);
    }
    const list: Json[] = [];
    const length = quietly(() => value.length) ?? 0;
    for (let i = 0; i < length && !this.#isFull(); i++) {
      const read = quietly(() => [value[i] as unknown] as const);
      list.push(read === undefined ? UNREADABLE : (this.value(read[0]) ?? null));
    }
    return list;
  }
}

/** A short description in place of a binary value, a stream or a promise. */
function describe(value: object): string | undefined {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[binary, ${value.byteLength} bytes]`;
  if (value instanceof Blob) return `[${value.type || 'binary'}, ${value.size} bytes]`;
  if (Array.isArray(value)) return undefined;
  if ('getReader' in value || 'pipe' in value || Symbol.asyncIterator in value) return '[stream]';
  if ('then' in value && typeof value.then === 'function') return '[promise]';
  return undefined;
}

/** The value that `JSON.stringify` would write for an object. Errors, maps and sets give their content, because JSON writes `{}`. */
function jsonForm(value: object): unknown {
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON();
  if (value instanceof Error) return { name: value.name, message: value.message };
  // Not through the methods of a subclass.
  if (value instanceof Map) return Array.from(Map.prototype.entries.call(value));
  if (value instanceof Set) return Array.from(Set.prototype.values.call(value));
  return value;
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
