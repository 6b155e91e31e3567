import type { Modality, UsageFacts } from '../../facts/call.ts';
import type { GenerationUsage } from '../../facts/generation-usage.ts';
import { asCount, asObject } from './unknown-values.ts';

/** The reported counts, without fields that are no counts: an earlier report of a field then stays. */
export function reportedUsage(reported: GenerationUsage): UsageFacts {
  const usage: UsageFacts = {
    input: asCount(reported.inputTokens),
    output: asCount(reported.outputTokens),
    total: asCount(reported.totalTokens),
    cacheRead: asCount(reported.cacheReadTokens),
    cacheWrite: asCount(reported.cacheWriteTokens),
    reasoning: asCount(reported.reasoningTokens),
    inputBy: countsByModality(reported.inputByModality),
    outputBy: countsByModality(reported.outputByModality),
    cacheReadBy: countsByModality(reported.cacheReadByModality),
  };
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined));
}

function countsByModality(value: unknown): UsageFacts['inputBy'] {
  const by = asObject(value);
  const counts = (['text', 'image', 'audio'] as const satisfies readonly Modality[])
    .map((modality) => [modality, asCount(by?.[modality])] as const)
    .filter(([, tokens]) => tokens !== undefined);
  return counts.length === 0 ? undefined : Object.fromEntries(counts);
}
