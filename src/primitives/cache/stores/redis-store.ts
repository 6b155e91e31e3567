import type { CacheStore } from '../cache-options.ts';
import { listenForErrors, type StoreClient } from './store-clients.ts';

/** Options of {@link redisStore}. */
export interface RedisStoreOptions {
  /** Start of every key in Redis. Default: `llm-otel:`. */
  readonly prefix?: string | undefined;
}

/** The commands of a store, in the words of one family of clients. */
interface Commands {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, ttlMs: number): Promise<unknown>;
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  evaluate(script: string, key: string, value: string): Promise<unknown>;
}

/** Deletes a key with a known value in one step: between two steps another process could become the holder of a lock. */
const DELETE_IF_EQUAL =
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";

/** ioredis and iovalkey: options of `set` are arguments. */
const ioredisCommands = (client: StoreClient): Commands => ({
  get: (key) => client.get(key),
  set: (key, value, ttlMs) => client.set(key, value, 'PX', ttlMs),
  setIfAbsent: (key, value, ttlMs) => client.set(key, value, 'PX', ttlMs, 'NX'),
  delete: (key) => client.del(key),
  evaluate: (script, key, value) => client.eval(script, 1, key, value),
});

/** node-redis 4 to 6: options of `set` are an object. */
const nodeRedisCommands = (client: StoreClient): Commands => ({
  get: (key) => client.get(key),
  set: (key, value, ttlMs) => client.set(key, value, { PX: ttlMs }),
  setIfAbsent: (key, value, ttlMs) => client.set(key, value, { PX: ttlMs, NX: true }),
  delete: (key) => client.del(key),
  evaluate: (script, key, value) => client.eval(script, { keys: [key], arguments: [value] }),
});

/** Entries in Redis or Valkey. A class, so that the telemetry of a cache can name the kind of the store. */
export class RedisStore implements CacheStore {
  readonly #commands: Commands;
  readonly #prefix: string;

  constructor(client: StoreClient, prefix: string) {
    this.#commands = isIoredis(client) ? ioredisCommands(client) : nodeRedisCommands(client);
    this.#prefix = prefix;
  }

  async get(key: string): Promise<string | undefined> {
    const value = await this.#commands.get(this.#prefix + key);
    return value === null || value === undefined ? undefined : String(value);
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.#commands.set(this.#prefix + key, value, wholeMs(ttlMs));
  }

  async delete(key: string): Promise<void> {
    await this.#commands.delete(this.#prefix + key);
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    return (await this.#commands.setIfAbsent(this.#prefix + key, value, wholeMs(ttlMs))) === 'OK';
  }

  async deleteIfEqual(key: string, value: string): Promise<void> {
    await this.#commands.evaluate(DELETE_IF_EQUAL, this.#prefix + key, value);
  }
}

/** Redis takes whole milliseconds from 1. */
const wholeMs = (ttlMs: number): number => Math.max(1, Math.ceil(ttlMs));

/** Is `client` a client of ioredis or iovalkey? Both let an application define commands. */
const isIoredis = (client: StoreClient): boolean => typeof client.defineCommand === 'function';

/** Is `value` a client of node-redis, ioredis or iovalkey? */
export function isRedisClient(value: StoreClient): boolean {
  return (
    typeof value.get === 'function' &&
    typeof value.set === 'function' &&
    typeof value.del === 'function' &&
    typeof value.eval === 'function'
  );
}

/**
 * A store in Redis or Valkey, by a client of node-redis 4 to 6, ioredis or iovalkey. The application connects, configures and
 * closes the client. A client without a listener for `error` gets a listener, because an error of node-redis without a
 * listener ends the process. Throws a TypeError for a client of another kind.
 *
 * @example
 * ```ts
 * const client = await createClient({ url: 'redis://localhost' }).connect();
 * const cache = createCache({ store: redisStore(client, { prefix: 'answers:' }) });
 * ```
 */
export function redisStore(client: object, { prefix = 'llm-otel:' }: RedisStoreOptions = {}): CacheStore {
  if (typeof client !== 'object' || client === null || !isRedisClient(client as StoreClient))
    throw new TypeError('redisStore: expected a client of node-redis, ioredis or iovalkey');
  if (typeof prefix !== 'string') throw new TypeError('redisStore: option prefix has to be a text');
  listenForErrors(client as StoreClient);
  return new RedisStore(client as StoreClient, prefix);
}
