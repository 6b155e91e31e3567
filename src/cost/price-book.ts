/** Finds the price of a call: the user's price first, then the price of the table. Searched once for each model. */
import type { Prices } from '../facts/prices.ts';
import { isSnapshotOf, normalName } from './model-name.ts';
import { type Override, Overrides } from './overrides.ts';
import { type Entry, findEntry } from './price-table.ts';
import type { Habits } from './rates.ts';

/** Provider, model and address of a call. */
export interface PriceQuery {
  /** `gen_ai.provider.name` */
  readonly provider: string;
  readonly model?: string | undefined;
  readonly address?: string | undefined;
}

/** A price: the user's or the table's. */
export interface Price {
  readonly id: string;
  readonly override?: Override;
  readonly entry?: Entry;
  /** Habits of the provider of the call. */
  readonly habits: Habits;
}

const PLAIN: Habits = { audioAsText: false, hiddenOutput: false };
/** Google publishes only a different price for audio, and its OpenAI-compatible API leaves thoughts out of the output. */
const GOOGLE: Habits = { audioAsText: true, hiddenOutput: true };
/** In the user's prices a missing price for audio means the price of text. */
const OVERRIDDEN: Habits = { audioAsText: true, hiddenOutput: false };

const habitsOf = (provider: string, defaults: Habits): Habits => (provider.startsWith('gcp.') ? GOOGLE : defaults);

/** Tables to search for a provider, in this order. Azure and Vertex AI sell the models at the makers' list prices. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  'azure.ai.openai': ['azure.ai.openai', 'openai', 'anthropic'],
  'gcp.gemini': ['gcp.gemini', 'anthropic'],
  'gcp.vertex_ai': ['gcp.gemini', 'anthropic'],
};

/** Most results kept. An application uses a handful of models, fine-tuned models included. */
const MAX_RESULTS = 1000;

/** The last result for a model. */
interface PriceResult extends PriceQuery {
  readonly answered: string | undefined;
  readonly price: Price | undefined;
}

/** The prices of one configuration. */
export class PriceBook {
  readonly #overrides: Overrides;
  /**
   * Results by the name of the model alone: an application gets a model from a single provider, and building a longer key
   * costs more than the calculation of the cost.
   */
  readonly #results = new Map<string | undefined, PriceResult>();
  /** The newest result: the next call is probably for the same model, and a comparison costs less than a look-up. */
  #last: PriceResult | undefined;

  constructor(prices: Prices | string) {
    this.#overrides = new Overrides(prices);
  }

  /** The price of a call: by the model that answered, else by the requested model if both are the same model. */
  find(query: PriceQuery, answered: string | undefined): Price | undefined {
    const { provider, model, address } = query;
    if (isResultOf(this.#last, query, answered)) return this.#last.price;
    const result = this.#results.get(answered ?? model);
    if (isResultOf(result, query, answered)) {
      this.#last = result;
      return result.price;
    }
    if (this.#results.size >= MAX_RESULTS) this.#results.clear();
    const price = this.#overridePrice(query, answered) ?? listPrice(query, answered);
    this.#last = { provider, model, address, answered, price };
    this.#results.set(answered ?? model, this.#last);
    return price;
  }

  #overridePrice({ provider, model }: PriceQuery, answered: string | undefined): Price | undefined {
    for (const name of [answered, model]) {
      const override = name === undefined ? undefined : this.#overrides.find(provider, name);
      if (override !== undefined) return { id: override.id, override, habits: habitsOf(provider, OVERRIDDEN) };
    }
    return undefined;
  }
}

function isResultOf(
  result: PriceResult | undefined,
  query: PriceQuery,
  answered: string | undefined,
): result is PriceResult {
  return (
    result !== undefined &&
    result.answered === answered &&
    result.model === query.model &&
    result.provider === query.provider &&
    result.address === query.address
  );
}

function listPrice({ provider, model, address }: PriceQuery, answered: string | undefined): Price | undefined {
  const entry = lookUp(provider, nameToPrice(provider, model, answered));
  if (entry !== undefined) return hasListPrice(provider, address, entry) ? listed(provider, entry) : undefined;
  // A snapshot newer than the table has the price of the requested name; a different model may have any price.
  if (model === undefined || answered === undefined || Object.hasOwn(NAMED_BY, provider)) return undefined;
  if (!isSnapshotOf(normalName(answered), normalName(model))) return undefined;
  const alias = lookUp(provider, model);
  return alias !== undefined && hasListPrice(provider, address, alias) ? listed(provider, alias) : undefined;
}

const listed = (provider: string, entry: Entry): Price => ({ id: entry.id, entry, habits: habitsOf(provider, PLAIN) });

/**
 * The name that sets the price, where the answer's name is not enough or the request's name is no model. A request to Azure
 * names a deployment, and a deployment can have any name. A request to Bedrock names an inference profile; the profile
 * says where the call may run and so sets the price, and the answer names the model alone.
 */
const NAMED_BY: Readonly<Record<string, 'request' | 'response'>> = {
  'azure.ai.openai': 'response',
  'aws.bedrock': 'request',
};

function nameToPrice(provider: string, model: string | undefined, answered: string | undefined): string | undefined {
  switch (Object.hasOwn(NAMED_BY, provider) ? NAMED_BY[provider] : undefined) {
    case 'request':
      return model;
    case 'response':
      return answered;
    default:
      return answered ?? model;
  }
}

function lookUp(provider: string, model: string | undefined): Entry | undefined {
  if (model === undefined) return undefined;
  const name = normalName(model);
  for (const table of Object.hasOwn(TABLES, provider) ? (TABLES[provider] ?? []) : [provider]) {
    const entry = findEntry(table, name);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/**
 * Endpoints in a chosen region cost more for some models: `eu.api.openai.com` for models since March 2026
 * (https://developers.openai.com/api/docs/guides/data-residency), regional Vertex AI for newer Claude models.
 */
function hasListPrice(provider: string, address: string | undefined, entry: Entry): boolean {
  if (address === undefined) return true;
  if (provider === 'openai') return !address.endsWith('.api.openai.com');
  return provider !== 'gcp.vertex_ai' || !entry.id.includes('claude') || address === 'aiplatform.googleapis.com';
}
