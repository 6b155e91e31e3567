/**
 * What a call costs: USD, by the user's own prices, else by the provider's own account, else by the list prices of the
 * package. These are for tokens only: the fees of a provider's tools (a web search, an hour of cache) are not in them. Whatever is not known for sure has no cost, never 0.
 */
import type { Config } from '../config/options.ts';
import type { Cost, Prices } from '../facts/prices.ts';
import type { Override } from './overrides.ts';
import { type Price, PriceBook, type PriceQuery } from './price-book.ts';
import { ratesAt } from './price-table.ts';
import { charge, isLongContext, type Rates, type Usage } from './rates.ts';
import { reportedCost } from './reported-cost.ts';
import { isStandard, regionMultiple, tierMultiple } from './service-tier.ts';

/** One call as it was asked for. */
export interface PricedRequest extends PriceQuery {
  readonly operation: string;
  /** Service tier asked for: if it is not the standard one, the answer has to confirm it. */
  readonly tier?: string | undefined;
}

/** One call as it was answered. */
export interface PricedResponse {
  readonly model?: string | undefined;
  readonly usage?: Usage | undefined;
  /** Service tier that the call got. */
  readonly tier?: string | undefined;
  /** Where it ran, if the application can choose that. */
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
    if (books.size >= 16) books.clear(); // configurations that come and go
    book = new PriceBook(prices);
    books.set(prices, book);
  }
  return book;
}

/** The cost of a call at `time` (milliseconds since 1970, now by default), or `undefined` if it is not known for sure. */
export function costOf(
  request: PricedRequest,
  response: PricedResponse,
  config: Pick<Config, 'cost' | 'prices'>,
  time?: number,
): Cost | undefined {
  const { usage } = response;
  if (!config.cost || usage === undefined) return undefined;
  const price = bookOf(config.prices).find(request, response.model);
  const reported = price?.own === undefined ? reportedCost(request.provider, usage.charged) : undefined;
  if (reported !== undefined || price === undefined || usage.input === undefined) return reported;
  const rates = price.own?.rates ?? (price.entry && ratesAt(price.entry, time));
  const multiple = rates && multipleOf(request, response, price, rates);
  if (rates === undefined || multiple === undefined) return undefined;
  // Embeddings have no output to count, whatever their table says of its price.
  const counted = request.operation === 'embeddings' ? { ...usage, output: 0, total: undefined } : usage;
  const spent = charge(counted, rates, price.habits);
  if (spent === undefined) return undefined;
  const input = spent.input * multiple;
  const output = spent.output * multiple;
  return { total: input + output, input, output, model: price.id };
}

function multipleOf(request: PricedRequest, response: PricedResponse, price: Price, rates: Rates): number | undefined {
  const tier = response.tier ?? request.tier;
  if (price.own !== undefined) return ownMultiple(tier, price.own);
  if (tier === undefined || isStandard(tier)) return regionMultiple(response.region);
  // Asked for is not got: a busy provider may have served the call in another tier.
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

/** A provider's multiples are for its list prices, not for the user's. */
function ownMultiple(tier: string | undefined, { serviceTiers }: Override): number | undefined {
  if (tier !== undefined && Object.hasOwn(serviceTiers, tier)) return serviceTiers[tier];
  return tier === undefined || isStandard(tier) ? 1 : undefined;
}
