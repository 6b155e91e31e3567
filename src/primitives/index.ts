/** `@x/llm-otel/primitives`: cache, router and time limits for model calls, seen in the same traces. */

export type { GenerationUsage } from '../facts/generation-usage.ts';
export type {
  CacheLayer,
  CacheOptions,
  CacheStats,
  CacheStore,
  Codec,
  LockOptions,
} from './cache/cache-options.ts';
export { aesGcm, type RotatingKeys } from './cache/codecs/aes-gcm.ts';
export { type GzipOptions, gzip } from './cache/codecs/gzip.ts';
export { createCache } from './cache/create-cache.ts';
export { keyvStore } from './cache/stores/keyv-store.ts';
export { type MemoryStoreOptions, memoryStore } from './cache/stores/memory-store.ts';
export { type RedisStoreOptions, redisStore } from './cache/stores/redis-store.ts';
export { type ComposedLayer, compose } from './compose.ts';
export { createFetch } from './fetch/create-fetch.ts';
export type { FetchLayers, FetchOptions } from './fetch/fetch-options.ts';
export { wrapClient } from './fetch/wrap-client.ts';
export { createRouter } from './router/create-router.ts';
export { NoRouteError, type UnreadyRoute } from './router/no-route-error.ts';
export type {
  CircuitOptions,
  Route,
  Router,
  RouterOptions,
  RouteState,
  RouteStats,
  RoutingFunction,
  StrategyName,
} from './router/router-options.ts';
export { createTimeout, withTimeout } from './timeout/create-timeout.ts';
export { LlmTimeoutError, type TimeoutFacts, type TimeoutLimit } from './timeout/llm-timeout-error.ts';
export type { TimeoutLayer, TimeoutOptions, TimeoutStats } from './timeout/timeout-options.ts';
export type {
  CallContext,
  CallOptions,
  Layer,
  LlmFunction,
  RouteFacts,
  RoutePrice,
  Settled,
  Usage,
  UsageReader,
  Wrapped,
} from './types.ts';
