import type { TimeoutOptions } from '../timeout/timeout-options.ts';
import type { LlmFunction, RouteFacts, UsageReader, Wrapped } from '../types.ts';

/** One upstream of a router. */
export interface Route<I = unknown, R = unknown> extends RouteFacts {
  /** Calls the model. Within `compose()` a route without `call` calls the last function. Not used at the fetch layer. */
  call?: LlmFunction<I, R> | undefined;
  /** Limits of one attempt at the route. */
  readonly timeout?: TimeoutOptions | undefined;
  /** Fetch layer: base URL of the upstream, in place of the base URL of the client. */
  readonly baseURL?: string | undefined;
  /** Fetch layer: key of the upstream, in place of the key of the client; a function is called for each attempt. */
  readonly apiKey?: string | (() => string | Promise<string>) | undefined;
  /** Fetch layer: headers for the upstream. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Strategies by name. */
export type StrategyName = 'failover' | 'round_robin' | 'weighted' | 'cheapest' | 'fastest';

/** Chooses the name of a route for an input. An unknown name, and an error, lead to the default route. */
export type RoutingFunction<I = unknown> = (
  input: I,
  router: { readonly routes: readonly RouteFacts[] },
) => string | Promise<string>;

/** When repeated failures keep calls away from a route. */
export interface CircuitOptions {
  /** Failures in a row that open the circuit. Default: 5. */
  readonly failures?: number | undefined;
  /** Milliseconds until one call probes the route. Default: 30,000. */
  readonly openMs?: number | undefined;
}

/** Options of {@link createRouter}. Times are milliseconds. */
export interface RouterOptions<I = unknown, R = unknown> {
  /** Label in metrics and names of spans. Default: the name of the first function, else `llm`; at the fetch layer the operation. */
  readonly name?: string | undefined;
  /** The upstreams, in the order in which a router falls back. */
  readonly routes: readonly Route<I, R>[];
  /** Route for calls without a valid choice. Default: the first route. */
  readonly default?: string | undefined;
  /** How the first route of a call is chosen. Default: `failover`, the first ready route. */
  readonly strategy?: StrategyName | RoutingFunction<I> | undefined;
  /** Tries further routes after an error. Default: true. */
  readonly failover?: boolean | undefined;
  /** Decides in place of the table of errors whether an error leads to the next route. */
  failoverOn?(error: unknown): boolean;
  /** Most attempts of one call. Default: the number of routes. */
  readonly maxAttempts?: number | undefined;
  /** Pause of a route after 429, 503 or 529 without `retry-after`. Default: 5,000. */
  readonly cooldownMs?: number | undefined;
  /** Longest pause of a route, `retry-after` included. Default: 60,000. */
  readonly maxCooldownMs?: number | undefined;
  /** Keeps calls away from a route that fails again and again; `false` never does. Default: 5 failures, 30,000 ms. */
  readonly circuit?: CircuitOptions | false | undefined;
  /** With no ready route: `true` calls the route that is ready first, `false` throws {@link NoRouteError}. Default: true. */
  readonly lastResort?: boolean | undefined;
  /** Reads the token counts of results, for savings. Default: the known formats of answers. */
  readonly usage?: UsageReader | undefined;
  /** Tokens by which `cheapest` compares prices. Default: 1,000 input and 500 output tokens. */
  readonly expected?: { readonly inputTokens: number; readonly outputTokens: number } | undefined;
  /** Random numbers from 0 to 1 for `weighted`. Default: `Math.random`. */
  random?(): number;
  /** Time in milliseconds since 1970. Default: `Date.now`. */
  now?(): number;
}

/** State of a route: `open` and `cooldown` get no calls, `half_open` gets one call at a time. */
export type RouteState = 'closed' | 'open' | 'half_open' | 'cooldown';

/** Counts of one route since the router was made. */
export interface RouteStats {
  readonly state: RouteState;
  readonly calls: number;
  readonly errors: number;
  /** Moving average of the time to the result or the first output; `undefined` before the first. */
  readonly latencyMs: number | undefined;
}

/** The function of {@link createRouter}. */
export type Router<I, R> = Wrapped<I, R> & { stats(): Record<string, RouteStats> };
