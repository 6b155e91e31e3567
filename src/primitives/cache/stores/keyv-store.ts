import type { CacheStore } from '../cache-options.ts';
import { listenForErrors, type StoreClient } from './store-clients.ts';

/** Entries in a Keyv. A class, so that the telemetry of a cache can name the kind of the store. */
export class KeyvStore implements CacheStore {
  readonly #keyv: StoreClient;

  constructor(keyv: StoreClient) {
    this.#keyv = keyv;
  }

  async get(key: string): Promise<string | undefined> {
    const value = await this.#keyv.get(key);
    return value === null || value === undefined ? undefined : String(value);
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.#keyv.set(key, value, ttlMs);
  }

  async delete(key: string): Promise<void> {
    await this.#keyv.delete(key);
  }
}

/** Is `value` a Keyv, of version 4 or 5? A Keyv has its options as `opts`. */
export function isKeyv(value: StoreClient): boolean {
  return (
    typeof value.get === 'function' &&
    typeof value.set === 'function' &&
    typeof value.delete === 'function' &&
    typeof value.clear === 'function' &&
    typeof value.opts === 'object'
  );
}

/**
 * A store in a Keyv, with every backend of Keyv. The option `lock` does nothing on this store: Keyv has no step that stores a
 * value only if there is none. Throws a TypeError for anything but a Keyv.
 *
 * @example
 * ```ts
 * const cache = createCache({ store: keyvStore(new Keyv(new KeyvSqlite('sqlite://cache.db'))) });
 * ```
 */
export function keyvStore(keyv: object): CacheStore {
  if (typeof keyv !== 'object' || keyv === null || !isKeyv(keyv as StoreClient))
    throw new TypeError('keyvStore: expected a Keyv');
  listenForErrors(keyv as StoreClient);
  return new KeyvStore(keyv as StoreClient);
}
