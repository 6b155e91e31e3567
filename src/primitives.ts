/** `@x/llm-otel/primitives`: cache, router and time limits for model calls, seen in the same traces. */

export type { GenerationUsage } from './facts/generation-usage.ts';
export type {
  CacheLayer,
  CacheOptions,
  CacheStats,
  CacheStore,
  Codec,
  LockOptions,
} from './primitives/cache/cache-options.ts';
export { aesGcm } from './primitives/cache/codecs/aes-gcm.ts';
export { gzip } from './primitives/cache/codecs/gzip.ts';
export { createCache } from './primitives/cache/create-cache.ts';
export { keyvStore } from './primitives/cache/stores/keyv-store.ts';
export { memoryStore } from './primitives/cache/stores/memory-store.ts';
export { redisStore } from './primitives/cache/stores/redis-store.ts';
export { compose } from './primitives/compose.ts';
export { createFetch } from './primitives/fetch/create-fetch.ts';
export type { FetchLayers, FetchOptions } from './primitives/fetch/fetch-options.ts';
export { wrapClient } from './primitives/fetch/wrap-client.ts';
export { createRouter } from './primitives/router/create-router.ts';
export { NoRouteError, type UnreadyRoute } from './primitives/router/no-route-error.ts';
export type {
  CircuitOptions,
  Route,
  Router,
  RouterOptions,
  RouteState,
  RouteStats,
  RoutingFunction,
  StrategyName,
} from './primitives/router/router-options.ts';
export { createTimeout, withTimeout } from './primitives/timeout/create-timeout.ts';
export { LlmTimeoutError, type TimeoutLimit } from './primitives/timeout/llm-timeout-error.ts';
export type { TimeoutLayer, TimeoutOptions, TimeoutStats } from './primitives/timeout/timeout-options.ts';
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
} from './primitives/types.ts';
