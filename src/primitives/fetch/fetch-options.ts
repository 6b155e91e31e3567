import type { CacheLayer, CacheOptions } from '../cache/cache-options.ts';
import type { Router, RouterOptions } from '../router/router-options.ts';
import type { TimeoutLayer, TimeoutOptions } from '../timeout/timeout-options.ts';

/** The layers of a `fetch`: options, or the layer that `createCache`, `createTimeout` or `createRouter` made. */
export interface FetchLayers {
  readonly cache?: CacheOptions | CacheLayer | undefined;
  readonly timeout?: TimeoutOptions | TimeoutLayer | undefined;
  readonly router?: RouterOptions | Router<unknown, unknown> | undefined;
}

/** Options of {@link createFetch}. The order is cache, timeout, router, the time limits of a route. */
export interface FetchOptions extends FetchLayers {
  /** The `fetch` that sends requests; may be node-fetch. Default: the global `fetch` at the time of each call. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Base URL of the client: the part of a URL that `baseURL` of a route replaces. Default: found in the URL. */
  readonly baseURL?: string | undefined;
}
