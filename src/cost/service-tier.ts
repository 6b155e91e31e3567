/**
 * What a service tier does to the list price. Only what a provider has published and what is the same for every kind of
 * token is here; a tier that is not has no cost, because the list price would be wrong.
 */

/** Words for the tier that the list price is for. */
const STANDARD = new Set(['default', 'standard', 'auto', 'on_demand', 'unspecified', 'traffic_type_unspecified']);

/** OpenAI's list of models and prices, https://openai.com/api-fast-mode/ (2026-11); fast mode was called priority first. */
const OPENAI_FAST: Readonly<Record<string, number>> = {
  'openai/gpt-4o': 1.7,
  'openai/gpt-4o-2024-05-13': 1.75,
  'openai/gpt-4.1': 1.75,
  'openai/gpt-4.1-mini': 1.75,
  'openai/gpt-4.1-nano': 2,
  'openai/gpt-5': 2,
  'openai/gpt-5-mini': 1.8,
  'openai/gpt-5.1': 2,
  'openai/gpt-5.2': 2,
  'openai/gpt-5.4': 2,
  'openai/gpt-5.4-mini': 2,
  'openai/gpt-5.5': 2.5,
  'openai/gpt-5.6-sol': 2,
  'openai/gpt-5.6-terra': 2,
  'openai/gpt-5.6-luna': 2,
};

/** Of them, those whose long context has a price in fast mode. */
const OPENAI_FAST_LONG: ReadonlySet<string> = new Set([
  'openai/gpt-5.6-sol',
  'openai/gpt-5.6-terra',
  'openai/gpt-5.6-luna',
]);

/** Multiples of the list price that a provider has for a tier. */
interface Tier {
  readonly multiple: number | Readonly<Record<string, number>>;
  /** Not for requests that read from the cache: the published multiple is for input and output alone. */
  readonly uncached?: true;
}

const GEMINI = {
  // https://ai.google.dev/gemini-api/docs/optimization
  flex: { multiple: 0.5, uncached: true },
  batch: { multiple: 0.5, uncached: true },
} as const satisfies Readonly<Record<string, Tier>>;

const TIERS: Readonly<Record<string, Readonly<Record<string, Tier>>>> = {
  openai: {
    // https://developers.openai.com/api/docs/guides/batch and .../guides/flex-processing (tokens at batch prices)
    batch: { multiple: 0.5 },
    flex: { multiple: 0.5 },
    priority: { multiple: OPENAI_FAST },
    fast: { multiple: OPENAI_FAST },
  },
  // https://platform.claude.com/docs/en/about-claude/pricing#batch-processing. The priority tier is capacity by contract.
  anthropic: { batch: { multiple: 0.5 } },
  'gcp.gemini': GEMINI,
  // https://console.groq.com/docs/flex-processing: the price of on-demand
  groq: { flex: { multiple: 1 } },
};

/** Is this the tier that the list price is for? */
export function isStandard(tier: string): boolean {
  return STANDARD.has(tier) || STANDARD.has(tier.toLowerCase());
}

/** What the tier depends on, besides its name. */
export interface TierQuery {
  readonly provider: string;
  /** The price entry that matched. */
  readonly entry: string;
  readonly cached: boolean;
  readonly longContext: boolean;
}

/** How many times the list price a call in `tier`, which is no standard one, costs; `undefined` if that is not known for sure. */
export function tierMultiple(tier: string, call: TierQuery): number | undefined {
  const name = tier.toLowerCase();
  const tiers = Object.hasOwn(TIERS, call.provider) ? TIERS[call.provider] : undefined;
  const known = tiers !== undefined && Object.hasOwn(tiers, name) ? tiers[name] : undefined;
  if (known === undefined || (known.uncached === true && call.cached)) return undefined;
  if (typeof known.multiple === 'number') return known.multiple;
  if (call.longContext && !OPENAI_FAST_LONG.has(call.entry)) return undefined;
  return Object.hasOwn(known.multiple, call.entry) ? known.multiple[call.entry] : undefined;
}

/**
 * Inference in a chosen place. Anthropic: 1.1 times in the US, as is for `global`
 * (https://platform.claude.com/docs/en/about-claude/pricing#data-residency-pricing).
 */
export function regionMultiple(region: string | undefined): number | undefined {
  if (region === undefined || region === 'global' || region === 'not_available') return 1;
  return region === 'us' ? 1.1 : undefined;
}
