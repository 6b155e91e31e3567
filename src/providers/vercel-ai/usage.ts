/** Token counts of an AI SDK call: the provider's counts where the SDK gives them out, else the SDK's. */
import type { ResponseFacts, UsageFacts } from '../../facts/call.ts';
import { anthropicUsageFacts as anthropicUsage, servedAs } from '../formats/anthropic-messages/usage.ts';
import { geminiUsageFacts as geminiUsage, serviceTier } from '../formats/gemini/response.ts';
import { openaiUsageFacts as openaiUsage } from '../formats/openai-chat/usage.ts';
import { sentUsage } from '../reading/sent-usage.ts';
import { asCount, asObject } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Facts that are read from the counts of a provider. */
type UsageReading = Pick<ResponseFacts, 'usage' | 'tier' | 'region'>;

/** Readers of the providers' counts, by field names that only this provider uses. The first match wins. */
const DIALECTS: readonly (readonly [fields: readonly string[], read: (usage: Fields) => UsageReading])[] = [
  [
    ['promptTokenCount', 'candidatesTokenCount'],
    (usage) => ({ usage: geminiUsage(usage), tier: serviceTier({ usageMetadata: usage }) }),
  ],
  [
    ['cache_read_input_tokens', 'cache_creation_input_tokens', 'cache_creation'],
    (usage) => ({ usage: anthropicUsage(usage), ...servedAs(usage) }),
  ],
  [
    ['prompt_tokens', 'completion_tokens', 'input_tokens_details', 'output_tokens_details', 'input_token_details'],
    (usage) => ({ usage: openaiUsage(usage) }),
  ],
  // Without details, the names are the same for OpenAI and Anthropic.
  [['input_tokens', 'output_tokens'], (usage) => ({ usage: openaiUsage(usage) })],
];

/** Does the provider's `usage` hold a number? Packages of `ai` 6 and 7 read a missing count as 0. */
const holdsNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'object' && value !== null && Object.values(value).some(holdsNumber));

/** Returns undefined for counts of an unknown form: the SDK's own counts are right too, but less detailed. */
function providerUsage(value: unknown): UsageReading | undefined {
  const counts = asObject(value);
  if (counts === undefined) return undefined;
  const dialect = DIALECTS.find(([fields]) => fields.some((field) => (counts[field] ?? undefined) !== undefined));
  const reading = dialect?.[1](counts);
  return reading?.usage?.input === undefined && reading?.usage?.output === undefined ? undefined : reading;
}

/** The SDK's counts: flat in `ai` 5, grouped in 6 and 7. */
function sdkUsage(usage: Fields): UsageFacts | undefined {
  const input = asObject(usage.inputTokens);
  const output = asObject(usage.outputTokens);
  if (input === undefined && output === undefined)
    return sentUsage({
      input: asCount(usage.inputTokens) ?? asCount(usage.tokens),
      output: asCount(usage.outputTokens),
      total: asCount(usage.totalTokens),
      cacheRead: asCount(usage.cachedInputTokens),
      reasoning: asCount(usage.reasoningTokens),
    });
  return sentUsage({
    input: asCount(input?.total),
    output: asCount(output?.total),
    cacheRead: asCount(input?.cacheRead),
    cacheWrite: asCount(input?.cacheWrite),
    reasoning: asCount(output?.reasoning),
  });
}

/** The SDK's counts; none if the provider's usage holds no number, because the SDK's zeros then stand for nothing. */
function countsOfSdk(counts: Fields): UsageFacts | undefined {
  const usage = sdkUsage(counts);
  const madeUp = usage !== undefined && asObject(counts.raw) !== undefined && !holdsNumber(counts.raw);
  return madeUp && !usage.input && !usage.output ? undefined : usage;
}

/** Counts in the metadata of the provider's package; models of `ai` 5 have no better source. */
function metadataUsage(value: unknown): UsageReading | undefined {
  for (const metadata of Object.values(asObject(value) ?? {})) {
    const reading = providerUsage(asObject(metadata)?.usage) ?? providerUsage(asObject(metadata)?.usageMetadata);
    if (reading !== undefined) return reading;
  }
  return undefined;
}

/**
 * Counts, service tier and region of one answer, or of the `finish` part of a stream.
 * @param usage the SDK's counts
 * @param providerMetadata metadata of the provider's package
 * @param body the provider's answer, if the SDK gives the answer out
 */
export function usageFactsOf(usage: unknown, providerMetadata: unknown, body: unknown): UsageReading {
  const counts = asObject(usage);
  const answer = asObject(body);
  return (
    providerUsage(counts?.raw) ??
    providerUsage(answer?.usage) ??
    providerUsage(answer?.usageMetadata) ??
    metadataUsage(providerMetadata) ?? {
      usage: counts && countsOfSdk(counts),
    }
  );
}
