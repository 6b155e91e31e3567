import type { CacheStore } from '../cache-options.ts';
import { isKeyv, KeyvStore, keyvStore } from './keyv-store.ts';
import { MemoryStore } from './memory-store.ts';
import { isRedisClient, RedisStore, redisStore } from './redis-store.ts';
import type { StoreClient } from './store-clients.ts';

/** `llm_otel.cache.store` */
export type StoreKind = 'memory' | 'redis' | 'keyv' | 'custom';

/** The store of the option `store`: a store, or a client that is found by its shape. Throws a TypeError for anything else. */
export function resolveStore(value: unknown): CacheStore {
  if (typeof value === 'object' && value !== null) {
    const client = value as StoreClient;
    if (isRedisClient(client)) return redisStore(client);
    if (isKeyv(client)) return keyvStore(client);
    if ([client.get, client.set, client.delete].every((method) => typeof method === 'function'))
      return value as CacheStore;
  }
  throw new TypeError(
    'createCache: option store has to be a store with get, set and delete, or a client of node-redis, ioredis, iovalkey or Keyv',
  );
}

/** The kind of `store`. */
export function kindOfStore(store: CacheStore): StoreKind {
  if (store instanceof MemoryStore) return 'memory';
  if (store instanceof RedisStore) return 'redis';
  return store instanceof KeyvStore ? 'keyv' : 'custom';
}
