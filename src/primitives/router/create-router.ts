import { labelOf } from '../call-context.ts';
import { FUNCTION_FORM } from '../streams/stream-form.ts';
import { withTimeout } from '../timeout/create-timeout.ts';
import type { Layer, LlmFunction, Wrapped } from '../types.ts';
import { RouterEngine } from './router-engine.ts';
import type { Route, Router, RouterOptions, RouteStats } from './router-options.ts';
import { ROUTER_PARTS, type RouterParts } from './router-parts.ts';
import { checkRouterOptions } from './router-rules.ts';
import { RoutedRun } from './run-routed.ts';

/**
 * Makes a function that calls one of several routes, and the next route when a route is down. Requests that are wrong
 * themselves (status 400, 422) are not repeated elsewhere. A stream is repeated elsewhere until its first output.
 *
 * @throws TypeError for an option of a wrong kind, routes without names or of one name, an unknown default or strategy;
 * RangeError for a number out of range
 * @example
 * ```ts
 * const ask = createRouter<string, Promise<string>>({
 *   routes: [
 *     { name: 'openai', provider: 'openai', model: 'gpt-4o-mini', call: askOpenai },
 *     { name: 'anthropic', provider: 'anthropic', model: 'claude-haiku-4-5', call: askAnthropic, timeout: { totalMs: 20_000 } },
 *   ],
 *   strategy: 'cheapest',
 * });
 * console.log(await ask('Hello'), ask.stats());
 * ```
 */
export function createRouter<I, R>(options: RouterOptions<I, R>): Router<I, R> {
  const plain = options as RouterOptions;
  checkRouterOptions('createRouter', plain);
  const engine = new RouterEngine(plain);
  const parts: RouterParts = {
    engine,
    withLayers: (layers, fn) => routedFunction(engine, layers, fn),
  };
  const router: Wrapped<unknown, unknown> = hasFunctions(plain.routes)
    ? routedFunction(engine, [], undefined)
    : async () => {
        throw new TypeError(
          'createRouter: a route without call needs a function: compose(router, fn), or createFetch({ router })',
        );
      };
  Object.defineProperty(router, ROUTER_PARTS, { value: parts });
  return Object.assign(router as Wrapped<I, R>, { stats: (): Record<string, RouteStats> => engine.stats() });
}

const hasFunctions = (routes: readonly Route[]): boolean => routes.every(({ call }) => call !== undefined);

/** The router's function, with `layers` around each route. A route without `call` calls `fn`. */
function routedFunction(
  engine: RouterEngine,
  layers: readonly Layer[],
  fn: LlmFunction<unknown, unknown> | undefined,
): Wrapped<unknown, unknown> {
  const { routes } = engine.options;
  const functions = new Map(routes.map((route) => [route.name, routeFunction(route, layers, fn)]));
  const name = labelOf(engine.options.name, fn ?? namedFunction(routes));
  return (input, options) => new RoutedRun({ engine, name, functions, form: FUNCTION_FORM }, input, options).result();
}

/** The field of a route gives an arrow function the name `call`, which says nothing. */
const namedFunction = (routes: readonly Route[]): LlmFunction<unknown, unknown> | undefined =>
  routes.map(({ call }) => call).find((call) => call !== undefined && call.name !== 'call');

function routeFunction(
  route: Route,
  layers: readonly Layer[],
  fn: LlmFunction<unknown, unknown> | undefined,
): LlmFunction<unknown, unknown> {
  const call = route.call ?? fn;
  if (call === undefined)
    throw new TypeError(
      `createRouter: routes: the route ${JSON.stringify(route.name)} has no call, and no function was given`,
    );
  const inner = layers.reduceRight<LlmFunction<unknown, unknown>>((wrapped, layer) => layer(wrapped), call);
  return route.timeout === undefined ? inner : withTimeout(inner, { name: route.name, ...route.timeout });
}
