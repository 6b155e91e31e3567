import { checkOptions, type OptionRule } from '../check-options.ts';
import type { UsageReader } from '../types.ts';
import type { CacheOptions, CacheStore, Codec, LockOptions } from './cache-options.ts';
import { memoryStore } from './stores/memory-store.ts';
import { resolveStore } from './stores/resolve-store.ts';

/** Checked options of a cache, with defaults. */
export interface CacheSettings {
  readonly name: string | undefined;
  readonly store: CacheStore;
  readonly ttlMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  readonly singleFlight: boolean;
  readonly lock: Required<{ readonly [Key in keyof LockOptions]: number }> | undefined;
  readonly namespace: string;
  readonly version: string;
  readonly key: ((input: unknown) => unknown) | undefined;
  readonly varyBy: readonly string[];
  readonly keySecret: string | Uint8Array | undefined;
  readonly cacheSampled: boolean;
  readonly cacheToolCalls: boolean;
  readonly shouldStore: ((result: unknown) => boolean) | undefined;
  readonly maxEntryBytes: number;
  readonly codecs: readonly Codec[];
  readonly chunkDelayMs: number | 'recorded';
  readonly storeTimeoutMs: number;
  readonly storeFailures: number;
  readonly storeCooldownMs: number;
  readonly usage: UsageReader | undefined;
  now(): number;
}

const PLACE = 'createCache';

const RULES = {
  name: 'name',
  ttlMs: 'positive',
  staleWhileRevalidateMs: 'price',
  staleIfErrorMs: 'price',
  singleFlight: 'boolean',
  version: 'text',
  key: 'function',
  varyBy: 'array',
  cacheSampled: 'boolean',
  cacheToolCalls: 'boolean',
  shouldStore: 'function',
  maxEntryBytes: 'positive',
  codecs: 'array',
  storeTimeoutMs: 'time',
  storeFailures: 'count',
  storeCooldownMs: 'positive',
  usage: 'function',
  now: 'function',
} as const satisfies Partial<Record<keyof CacheOptions, OptionRule>>;

const LOCK_RULES = { ttlMs: 'time', pollMs: 'time' } as const satisfies Record<keyof LockOptions, OptionRule>;

const NAMESPACE = /^[\w.-]{0,64}$/;

/** The settings of `options`. Throws a TypeError or a RangeError that names the wrong option. */
export function cacheSettings(options: CacheOptions = {}): CacheSettings {
  checkOptions(PLACE, options, RULES);
  const { namespace = '', varyBy = [], codecs = [], chunkDelayMs = 0, lock = false, keySecret } = options;
  if (typeof namespace !== 'string' || !NAMESPACE.test(namespace))
    throw new TypeError(`${PLACE}: namespace must be at most 64 of the characters A-Z a-z 0-9 _ . -`);
  if (varyBy.some((name) => typeof name !== 'string' || name === ''))
    throw new TypeError(`${PLACE}: varyBy must be a list of names of attributes`);
  if (
    keySecret !== undefined &&
    !((typeof keySecret === 'string' || keySecret instanceof Uint8Array) && keySecret.length > 0)
  )
    throw new TypeError(`${PLACE}: keySecret must be a string or a Uint8Array that is not empty`);
  if (!codecs.every(isCodec))
    throw new TypeError(`${PLACE}: codecs must be a list of objects with name, encode and decode`);
  if (chunkDelayMs !== 'recorded') checkOptions(PLACE, { chunkDelayMs }, { chunkDelayMs: 'time_or_zero' });
  if (lock !== false) checkOptions(PLACE, lock, LOCK_RULES, 'lock');
  return {
    name: options.name,
    store: options.store === undefined ? memoryStore() : resolveStore(options.store),
    ttlMs: options.ttlMs ?? 3_600_000,
    staleWhileRevalidateMs: options.staleWhileRevalidateMs ?? 0,
    staleIfErrorMs: options.staleIfErrorMs ?? 0,
    singleFlight: options.singleFlight ?? true,
    lock: lock === false ? undefined : { ttlMs: lock.ttlMs ?? 30_000, pollMs: lock.pollMs ?? 50 },
    namespace,
    version: options.version ?? '',
    key: options.key,
    varyBy: [...varyBy],
    keySecret,
    cacheSampled: options.cacheSampled ?? false,
    cacheToolCalls: options.cacheToolCalls ?? false,
    shouldStore: options.shouldStore,
    maxEntryBytes: options.maxEntryBytes ?? 1_048_576,
    codecs: [...codecs],
    chunkDelayMs,
    storeTimeoutMs: options.storeTimeoutMs ?? 100,
    storeFailures: options.storeFailures ?? 3,
    storeCooldownMs: options.storeCooldownMs ?? 5000,
    usage: options.usage,
    now: options.now ?? Date.now,
  };
}

function isCodec(value: unknown): boolean {
  const codec = value as Partial<Codec> | null | undefined;
  return typeof codec?.name === 'string' && typeof codec.encode === 'function' && typeof codec.decode === 'function';
}
