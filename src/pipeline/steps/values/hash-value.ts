import type { KeyObject } from 'node:crypto';
import type { Env } from '../../../config/env.ts';
import { readHashKey } from '../../../config/steps/step-variables.ts';
import { warnOnce } from '../../../runtime/log.ts';
import { jsonOf } from './json-of.ts';

type Crypto = typeof import('node:crypto');

/** Hexadecimal digits of a hash. */
const DIGITS = 16;
/** Most texts whose hash is kept, and most characters of such a text: ids of users and sessions come again. */
const MOST_TEXTS = 1000;
const LONGEST = 256;

/**
 * The key where no key is set: one for all steps of a process, so that a value has the same hash in every pipeline and every
 * step, in attributes and in redacted texts.
 */
let randomKey: KeyObject | undefined;

/** Makes the function that hashes texts: `hmac:` and 16 digits of an HMAC-SHA256. */
export function createHash(env: Env): (text: string) => string {
  // Loaded with the first step that hashes.
  const { createHmac, createSecretKey, randomBytes } = require('node:crypto') as Crypto;
  const given = readHashKey(env);
  if (given === undefined)
    warnOnce(
      'LLM_OTEL_HASH_KEY is not set: hashes are made with a random key, so the same value has another hash in every process. Set LLM_OTEL_HASH_KEY to a secret text that all processes share.',
    );
  randomKey ??= createSecretKey(randomBytes(32));
  const key = given === undefined ? randomKey : createSecretKey(Buffer.from(given));
  const known = new Map<string, string>();
  return (text) => {
    let hash = known.get(text);
    if (hash !== undefined) return hash;
    hash = `hmac:${createHmac('sha256', key).update(text).digest('hex').slice(0, DIGITS)}`;
    if (text.length > LONGEST) return hash;
    if (known.size >= MOST_TEXTS) known.clear();
    known.set(text, hash);
    return hash;
  };
}

/** `value` with hashes in place of texts and numbers: each item of a list by itself, a map as its JSON. */
export function hashValue(value: unknown, hash: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => hashValue(item, hash));
  if (typeof value === 'object' && value !== null) return hash(jsonOf(value));
  return value === undefined || value === null ? value : hash(String(value));
}
