/** Token counts in Anthropic's form. */
import type { ResponseFacts, UsageFacts } from '../../../facts/call.ts';
import { sentUsage } from '../../reading/sent-usage.ts';
import { asArray, asCount, asObject, asString } from '../../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** All input tokens: `input_tokens` leaves out the tokens that were read from the cache and written to it. */
export function inputTokens(usage: Fields): number | undefined {
  const fresh = asCount(usage.input_tokens);
  if (fresh === undefined) return undefined;
  return fresh + (asCount(usage.cache_read_input_tokens) ?? 0) + (asCount(usage.cache_creation_input_tokens) ?? 0);
}

/** `usage` of a message. */
export function anthropicUsageFacts(value: unknown): UsageFacts | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  return sentUsage({
    input: inputTokens(usage),
    output: asCount(usage.output_tokens),
    cacheRead: asCount(usage.cache_read_input_tokens),
    cacheWrite: asCount(usage.cache_creation_input_tokens),
    cacheWrite1h: asCount(asObject(usage.cache_creation)?.ephemeral_1h_input_tokens),
    reasoning: asCount(asObject(usage.output_tokens_details)?.thinking_tokens),
  });
}

/** Tier and region that served the message. Fast mode and iterations of another model have prices of their own. */
export function servedAs(value: unknown): Pick<ResponseFacts, 'tier' | 'region'> {
  const usage = asObject(value);
  const foreign = asArray(usage?.iterations)?.some((entry) => asObject(entry)?.type !== 'message') === true;
  return {
    tier: foreign ? 'iterations' : usage?.speed === 'fast' ? 'fast' : asString(usage?.service_tier),
    region: asString(usage?.inference_geo),
  };
}
