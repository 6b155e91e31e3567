import { type CipherGCMTypes, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Codec } from '../cache-options.ts';

/** Keys of {@link aesGcm} by id: entries are encrypted with the key `current`, and decrypted with the key that encrypted them. */
export interface RotatingKeys {
  /** Id of the key for new entries. */
  readonly current: string;
  /** Keys of 16, 24 or 32 bytes. */
  readonly keys: Readonly<Record<string, Uint8Array>>;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The length of an id is one byte of the entry. */
const MAX_ID_BYTES = 255;

const CIPHERS = {
  16: 'aes-128-gcm',
  24: 'aes-192-gcm',
  32: 'aes-256-gcm',
} as const satisfies Readonly<Record<number, CipherGCMTypes>>;

/**
 * Encrypts entries with AES-GCM, and finds out about changed entries. With keys by id, a key is replaced without a loss: add
 * the new key as `current`, and take the old key away once the last entry of the old key has expired. Throws a TypeError for
 * keys that cannot be used.
 *
 * @example
 * ```ts
 * aesGcm({ current: '2026-02', keys: { '2026-02': newKey, '2026-01': oldKey } });
 * ```
 */
export function aesGcm(key: Uint8Array | RotatingKeys): Codec {
  const { current, keys } = checkedKeys(key);
  return {
    name: 'aes-gcm',
    encode(bytes) {
      const secret = keys.get(current) as Uint8Array;
      const id = Buffer.from(current);
      const header = Buffer.concat([Buffer.from([id.byteLength]), id]);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(cipherOf(secret), secret, nonce, { authTagLength: TAG_BYTES }).setAAD(header);
      const encrypted = [cipher.update(bytes), cipher.final()];
      return Buffer.concat([header, nonce, cipher.getAuthTag(), ...encrypted]);
    },
    decode(bytes) {
      const headerEnd = 1 + (bytes[0] ?? 0);
      const header = bytes.subarray(0, headerEnd);
      const secret = keys.get(Buffer.from(header.subarray(1)).toString());
      if (secret === undefined) throw new Error('aesGcm: an entry of an unknown key');
      const nonceEnd = headerEnd + NONCE_BYTES;
      const tagEnd = nonceEnd + TAG_BYTES;
      const decipher = createDecipheriv(cipherOf(secret), secret, bytes.subarray(headerEnd, nonceEnd), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(header)
        .setAuthTag(bytes.subarray(nonceEnd, tagEnd));
      return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]);
    },
  };
}

function checkedKeys(key: unknown): { current: string; keys: ReadonlyMap<string, Uint8Array> } {
  if (key instanceof Uint8Array) return { current: '', keys: new Map([['', checkedKey(key)]]) };
  const { current, keys } = (key ?? {}) as Partial<RotatingKeys>;
  if (typeof current !== 'string' || typeof keys !== 'object' || keys === null)
    throw new TypeError('aesGcm: expected a key, or { current, keys }');
  const byId = new Map(Object.entries(keys).map(([id, secret]) => [id, checkedKey(secret)]));
  if (!byId.has(current)) throw new TypeError('aesGcm: keys has no key with the id of current');
  if ([...byId.keys()].some((id) => Buffer.byteLength(id) > MAX_ID_BYTES))
    throw new TypeError(`aesGcm: an id of a key has at most ${MAX_ID_BYTES} bytes`);
  return { current, keys: byId };
}

/** A copy: an application may overwrite its bytes. */
function checkedKey(key: unknown): Uint8Array {
  if (!(key instanceof Uint8Array) || !(key.byteLength in CIPHERS))
    throw new TypeError('aesGcm: a key has to be a Uint8Array of 16, 24 or 32 bytes');
  return Uint8Array.from(key);
}

const cipherOf = (key: Uint8Array): CipherGCMTypes => CIPHERS[key.byteLength as keyof typeof CIPHERS];
