/** The user's own prices: option `prices` or a JSON file. */
import type { ModelPrices, Prices } from '../facts/prices.ts';
import { warnOnce } from '../runtime/log.ts';
import { builtin } from '../runtime/platform.ts';
import type { Rates } from './rates.ts';

const KINDS = {
  input: true,
  output: true,
  cacheRead: true,
  cacheWrite: true,
  cacheWrite1h: true,
  reasoning: true,
  inputAudio: true,
  inputImage: true,
  outputAudio: true,
  outputImage: true,
  cacheReadAudio: true,
  cacheReadImage: true,
} as const satisfies Record<keyof Rates, true>;

/** One model's prices as the user gives them. */
export interface Override {
  /** The user's own key. */
  readonly id: string;
  readonly rates: Rates;
  readonly serviceTiers: Readonly<Record<string, number>>;
}

/** The user's prices that can be used; what cannot is warned about, once. */
export class Overrides {
  readonly #exact = new Map<string, Override>();
  readonly #prefixes: (readonly [prefix: string, override: Override])[] = [];

  /** `prices`: the prices themselves or the path of a JSON file that holds them. */
  constructor(prices: Prices | string) {
    const source = typeof prices === 'string' ? `prices file ${prices}` : 'option prices';
    const given = typeof prices === 'string' ? read(prices, source) : prices;
    for (const [key, value] of Object.entries(given)) {
      const problem = problemOf(value);
      if (problem !== undefined) {
        warnOnce(`${source}: "${key}" cannot be used, ${problem}; the model keeps its known price.`);
        continue;
      }
      const { serviceTiers = {}, ...rates } = value;
      const override: Override = { id: key, rates, serviceTiers };
      const name = key.toLowerCase();
      if (name.endsWith('*')) this.#prefixes.push([name.slice(0, -1), override]);
      else this.#exact.set(name, override);
    }
    // The longest prefix says most.
    this.#prefixes.sort(([a], [b]) => b.length - a.length);
  }

  /** By `provider/model`, then by `model`; a key that ends in `*` stands for every model that starts like it. */
  find(provider: string, model: string): Override | undefined {
    const name = model.toLowerCase();
    const full = `${provider}/${name}`;
    return (
      this.#exact.get(full) ??
      this.#exact.get(name) ??
      this.#prefixes.find(([prefix]) => full.startsWith(prefix) || name.startsWith(prefix))?.[1]
    );
  }
}

function read(path: string, source: string): Prices {
  try {
    const parsed: unknown = JSON.parse(builtin('node:fs')?.readFileSync(path, 'utf8') ?? '');
    if (isRecord(parsed)) return parsed as Prices;
    warnOnce(`${source}: it cannot be used, expected an object of models; the known prices are used.`);
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read';
    warnOnce(`${source}: ${reason}; the known prices are used.`);
  }
  return {};
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPrice = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

function problemOf(value: ModelPrices): string | undefined {
  if (!isRecord(value)) return 'expected an object of prices, USD per million tokens';
  for (const [kind, price] of Object.entries(value)) {
    if (price === undefined) continue;
    if (kind === 'serviceTiers') {
      if (!isRecord(price) || !Object.values(price).every(isPrice))
        return 'serviceTiers: expected multiples of the price by service tier, such as { "flex": 0.5 }';
    } else if (!Object.hasOwn(KINDS, kind)) {
      return `"${kind}" is no kind of price; there are ${Object.keys(KINDS).join(', ')}, serviceTiers`;
    } else if (!isPrice(price)) {
      return `"${kind}" is ${typeof price === 'string' ? `"${price}"` : String(price)}: expected USD per million tokens, a number from 0 up`;
    }
  }
  return value.input === undefined ? 'the price of "input" tokens is missing' : undefined;
}
