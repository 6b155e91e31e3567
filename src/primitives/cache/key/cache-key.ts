import { createHmac, hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** What makes the keys of a cache. */
export interface KeyOptions {
  readonly namespace: string;
  readonly version: string;
  readonly keySecret: string | Uint8Array | undefined;
}

/** Format of entries: another format has other keys, so that a new version of this package finds no entry of an old version. */
const FORMAT = 1;

/**
 * The key of `value`: `{namespace}:1:{64 hex digits}`. `scope` holds everything else that tells two calls apart, for example
 * the values of `varyBy`. Throws like {@link canonicalJson}.
 */
export function cacheKey(value: unknown, scope: readonly unknown[], options: KeyOptions): string {
  const { namespace, version, keySecret } = options;
  const text = canonicalJson([namespace, version, scope, value]);
  const digest =
    keySecret === undefined ? hash('sha256', text, 'hex') : createHmac('sha256', keySecret).update(text).digest('hex');
  return `${namespace}:${FORMAT}:${digest}`;
}
