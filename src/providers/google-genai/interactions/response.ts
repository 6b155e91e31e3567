/** Answers of interactions as facts. */
import type { ResponseFacts, UsageFacts } from '../../../facts/call.ts';
import { RESPONSE_STATUS } from '../../../facts/semconv.ts';
import { modelName } from '../../formats/gemini/request.ts';
import { countsByModality, geminiFailure, sumCounts } from '../../formats/gemini/response.ts';
import { finishReason } from '../../reading/finish-reasons.ts';
import { sentUsage } from '../../reading/sent-usage.ts';
import { idsOf } from '../../reading/tool-call-ids.ts';
import { asArray, asCount, asObject, asString } from '../../reading/unknown-values.ts';
import { awaitCounts, takeCounts } from './background.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The API counts tool use outside of the input, and thoughts outside of the output; we add both. */
export function interactionUsage(value: unknown): UsageFacts | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  // `total_reasoning_tokens` is the name in the first versions.
  const reasoning = asCount(usage.total_thought_tokens) ?? asCount(usage.total_reasoning_tokens);
  return sentUsage({
    input: sumCounts(asCount(usage.total_input_tokens), asCount(usage.total_tool_use_tokens)),
    output: sumCounts(asCount(usage.total_output_tokens), reasoning),
    cacheRead: asCount(usage.total_cached_tokens),
    reasoning,
    inputBy: countsByModality('tokens', [usage.input_tokens_by_modality, usage.tool_use_tokens_by_modality]),
    outputBy: countsByModality('tokens', [usage.output_tokens_by_modality]),
    cacheReadBy: countsByModality('tokens', [usage.cached_tokens_by_modality]),
  });
}

const PENDING: ReadonlySet<unknown> = new Set(['in_progress', 'queued', undefined]);

/** True for the status of an unfinished interaction: the application fetches the answer later. */
export const isPending = (status: unknown): boolean => PENDING.has(status);

/** Finish reasons by status, for a status with a different name than the common finish reason. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['requires_action', 'tool_calls'],
  ['incomplete', 'length'],
]);

/** The finish reason; undefined while the interaction is unfinished. `calls`: the answer ends with a function call. */
export function interactionReason(status: unknown, calls: boolean): string | undefined {
  if (isPending(status) || typeof status !== 'string') return undefined;
  return status === 'completed' && calls ? 'tool_calls' : finishReason(REASONS.get(status) ?? status);
}

/** `steps` since 1.53, `outputs` before. */
export const stepsOf = (interaction: Fields): readonly unknown[] =>
  asArray(interaction.steps) ?? asArray(interaction.outputs) ?? [];

/** True if the last step is a function call. Earlier calls are answered: their results follow in the steps. */
export const interactionCallsFunction = (steps: readonly unknown[]): boolean =>
  asObject(steps.at(-1))?.type === 'function_call';

/** Facts of an interaction. Status `failed` is a failed operation, although the SDK returns the interaction normally. */
export function interactionFacts(value: unknown): ResponseFacts {
  const interaction = asObject(value) ?? {};
  const reason = interactionReason(interaction.status, interactionCallsFunction(stepsOf(interaction)));
  return {
    id: asString(interaction.id),
    model: modelName(interaction.model),
    finishReasons: reason === undefined ? undefined : [reason],
    usage: interactionUsage(interaction.usage),
    toolCalls: idsOf(stepsOf(interaction), 'id', 'function_call'),
    tier: asString(interaction.service_tier),
    failure: interaction.status === 'failed' ? geminiFailure(interaction.error) : undefined,
  };
}

/** Answer of `interactions.create`. An interaction made in the background is queued without counts. */
export function createdFacts(value: unknown): ResponseFacts {
  const facts = interactionFacts(value);
  if (isPending(asObject(value)?.status)) awaitCounts(facts);
  return facts;
}

/** Answer of `interactions.get`. */
export const fetchedFacts = (value: unknown): ResponseFacts =>
  withoutCounted(interactionFacts(value), asObject(value)?.status);

/**
 * Facts of a fetched interaction. The failure of the interaction is no failure of the fetch, and tokens that the creating
 * call has counted are left out.
 */
export function withoutCounted(facts: ResponseFacts, status: unknown): ResponseFacts {
  const { usage: _usage, failure: _reported, ...others } = facts;
  const usage = status !== undefined && isPending(status) ? undefined : takeCounts(facts);
  const name = asString(status);
  return {
    ...others,
    ...(usage === undefined ? {} : { usage }),
    ...(name === undefined ? {} : { attributes: { [RESPONSE_STATUS]: name } }),
  };
}
