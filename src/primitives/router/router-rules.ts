import { checkOneOf, checkOption, checkOptions, type OptionRule } from '../check-options.ts';
import { checkTimeoutOptions } from '../timeout/create-timeout.ts';
import { STRATEGIES } from './route-choice.ts';
import type { Route, RouterOptions } from './router-options.ts';

const RULES = {
  name: 'name',
  routes: 'array',
  default: 'text',
  failover: 'boolean',
  failoverOn: 'function',
  maxAttempts: 'count',
  cooldownMs: 'time',
  maxCooldownMs: 'time',
  lastResort: 'boolean',
  usage: 'function',
  expected: 'object',
  random: 'function',
  now: 'function',
} as const satisfies Partial<Record<keyof RouterOptions, OptionRule>>;

const ROUTE_RULES = {
  name: 'name',
  call: 'function',
  provider: 'text',
  model: 'text',
  price: 'object',
  weight: 'positive',
  timeout: 'object',
  baseURL: 'text',
  headers: 'object',
} as const satisfies Partial<Record<keyof Route, OptionRule>>;

const CIRCUIT_RULES = { failures: 'count', openMs: 'time' } as const satisfies Record<string, OptionRule>;
const EXPECTED_RULES = { inputTokens: 'price', outputTokens: 'price' } as const satisfies Record<string, OptionRule>;
const PRICE_RULES = { input: 'price', output: 'price' } as const satisfies Record<string, OptionRule>;

/** Throws if `options` are no options of a router. `place` is the called function. */
export function checkRouterOptions(place: string, options: RouterOptions): void {
  checkOptions(place, options, RULES);
  const { routes, strategy, circuit, expected } = options;
  if (!Array.isArray(routes) || routes.length === 0)
    throw new TypeError(`${place}: routes must be an array with at least one route`);
  routes.forEach((route, index) => void checkRoute(place, route, `routes[${index}]`));
  const names = routes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new TypeError(`${place}: routes must have different names, and two have the name ${JSON.stringify(twice)}`);
  checkOneOf(place, 'default', options.default, names);
  if (typeof strategy !== 'function') checkOneOf(place, 'strategy', strategy, Object.keys(STRATEGIES));
  if (circuit !== undefined && circuit !== false) checkOptions(place, circuit, CIRCUIT_RULES, 'circuit');
  if (expected !== undefined) checkOptions(place, expected, EXPECTED_RULES, 'expected');
}

function checkRoute(place: string, route: Route, path: string): void {
  checkOptions(place, route, ROUTE_RULES, path);
  if (route.name === undefined) throw new TypeError(`${place}: ${path}.name must be a string that is not empty`);
  const { apiKey, price, timeout } = route;
  if (typeof apiKey !== 'function') checkOption(place, `${path}.apiKey`, apiKey, 'text');
  if (timeout !== undefined) checkTimeoutOptions(place, timeout, `${path}.timeout`);
  if (price === undefined) return;
  checkOptions(place, price, PRICE_RULES, `${path}.price`);
  if (price.input === undefined || price.output === undefined)
    throw new TypeError(`${place}: ${path}.price must have input and output, in USD per million tokens`);
}
