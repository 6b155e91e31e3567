/**
 * The cost of a call in USD: by the user's prices, else the amount that the provider reports, else by the list prices of
 * the package. List prices cover tokens only, not the fees of a provider's tools (a web search, an hour of cache). A call
 * without a certain cost has no cost, never 0.
 */
import type { Config } from '../config/options.ts';
import type { Cost, Prices } from '../facts/prices.ts';
import type { Override } from './overrides.ts';
import { type Price, PriceBook, type PriceQuery } from './price-book.ts';
import { ratesAt } from './price-table.ts';
import { chargeOf, isLongContext, type Rates, type Usage } from './rates.ts';
import { reportedCost } from './reported-cost.ts';
import { isStandard, regionMultiple, tierMultiple } from './service-tier.ts';

/** The request of one call. */
export interface PricedRequest extends PriceQuery {
  readonly operation: string;
  /** Requested service tier. The answer must confirm any tier except the standard tier. */
  readonly tier?: string | undefined;
}

/** The answer of one call. */
export interface PricedResponse {
  readonly model?: string | undefined;
  readonly usage?: Usage | undefined;
  /** Service tier that the call got. */
  readonly tier?: string | undefined;
  /** Region of the inference, if the application can choose the region. */
  readonly region?: string | undefined;
}

const books = new Map<Prices | string, PriceBook>();
let lastPrices: Prices | string | undefined;
let lastBook: PriceBook | undefined;

function bookOf(prices: Prices | string): PriceBook {
  if (prices !== lastPrices || lastBook === undefined) {
    lastBook = findBook(prices);
    lastPrices = prices;
  }
  return lastBook;
}

function findBook(prices: Prices | string): PriceBook {
  let book = books.get(prices);
  if (book === undefined) {
    if (books.size >= 16) books.clear(); // bounds the memory of an application that keeps changing its configuration
    book = new PriceBook(prices);
    books.set(prices, book);
  }
  return book;
}

const round = (amount: number | undefined): number | undefined =>
  amount === undefined ? undefined : Number(amount.toPrecision(12));

/** `cost` with 12 significant digits: further digits are errors of binary fractions. */
export function roundedCost(cost: Cost): Cost {
  return { ...cost, total: Number(cost.total.toPrecision(12)), input: round(cost.input), output: round(cost.output) };
}

/** The cost of a call at `time` (milliseconds since 1970, now by default); undefined if the cost is not certain. */
export function costOf(
  request: PricedRequest,
  response: PricedResponse,
  config: Pick<Config, 'cost' | 'prices'>,
  time?: number,
): Cost | undefined {
  const { usage } = response;
  if (!config.cost || usage === undefined) return undefined;
  const price = bookOf(config.prices).find(request, response.model);
  const reported = price?.override === undefined ? reportedCost(request.provider, usage.charged) : undefined;
  if (reported !== undefined || price === undefined || usage.input === undefined)
    return reported && roundedCost(reported);
  const rates = price.override?.rates ?? (price.entry && ratesAt(price.entry, time));
  const multiple = rates && multipleOf(request, response, price, rates);
  if (rates === undefined || multiple === undefined) return undefined;
  // Embeddings have no output, even if the table has a price for output.
  const counted = request.operation === 'embeddings' ? { ...usage, output: 0, total: undefined } : usage;
  const charge = chargeOf(counted, rates, price.habits);
  if (charge === undefined) return undefined;
  const input = charge.input * multiple;
  const output = charge.output * multiple;
  return roundedCost({ total: input + output, input, output, model: price.id });
}

function multipleOf(request: PricedRequest, response: PricedResponse, price: Price, rates: Rates): number | undefined {
  const tier = response.tier ?? request.tier;
  if (price.override !== undefined) return overrideMultiple(tier, price.override);
  if (tier === undefined || isStandard(tier)) return regionMultiple(response.region);
  // A busy provider may serve a call in another tier than the requested tier.
  if (response.tier === undefined) return undefined;
  const region = regionMultiple(response.region);
  const multiple = tierMultiple(tier, {
    provider: request.provider,
    entry: price.id,
    cached: (response.usage?.cacheRead ?? 0) > 0,
    longContext: isLongContext(rates, response.usage?.input ?? 0),
  });
  return multiple === undefined || region === undefined ? undefined : multiple * region;
}

/** The user's prices come with separate multiples: the provider's multiples apply to list prices only. */
function overrideMultiple(tier: string | undefined, { serviceTiers }: Override): number | undefined {
  if (tier !== undefined && Object.hasOwn(serviceTiers, tier)) return serviceTiers[tier];
  return tier === undefined || isStandard(tier) ? 1 : undefined;
}
