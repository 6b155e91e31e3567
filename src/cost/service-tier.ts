/**
 * Multiples of the list price by service tier. Only published multiples that are the same for every kind of token are
 * listed. A call in any other tier has no cost, because the list price would be wrong.
 */

/** Names of the tier with the list price. */
const STANDARD = new Set(['default', 'standard', 'auto', 'on_demand', 'unspecified', 'traffic_type_unspecified']);

/**
 * OpenAI's list of models and prices, https://openai.com/api-fast-mode/ (2026-11). The first name of fast mode was
 * priority.
 */
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

/** Models with a price for long context in fast mode. */
const OPENAI_FAST_LONG: ReadonlySet<string> = new Set([
  'openai/gpt-5.6-sol',
  'openai/gpt-5.6-terra',
  'openai/gpt-5.6-luna',
]);

/** A provider's multiples of the list price for one tier. */
interface Tier {
  readonly multiple: number | Readonly<Record<string, number>>;
  /** The published multiple is for input and output alone, so requests with cached tokens have no multiple. */
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

/** True for the tier with the list price. */
export function isStandard(tier: string): boolean {
  return STANDARD.has(tier) || STANDARD.has(tier.toLowerCase());
}

/** Values that decide about a tier's multiple, besides the name of the tier. */
export interface TierQuery {
  readonly provider: string;
  /** Id of the matching price entry. */
  readonly entry: string;
  readonly cached: boolean;
  readonly longContext: boolean;
}

/** The multiple of the list price for a tier other than the standard tier; undefined if the multiple is not certain. */
export function tierMultiple(tier: string, call: TierQuery): number | undefined {
  const name = tier.toLowerCase();
  const tiers = Object.hasOwn(TIERS, call.provider) ? TIERS[call.provider] : undefined;
  const published = tiers !== undefined && Object.hasOwn(tiers, name) ? tiers[name] : undefined;
  if (published === undefined || (published.uncached === true && call.cached)) return undefined;
  if (typeof published.multiple === 'number') return published.multiple;
  if (call.longContext && !OPENAI_FAST_LONG.has(call.entry)) return undefined;
  return Object.hasOwn(published.multiple, call.entry) ? published.multiple[call.entry] : undefined;
}

/**
 * The multiple for a chosen region of inference. Anthropic: 1.1 times in the US, list price for `global`
 * (https://platform.claude.com/docs/en/about-claude/pricing#data-residency-pricing).
 */
export function regionMultiple(region: string | undefined): number | undefined {
  if (region === undefined || region === 'global' || region === 'not_available') return 1;
  return region === 'us' ? 1.1 : undefined;
}
