import type { Layer, UsageReader } from '../types.ts';

/**
 * Where entries of a cache are kept. Values are texts. A store that throws, or is slower than `storeTimeoutMs`, is a miss.
 *
 * @example
 * ```ts
 * const entries = new Map<string, string>();
 * const store: CacheStore = {
 *   get: async (key) => entries.get(key),
 *   set: async (key, value) => void entries.set(key, value),
 *   delete: async (key) => void entries.delete(key),
 * };
 * ```
 */
export interface CacheStore {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** Stores `value` unless `key` has a value; says whether the value was stored. Needed by the option `lock`. */
  setIfAbsent?(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** Deletes `key` if the value is `value`. Needed by the option `lock`. */
  deleteIfEqual?(key: string, value: string): Promise<unknown>;
}

/** Changes entries on the way to the store and back: compression, encryption. */
export interface Codec {
  readonly name: string;
  encode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  decode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Lets one process of several make an answer. Times are milliseconds. */
export interface LockOptions {
  /** Longest life of a lock whose holder is dead. Default: 30,000. */
  readonly ttlMs?: number | undefined;
  /** Time between looks at the store. Default: 50. */
  readonly pollMs?: number | undefined;
}

/** Options of {@link createCache}. Times are milliseconds. */
export interface CacheOptions {
  /** Label in metrics and names of spans. Default: the name of the function, else `llm`; at the fetch layer the operation. */
  readonly name?: string | undefined;
  /** A store, or a client of node-redis, ioredis, iovalkey or Keyv. Default: `memoryStore()`. */
  readonly store?: CacheStore | object | undefined;
  /** Life of an entry. Default: 3,600,000, one hour. */
  readonly ttlMs?: number | undefined;
  /** After `ttlMs`, the old answer is given, and a call in the background replaces the entry. Functions only. Default: 0. */
  readonly staleWhileRevalidateMs?: number | undefined;
  /** After `ttlMs`, the old answer is given if the call fails with an error that leads a router on. Default: 0. */
  readonly staleIfErrorMs?: number | undefined;
  /** Equal calls at the same time make one call. Default: true. */
  readonly singleFlight?: boolean | undefined;
  /** The same across processes, by the store. Default: false. */
  readonly lock?: LockOptions | false | undefined;
  /** Part of every key; at most 64 of the characters `A-Z a-z 0-9 _ . -`. Default: empty. */
  readonly namespace?: string | undefined;
  /** Part of the hash of every key: a new version finds no old entry. Default: empty. */
  readonly version?: string | undefined;
  /** The value whose hash is the key. Default: the input. */
  key?(input: unknown): unknown;
  /** Attributes of scopes that are part of the key, for example `user.id`. */
  readonly varyBy?: readonly string[] | undefined;
  /** Key of an HMAC in place of a plain hash: nobody without the secret can find out whether a prompt is in the store. */
  readonly keySecret?: string | Uint8Array | undefined;
  /** Caches calls with a temperature above 0, or several choices. Default: false. */
  readonly cacheSampled?: boolean | undefined;
  /** Caches answers that call tools. Default: false. */
  readonly cacheToolCalls?: boolean | undefined;
  /** Called with a result, or all chunks of a stream: `false` keeps the answer out of the store. */
  shouldStore?(result: unknown): boolean;
  /** Largest entry, in bytes. Default: 1,048,576. */
  readonly maxEntryBytes?: number | undefined;
  /** Applied in order when an entry is written, and in reverse when the entry is read. */
  readonly codecs?: readonly Codec[] | undefined;
  /** Time between the chunks of a recorded stream; `recorded` takes the times of the recording. Default: 0. */
  readonly chunkDelayMs?: number | 'recorded' | undefined;
  /** Longest wait for the store. Default: 100. */
  readonly storeTimeoutMs?: number | undefined;
  /** Failures of the store in a row after which the store is left alone. Default: 3. */
  readonly storeFailures?: number | undefined;
  /** How long the store is left alone. Default: 5,000. */
  readonly storeCooldownMs?: number | undefined;
  /** Reads the token counts of results, for savings. Default: the known formats of answers. */
  readonly usage?: UsageReader | undefined;
  /** Time in milliseconds since 1970. Default: `Date.now`. */
  now?(): number;
}

/** Counts of a layer of {@link createCache} since the layer was made. */
export interface CacheStats {
  readonly hits: number;
  readonly stale: number;
  readonly misses: number;
  readonly coalesced: number;
  readonly bypassed: number;
  readonly storeErrors: number;
  /** (hits + stale + coalesced) / (hits + stale + coalesced + misses), 0 to 1; 0 without calls. */
  readonly hitRatio: number;
  /** USD that hits would have cost; hits without a known price add nothing. */
  readonly savedCost: number;
  readonly savedInputTokens: number;
  readonly savedOutputTokens: number;
}

/** The layer of {@link createCache}. */
export type CacheLayer = Layer & {
  /** The key of `input` in the store, without the prefix of the store. */
  key(input: unknown): string;
  /** Deletes the entry of `input`. */
  delete(input: unknown): Promise<void>;
  stats(): CacheStats;
};
