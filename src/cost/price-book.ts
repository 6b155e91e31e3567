/** Which price a call has: the user's own first, then the table's, found once for each model. */
import type { Prices } from '../facts/prices.ts';
import { isSnapshotOf, normalName } from './model-name.ts';
import { type Override, Overrides } from './overrides.ts';
import { type Entry, findEntry } from './price-table.ts';
import type { Habits } from './rates.ts';

/** Whom a call went to and for which model. */
export interface PriceQuery {
  /** `gen_ai.provider.name` */
  readonly provider: string;
  readonly model?: string | undefined;
  readonly address?: string | undefined;
}

/** A price: the user's own or the table's. */
export interface Price {
  readonly id: string;
  readonly own?: Override;
  readonly entry?: Entry;
  /** Of the provider that the call went to. */
  readonly habits: Habits;
}

const PLAIN: Habits = { audioAsText: false, hiddenOutput: false };
/** Google publishes a price for audio where it differs, and its OpenAI-compatible API leaves thoughts out of the output. */
const GOOGLE: Habits = { audioAsText: true, hiddenOutput: true };
/** Who gives no price for audio says that it costs what text does. */
const OWN: Habits = { audioAsText: true, hiddenOutput: false };

const habitsOf = (provider: string, others: Habits): Habits => (provider.startsWith('gcp.') ? GOOGLE : others);

/** Whose tables stand in for a provider's, in this order. Azure and Vertex AI sell these models at their makers' list prices. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  'azure.ai.openai': ['azure.ai.openai', 'openai', 'anthropic'],
  'gcp.gemini': ['gcp.gemini', 'anthropic'],
  'gcp.vertex_ai': ['gcp.gemini', 'anthropic'],
};

/** Models looked up and kept; an application has a handful, fine-tuned ones included. */
const MAX_KNOWN = 1000;

/** What was looked up for a model last. */
interface Known extends PriceQuery {
  readonly answered: string | undefined;
  readonly price: Price | undefined;
}

/** The prices of one configuration. */
export class PriceBook {
  readonly #own: Overrides;
  /** By the model's name alone: an application has it from one place, and building a longer key costs more than the sum. */
  readonly #known = new Map<string | undefined, Known>();
  /** The newest of them: the next call is likely to be of the same model, and to compare costs less than to look up. */
  #last: Known | undefined;

  constructor(prices: Prices | string) {
    this.#own = new Overrides(prices);
  }

  /** The price of a call: by the model that answered, else by the one that was asked for where that is the same one. */
  find(asked: PriceQuery, answered: string | undefined): Price | undefined {
    const { provider, model, address } = asked;
    if (isKnown(this.#last, asked, answered)) return this.#last.price;
    const known = this.#known.get(answered ?? model);
    if (isKnown(known, asked, answered)) {
      this.#last = known;
      return known.price;
    }
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    const price = this.#ownPrice(asked, answered) ?? listPrice(asked, answered);
    this.#last = { provider, model, address, answered, price };
    this.#known.set(answered ?? model, this.#last);
    return price;
  }

  #ownPrice({ provider, model }: PriceQuery, answered: string | undefined): Price | undefined {
    for (const name of [answered, model]) {
      const own = name === undefined ? undefined : this.#own.find(provider, name);
      if (own !== undefined) return { id: own.id, own, habits: habitsOf(provider, OWN) };
    }
    return undefined;
  }
}

function isKnown(known: Known | undefined, asked: PriceQuery, answered: string | undefined): known is Known {
  return (
    known !== undefined &&
    known.answered === answered &&
    known.model === asked.model &&
    known.provider === asked.provider &&
    known.address === asked.address
  );
}

function listPrice({ provider, model, address }: PriceQuery, answered: string | undefined): Price | undefined {
  const entry = lookUp(provider, nameToPrice(provider, model, answered));
  if (entry !== undefined) return hasListPrice(provider, address, entry) ? listed(provider, entry) : undefined;
  // A snapshot newer than the table costs what the name it was asked for by costs; another model may cost anything.
  if (model === undefined || answered === undefined || Object.hasOwn(NAMED_BY, provider)) return undefined;
  if (!isSnapshotOf(normalName(answered), normalName(model))) return undefined;
  const asked = lookUp(provider, model);
  return asked !== undefined && hasListPrice(provider, address, asked) ? listed(provider, asked) : undefined;
}

const listed = (provider: string, entry: Entry): Price => ({ id: entry.id, entry, habits: habitsOf(provider, PLAIN) });

/**
 * Azure is asked for a deployment, which can have any name. Bedrock is asked for an inference profile, which says where the
 * call may run and so sets the price; the answer names the model alone.
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
 * Endpoints in a chosen place cost more for some models: `eu.api.openai.com` for those since March 2026
 * (https://developers.openai.com/api/docs/guides/data-residency), regional Vertex AI for newer Claude models.
 */
function hasListPrice(provider: string, address: string | undefined, entry: Entry): boolean {
  if (address === undefined) return true;
  if (provider === 'openai') return !address.endsWith('.api.openai.com');
  return provider !== 'gcp.vertex_ai' || !entry.id.includes('claude') || address === 'aiplatform.googleapis.com';
}
