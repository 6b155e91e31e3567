import { createCache } from '../cache/create-cache.ts';
import { checkFunction, checkOption, checkOptions } from '../check-options.ts';
import { createRouter } from '../router/create-router.ts';
import type { Route } from '../router/router-options.ts';
import { type RouterParts, routerParts } from '../router/router-parts.ts';
import { RoutedRun } from '../router/run-routed.ts';
import { createTimeout } from '../timeout/create-timeout.ts';
import { TimedRun } from '../timeout/run-timed.ts';
import { TIMEOUT_ENGINE, type TimeoutEngine } from '../timeout/timeout-engine.ts';
import type { CallContext, LlmFunction } from '../types.ts';
import { CACHE_ENGINE, type CacheEngine, type SendUpstream } from './cache-engine.ts';
import { FETCH_FORM, globalResponse } from './fetch-form.ts';
import type { FetchLayers, FetchOptions } from './fetch-options.ts';
import { noteCache, noteRoute } from './note-origin.ts';
import { pricedRoute } from './priced-route.ts';
import { type FetchInit, type FetchInput, type ReadCall, readFetchCall } from './read-fetch-call.ts';
import { routeRequest } from './route-request.ts';

/** The engines of the layers of a `fetch`. */
interface Engines {
  readonly cache: CacheEngine | undefined;
  readonly timeout: TimeoutEngine | undefined;
  readonly router: RouterParts | undefined;
  /** Limits of routes, by name. */
  readonly routeTimeouts: ReadonlyMap<string, TimeoutEngine>;
}

type Send = (call: ReadCall, context: CallContext) => Promise<Response>;

/**
 * Makes a `fetch` with a cache, time limits and a router, for the option `fetch` of an SDK. The SDK reads responses as from the
 * network, so its classes, streams, helpers, errors and retries stay.
 *
 * @throws TypeError and RangeError for wrong options, also of the layers
 * @example
 * ```ts
 * const openai = new OpenAI({
 *   fetch: createFetch({
 *     cache: { ttlMs: 600_000 },
 *     timeout: { firstChunkMs: 5_000 },
 *     router: { routes: [{ name: 'openai' }, { name: 'azure', baseURL: azureURL, apiKey: azureKey }] },
 *   }),
 * });
 * ```
 */
export function createFetch(options: FetchOptions = {}): typeof globalThis.fetch {
  checkOptions('createFetch', options, { fetch: 'function', baseURL: 'text' });
  return layeredFetch('createFetch', options, options.fetch, options.baseURL);
}

/** {@link createFetch} for a function that was called as `place`. */
export function layeredFetch(
  place: string,
  layers: FetchLayers,
  fetch: typeof globalThis.fetch | undefined,
  baseURL: string | undefined,
): typeof globalThis.fetch {
  const engines = enginesOf(place, layers);
  const sendTo: Send = async (call, { signal, route }) => {
    const { url, init } = await routeRequest(call, route, baseURL, signal);
    return globalResponse(await (fetch ?? globalThis.fetch)(url, init));
  };
  return async (input: FetchInput, init?: FetchInit) => {
    const call = await readFetchCall(input, init);
    const send = (signal: AbortSignal): Promise<Response> => timed(engines, call, signal, sendTo);
    return engines.cache === undefined ? send(call.signal) : cached(engines.cache, call, send);
  };
}

async function cached(cache: CacheEngine, call: ReadCall, send: SendUpstream): Promise<Response> {
  let outcome: string | undefined;
  try {
    return await cache.fetch(call, send, (decided) => {
      outcome = decided;
    });
  } finally {
    // Here, and not in the callback: an answer that several callers share comes in the context of the first.
    if (outcome !== undefined) noteCache(outcome);
  }
}

async function timed(engines: Engines, call: ReadCall, signal: AbortSignal, send: Send): Promise<Response> {
  const { timeout } = engines;
  const next = (context: CallContext): Promise<Response> => routed(engines, call, context, send);
  return timeout === undefined ? next({ signal, attempt: 1 }) : limited(timeout, call, signal, call.operation, next);
}

/** The call with the limits of `engine`. */
async function limited(
  { options, counts }: TimeoutEngine,
  call: ReadCall,
  signal: AbortSignal,
  label: string,
  next: (context: CallContext) => Promise<Response>,
): Promise<Response> {
  const timedFetch = {
    fn: (_input: unknown, context: CallContext) => next(context),
    operation: options.name ?? label,
    options,
    counts,
    form: FETCH_FORM,
    asksForStream: () => call.asksForStream,
  };
  const result = await new TimedRun(timedFetch, call.json ?? call.body, { signal }).result({ signal });
  return result as Response;
}

async function routed(engines: Engines, call: ReadCall, context: CallContext, send: Send): Promise<Response> {
  const { router, routeTimeouts } = engines;
  if (router === undefined) return send(call, context);
  const { engine } = router;
  const functionOf = (route: Route): LlmFunction<unknown, unknown> => {
    const limits = routeTimeouts.get(route.name);
    if (limits === undefined) return (_input, inner) => send(call, inner);
    return (_input, inner) =>
      limited(limits, call, inner.signal, route.name, (timed) => send(call, { ...inner, signal: timed.signal }));
  };
  const functions = new Map(engine.options.routes.map((route) => [route.name, functionOf(route)]));
  const name = engine.options.name ?? call.operation;
  const run = new RoutedRun(
    {
      engine,
      name,
      functions,
      form: FETCH_FORM,
      maxAttempts: call.isRepeatable ? undefined : 1,
      pricedAs: (route) => pricedRoute(route, call),
      onRouted: noteRoute,
    },
    call.json ?? call.body,
    context,
  );
  return (await run.result()) as Response;
}

function enginesOf(place: string, { cache, timeout, router }: FetchLayers): Engines {
  const cacheLayer =
    typeof cache === 'function' || cache === undefined ? cache : createCache(cacheOptions(place, cache));
  const timeoutLayer = typeof timeout === 'object' ? createTimeout(timeout) : timeout;
  const routerFunction = typeof router === 'object' ? createRouter(router) : router;
  const parts = routerParts(routerFunction);
  return {
    cache: madeBy<CacheEngine>(place, 'cache', cacheLayer, CACHE_ENGINE),
    timeout: madeBy<TimeoutEngine>(place, 'timeout', timeoutLayer, TIMEOUT_ENGINE),
    router: madeByRouter(place, routerFunction, parts),
    routeTimeouts: new Map(
      (parts?.engine.options.routes ?? []).flatMap(({ name, timeout: limits }) => {
        const engine =
          limits === undefined
            ? undefined
            : madeBy<TimeoutEngine>(place, 'timeout', createTimeout(limits), TIMEOUT_ENGINE);
        return engine === undefined ? [] : [[name, engine] as const];
      }),
    ),
  };
}

function cacheOptions<O extends object>(place: string, options: O): O {
  checkOption(place, 'cache', options, 'object');
  if ((options as { staleWhileRevalidateMs?: number }).staleWhileRevalidateMs)
    throw new TypeError(`${place}: cache.staleWhileRevalidateMs works with functions only; use staleIfErrorMs`);
  return options;
}

function madeBy<E>(place: string, option: string, layer: unknown, key: symbol): E | undefined {
  if (layer === undefined) return undefined;
  checkFunction(place, option, layer);
  const engine = (layer as { [key: symbol]: E | undefined })[key];
  if (engine === undefined)
    throw new TypeError(`${place}: ${option} must be options, or the result of create${capital(option)}`);
  return engine;
}

function madeByRouter(place: string, router: unknown, parts: RouterParts | undefined): RouterParts | undefined {
  if (router !== undefined && parts === undefined)
    throw new TypeError(`${place}: router must be options, or the result of createRouter`);
  return parts;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
