/** Token counts of the AI SDK: the provider's own where they are handed out, else the SDK's. */
import type { ResponseFacts, UsageFacts } from '../../facts/call.ts';
import { anthropicUsageFacts as anthropicUsage, servedAs } from '../anthropic/response.ts';
import { geminiUsageFacts as geminiUsage, serviceTier } from '../formats/gemini/response.ts';
import { openaiUsageFacts as openaiUsage } from '../openai/response.ts';
import { asCount, asObject } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What the counts of a provider say. */
type Counted = Pick<ResponseFacts, 'usage' | 'tier' | 'region'>;

/** The providers' counts, known by the names of their fields; of several that fit the first. */
const DIALECTS: readonly (readonly [fields: readonly string[], read: (usage: Fields) => Counted])[] = [
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
];

/** `undefined` for counts in a dialect that is not known: the SDK's are right, if less detailed. */
function raw(value: unknown): Counted | undefined {
  const counts = asObject(value);
  if (counts === undefined) return undefined;
  const dialect = DIALECTS.find(([fields]) => fields.some((field) => (counts[field] ?? undefined) !== undefined));
  const counted = dialect?.[1](counts);
  return counted?.usage?.input === undefined && counted?.usage?.output === undefined ? undefined : counted;
}

/** Counts of `ai` 5 are flat; of 6 and 7 they are grouped. */
function ownUsage(usage: Fields): UsageFacts {
  const input = asObject(usage.inputTokens);
  const output = asObject(usage.outputTokens);
  if (input === undefined && output === undefined)
    return {
      input: asCount(usage.inputTokens) ?? asCount(usage.tokens),
      output: asCount(usage.outputTokens),
      total: asCount(usage.totalTokens),
      cacheRead: asCount(usage.cachedInputTokens),
      reasoning: asCount(usage.reasoningTokens),
    };
  return {
    input: asCount(input?.total),
    output: asCount(output?.total),
    cacheRead: asCount(input?.cacheRead),
    cacheWrite: asCount(input?.cacheWrite),
    reasoning: asCount(output?.reasoning),
  };
}

/** Where providers leave their own counts; models of `ai` 5 have no better place. */
function inMetadata(value: unknown): Counted | undefined {
  for (const metadata of Object.values(asObject(value) ?? {})) {
    const counted = raw(asObject(metadata)?.usage) ?? raw(asObject(metadata)?.usageMetadata);
    if (counted !== undefined) return counted;
  }
  return undefined;
}

/**
 * Counts of one answer, or of the `finish` part of a stream, and what they say of how it was served.
 * @param usage what the SDK made of them
 * @param providerMetadata what the provider's package says besides
 * @param body the provider's answer, where there is one
 */
export function counted(usage: unknown, providerMetadata: unknown, body: unknown): Counted {
  const own = asObject(usage);
  const answer = asObject(body);
  return (
    raw(own?.raw) ??
    raw(answer?.usage) ??
    raw(answer?.usageMetadata) ??
    inMetadata(providerMetadata) ?? { usage: own && ownUsage(own) }
  );
}
