/**
 * The text of an entry: `{codecs}:{check}:{body}`. The body is JSON, or base64 after codecs. The check is a hash over the key,
 * the codecs and the body: an entry that was cut, changed, or copied to another key is found out. With the option `keySecret`
 * the check needs the secret.
 */
import { createHmac, hash } from 'node:crypto';
import type { Codec } from '../cache-options.ts';

/** How entries are written and read. */
export interface EntryTextOptions {
  readonly codecs: readonly Codec[];
  readonly keySecret: string | Uint8Array | undefined;
}

/** Characters of the hash in an entry: 128 bits. */
const CHECK_LENGTH = 32;

/** An entry cannot be read: cut, changed, foreign, or written with other codecs. */
export class CorruptEntryError extends Error {
  override readonly name = 'CorruptEntryError';
}

/** The text of `json` for the store. Throws, or rejects with, the errors of the codecs. */
export function writeEntryText(key: string, json: string, options: EntryTextOptions): string | Promise<string> {
  const { codecs } = options;
  if (codecs.length === 0) return joinParts(key, json, options);
  return encodeBytes(json, codecs).then((body) => joinParts(key, body, options));
}

/** The JSON of an entry. Throws, or rejects with, {@link CorruptEntryError} or the errors of the codecs. */
export function readEntryText(key: string, text: string, options: EntryTextOptions): string | Promise<string> {
  const names = namesOf(options.codecs);
  const bodyStart = names.length + 1 + CHECK_LENGTH + 1;
  const body = text.slice(bodyStart);
  if (!text.startsWith(`${names}:`) || text.slice(names.length + 1, bodyStart) !== `${checkOf(key, body, options)}:`)
    throw new CorruptEntryError('an entry that this cache has not written');
  return options.codecs.length === 0 ? body : decodeBytes(body, options.codecs);
}

const namesOf = (codecs: readonly Codec[]): string => codecs.map(({ name }) => name).join('+');

const joinParts = (key: string, body: string, options: EntryTextOptions): string =>
  `${namesOf(options.codecs)}:${checkOf(key, body, options)}:${body}`;

function checkOf(key: string, body: string, { codecs, keySecret }: EntryTextOptions): string {
  const text = `${key}\n${namesOf(codecs)}\n${body}`;
  const digest =
    keySecret === undefined ? hash('sha256', text, 'hex') : createHmac('sha256', keySecret).update(text).digest('hex');
  return digest.slice(0, CHECK_LENGTH);
}

async function encodeBytes(json: string, codecs: readonly Codec[]): Promise<string> {
  let bytes: Uint8Array = Buffer.from(json);
  for (const codec of codecs) bytes = await codec.encode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

async function decodeBytes(body: string, codecs: readonly Codec[]): Promise<string> {
  let bytes: Uint8Array = Buffer.from(body, 'base64');
  for (const codec of codecs.toReversed()) bytes = await codec.decode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
