/** The price of a call, in answers of servers that report the price beside the token counts. */
import type { UsageFacts } from '../../../facts/call.ts';
import { asNumber, asObject } from '../../reading/unknown-values.ts';

type Charged = UsageFacts['charged'];
type Fields = Readonly<Record<string, unknown>>;

/** https://docs.x.ai/developers/cost-tracking */
const TICKS_PER_USD = 1e10;

/** The amount in a `usage` object: `cost` of OpenRouter (a number) and Perplexity (an object), ticks of xAI. */
export function chargedFacts(usage: Fields): Charged {
  const ticks = asNumber(usage.cost_in_usd_ticks);
  if (ticks !== undefined) return { total: ticks / TICKS_PER_USD };
  const { cost } = usage;
  if (cost === undefined || cost === null) return undefined;
  return typeof cost === 'number' ? openRouter(cost, usage) : perplexity(asObject(cost) ?? {});
}

/** With the user's own key the provider of the model sends a bill as well; then `cost` is OpenRouter's fee alone. */
function openRouter(cost: number, usage: Fields): Charged {
  const details = asObject(usage.cost_details) ?? {};
  const upstream = usage.is_byok === true ? asNumber(details.upstream_inference_cost) : 0;
  // In answers without `is_byok`, 0 may mean a free call or the user's own key.
  if (upstream === undefined || (cost === 0 && typeof usage.is_byok !== 'boolean')) return undefined;
  return {
    total: cost + upstream,
    input: asNumber(details.upstream_inference_prompt_cost) ?? asNumber(details.upstream_inference_input_cost),
    output: asNumber(details.upstream_inference_completions_cost) ?? asNumber(details.upstream_inference_output_cost),
  };
}

const INPUT = ['input_tokens_cost', 'input_cost', 'cache_read_cost', 'cache_creation_cost'] as const;
const OUTPUT = ['output_tokens_cost', 'output_cost', 'reasoning_tokens_cost'] as const;

function perplexity(cost: Fields): Charged {
  const total = asNumber(cost.total_cost);
  if (total === undefined || (cost.currency ?? 'USD') !== 'USD') return undefined;
  return { total, input: sum(cost, INPUT), output: sum(cost, OUTPUT) };
}

function sum(cost: Fields, names: readonly string[]): number | undefined {
  const amounts = names.map((name) => asNumber(cost[name])).filter((amount) => amount !== undefined);
  return amounts.length === 0 ? undefined : amounts.reduce((all, amount) => all + amount, 0);
}
