/**
 * Plain JSON copies of values that belong to the application: nothing is mutated, consumed or waited for, and nothing
 * they do (getters that throw, cycles, proxies) gets out.
 */

import { redactText } from '../../redaction/redact-text.ts';
import { decodedBytes, isBareBase64, stripDataUrls } from './media.ts';
import { type Json, type JsonObject, REDACTION_MARGIN, utf8Bytes, wellFormed } from './truncation.ts';

/** Deeper values are replaced by a marker: every backend's JSON parser has a limit, the lowest seen is 128. */
const MAX_DEPTH = 64;
/** Entries copied of one part: bounds the work for a huge list of numbers. */
const MAX_ENTRIES = 20_000;

const UNREADABLE = '[unreadable]';

/** How texts are treated on the way. */
export interface CopyOptions {
  readonly redact: boolean;
  readonly keepMedia: boolean;
  /** Characters of one text that can be recorded; what is far beyond is dropped before it is searched for secrets. */
  readonly longest: number;
  /** The part was already cut where it came from, so the end of its text may be half a secret. */
  readonly cutBefore: boolean;
}

/** Copies values of one part and counts what it left out. */
export class PlainCopy {
  /** Bytes (entries: 8 each) that were not copied. */
  dropped = 0;
  #entries = 0;
  readonly #path: object[] = [];
  readonly #options: CopyOptions;

  constructor(options: CopyOptions) {
    this.#options = options;
  }

  /** A text as it may be recorded; `prose` is not taken for base64. */
  text(value: string, prose = false): string {
    const { redact, keepMedia, longest, cutBefore } = this.#options;
    let out = value;
    if (!keepMedia) {
      if (!prose && isBareBase64(value)) return `[base64, ${decodedBytes(value)} bytes removed]`;
      out = stripDataUrls(value);
    }
    const beyond = out.length > longest + REDACTION_MARGIN;
    if (beyond) {
      const kept = out.slice(0, longest + REDACTION_MARGIN);
      this.dropped += utf8Bytes(out) - utf8Bytes(kept);
      out = kept;
    }
    const atMargin = beyond || (cutBefore && out.length > REDACTION_MARGIN);
    if (redact) out = redactText(out);
    if (atMargin) {
      const kept = out.slice(0, -REDACTION_MARGIN);
      this.dropped += utf8Bytes(out) - utf8Bytes(kept);
      out = kept;
    }
    return wellFormed(out);
  }

  /** Any value; `undefined` for what JSON leaves out of an object (functions, symbols, undefined). */
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

  /** The fields of an object; those of `raw` as they are. */
  fields(source: object, raw?: Readonly<Record<string, Json>>): JsonObject {
    const out: JsonObject = {};
    for (const key of quietly(() => Object.keys(source)) ?? []) {
      if (key === '__proto__') continue;
      if (raw !== undefined && Object.hasOwn(raw, key)) {
        out[key] = raw[key] ?? null;
        continue;
      }
      if (this.#full()) break;
      const read = quietly(() => [(source as Record<string, unknown>)[key]] as const);
      const copy = read === undefined ? UNREADABLE : this.value(read[0]);
      if (copy !== undefined) out[this.#key(key)] = copy;
    }
    return out;
  }

  #key(key: string): string {
    // Shorter than any secret there is a pattern for.
    return key.length < 8 ? wellFormed(key) : this.text(key, true);
  }

  #number(value: number): Json {
    if (!Number.isFinite(value)) return String(value);
    // A card number may be a number.
    if (!this.#options.redact || !Number.isSafeInteger(value) || value < 1e12) return value;
    const text = String(value);
    const redacted = redactText(text);
    return redacted === text ? value : redacted;
  }

  #full(): boolean {
    this.#entries++;
    if (this.#entries <= MAX_ENTRIES) return false;
    this.dropped += 8;
    return true;
  }

  #object(value: object): Json | undefined {
    if (this.#path.includes(value)) return '[circular]';
    if (this.#path.length >= MAX_DEPTH) return '[nested too deeply]';
    const described = quietly(() => ({ words: describe(value) }));
    if (described === undefined) return UNREADABLE;
    if (described.words !== undefined) return described.words;
    this.#path.push(value);
    try {
      const read = quietly(() => [represent(value)] as const);
      if (read === undefined) return UNREADABLE;
      const shown = read[0];
      if (shown === value) return this.#entriesOf(value);
      return typeof shown === 'object' && shown !== null ? this.#entriesOf(shown) : this.value(shown);
    } finally {
      this.#path.pop();
    }
  }

  #entriesOf(value: object): Json {
    if (!Array.isArray(value)) return this.fields(value);
    const list: Json[] = [];
    const length = quietly(() => value.length) ?? 0;
    for (let i = 0; i < length && !this.#full(); i++) {
      const read = quietly(() => [value[i] as unknown] as const);
      list.push(read === undefined ? UNREADABLE : (this.value(read[0]) ?? null));
    }
    return list;
  }
}

/** A few words instead of a value that is binary or can be read only once. */
function describe(value: object): string | undefined {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[binary, ${value.byteLength} bytes]`;
  if (value instanceof Blob) return `[${value.type || 'binary'}, ${value.size} bytes]`;
  if (Array.isArray(value)) return undefined;
  if ('getReader' in value || 'pipe' in value || Symbol.asyncIterator in value) return '[stream]';
  if ('then' in value && typeof value.then === 'function') return '[promise]';
  return undefined;
}

/** What JSON would show of an object, and for the built-in types that it shows nothing of, what they hold. */
function represent(value: object): unknown {
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON();
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (value instanceof Map) return [...value.entries()];
  if (value instanceof Set) return [...value];
  return value;
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
