/** Token counts in OpenAI's form, of OpenAI and of the servers that took the form over. */
import type { UsageFacts } from '../../../facts/call.ts';
import { sentUsage } from '../../reading/sent-usage.ts';
import { asCount, asObject } from '../../reading/unknown-values.ts';
import { chargedFacts } from './reported-amount.ts';

type Fields = Readonly<Record<string, unknown>>;

function modalities(details: Fields | undefined): UsageFacts['inputBy'] {
  if (details === undefined) return undefined;
  const text = asCount(details.text_tokens);
  const image = asCount(details.image_tokens);
  const audio = asCount(details.audio_tokens);
  return text === undefined && image === undefined && audio === undefined ? undefined : { text, image, audio };
}

/**
 * Usage of chat completions, completions, embeddings, responses, images and transcriptions. Compatible servers put
 * counts beside the details too (`prompt_cache_hit_tokens` of DeepSeek, `cached_tokens`, `num_cached_tokens`).
 */
export function openaiUsageFacts(value: unknown): UsageFacts | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  const input =
    asObject(usage.prompt_tokens_details) ??
    asObject(usage.input_tokens_details) ??
    asObject(usage.input_token_details);
  const output = asObject(usage.completion_tokens_details) ?? asObject(usage.output_tokens_details);
  return sentUsage({
    input: asCount(usage.prompt_tokens) ?? asCount(usage.input_tokens),
    output: asCount(usage.completion_tokens) ?? asCount(usage.output_tokens),
    total: asCount(usage.total_tokens),
    cacheRead:
      asCount(input?.cached_tokens) ??
      asCount(usage.prompt_cache_hit_tokens) ??
      asCount(usage.cached_tokens) ??
      asCount(usage.num_cached_tokens),
    cacheWrite: asCount(input?.cache_write_tokens),
    reasoning: asCount(output?.reasoning_tokens) ?? asCount(usage.reasoning_tokens),
    inputBy: modalities(input),
    outputBy: modalities(output),
    charged: chargedFacts(usage),
  });
}
