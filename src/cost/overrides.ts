/** The user's prices: option `prices` or a JSON file. */
import type { ModelPrices, Prices } from '../facts/prices.ts';
import { readRegularFile } from '../runtime/files/read-file.ts';
import { warnOnce } from '../runtime/log.ts';
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

/** The user's prices of one model. */
export interface Override {
  /** Key of the prices in the option or in the file. */
  readonly id: string;
  readonly rates: Rates;
  readonly serviceTiers: Readonly<Record<string, number>>;
}

/** The valid prices of the user. Each invalid price is reported once. */
export class Overrides {
  readonly #exact = new Map<string, Override>();
  readonly #prefixes: (readonly [prefix: string, override: Override])[] = [];

  /** `prices`: the prices, or the path of a JSON file with prices. */
  constructor(prices: Prices | string) {
    const source = typeof prices === 'string' ? `prices file ${prices}` : 'option prices';
    const entries = typeof prices === 'string' ? readFile(prices, source) : prices;
    for (const [key, value] of Object.entries(entries)) {
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
    // The longest prefix is the most exact.
    this.#prefixes.sort(([a], [b]) => b.length - a.length);
  }

  /** Looks for `provider/model`, then for `model`, then for a prefix: a key with `*` at the end. */
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

/** Largest file of prices: a thousand times the prices of one model are some 200 KiB. */
const MOST_BYTES = 8 * 1024 * 1024;

function readFile(path: string, source: string): Prices {
  const file = readRegularFile(path, MOST_BYTES);
  if ('problem' in file) {
    warnOnce(`${source}: ${file.problem}; the known prices are used.`);
    return {};
  }
  try {
    const parsed: unknown = JSON.parse(file.bytes.toString('utf8'));
    if (isRecord(parsed)) return parsed as Prices;
    warnOnce(`${source}: it cannot be used, expected an object of models; the known prices are used.`);
  } catch {
    warnOnce(`${source}: it is not JSON; the known prices are used.`);
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
