import { promisify } from 'node:util';
import { gzip as deflate, gunzip } from 'node:zlib';
import type { Codec } from '../cache-options.ts';

/** Options of {@link gzip}. */
export interface GzipOptions {
  /** Entries below this size, in bytes, are stored as they are. Default: 1,024. */
  readonly minBytes?: number | undefined;
}

/** First byte of an encoded entry. */
const RAW = 0;
const COMPRESSED = 1;

/** Most bytes of a decoded entry: a store that others can write to could hold an entry that fills the memory. */
const MAX_DECODED_BYTES = 268_435_456;

const compress = promisify(deflate) as (bytes: Uint8Array) => Promise<Uint8Array>;
const decompress = promisify(gunzip) as (bytes: Uint8Array, options: object) => Promise<Uint8Array>;

/**
 * Compresses entries. Comes before {@link aesGcm} in `codecs`: encrypted bytes cannot be compressed. Throws a TypeError or a
 * RangeError for a `minBytes` that is no number from 0.
 *
 * @example
 * ```ts
 * createCache({ store: redis, codecs: [gzip(), aesGcm(key)] });
 * ```
 */
export function gzip({ minBytes = 1024 }: GzipOptions = {}): Codec {
  if (typeof minBytes !== 'number') throw new TypeError('gzip: option minBytes has to be a number');
  if (!(minBytes >= 0)) throw new RangeError('gzip: option minBytes has to be at least 0');
  return {
    name: 'gzip',
    async encode(bytes) {
      return bytes.byteLength < minBytes ? withMark(RAW, bytes) : withMark(COMPRESSED, await compress(bytes));
    },
    async decode(bytes) {
      const rest = bytes.subarray(1);
      if (bytes[0] === RAW) return rest;
      if (bytes[0] !== COMPRESSED) throw new Error('gzip: an entry of an unknown form');
      return decompress(rest, { maxOutputLength: MAX_DECODED_BYTES });
    },
  };
}

function withMark(mark: number, bytes: Uint8Array): Uint8Array {
  const marked = new Uint8Array(bytes.byteLength + 1);
  marked[0] = mark;
  marked.set(bytes, 1);
  return marked;
}
