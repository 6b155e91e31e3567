/** Answers of a chat model without an SDK, as facts. */
import type { ResponseFacts, UsageFacts } from '../../facts/call.ts';
import type { OutputMessage } from '../../facts/messages.ts';
import { finishReason, finishReasonField } from '../reading/finish-reasons.ts';
import { sentUsage } from '../reading/sent-usage.ts';
import { idsOf } from '../reading/tool-call-ids.ts';
import { asArray, asCount, asObject, asString } from '../reading/unknown-values.ts';
import { messageOf } from './content.ts';

type Fields = Readonly<Record<string, unknown>>;

const generationsOf = (result: unknown): readonly unknown[] => asArray(asObject(result)?.generations) ?? [];

/** The message of a generation or of a chunk. */
export const messageIn = (generation: unknown): Fields => asObject(asObject(generation)?.message) ?? {};

/** The provider's data beside the message: classes of models keep the data in different fields. */
export function detailsOf(generation: unknown): Fields {
  return { ...asObject(asObject(generation)?.generationInfo), ...asObject(messageIn(generation).response_metadata) };
}

/** The model that answered. */
export const modelOf = (details: Fields): string | undefined =>
  asString(details.model_name) ?? asString(details.modelName) ?? asString(details.model) ?? asString(details.model_id);

/** The finish reason in the provider's word. */
export function reasonOf(details: Fields): string | undefined {
  return (
    asString(details.finish_reason) ??
    asString(details.finishReason) ??
    asString(details.stop_reason) ??
    asString(details.stopReason) ??
    asString(details.done_reason)
  );
}

/** The provider's id of the answer. LangChain's ids of runs (`run-`, `lc_run-`) are no ids of answers. */
export const idOf = (message: Fields, details: Fields): string | undefined =>
  asString(details.id) ?? (/^(?:run|lc_run)-/.test(asString(message.id) ?? 'run-') ? undefined : asString(message.id));

/** Facts of the result of `_generate`. */
export function generationFacts(result: unknown): ResponseFacts {
  const generations = generationsOf(result);
  const [first] = generations;
  const details = detailsOf(first);
  const reasons = generations.map((generation) => reasonOf(detailsOf(generation)));
  return {
    id: idOf(messageIn(first), details),
    model: modelOf(details),
    finishReasons: reasons.every((reason) => reason === undefined) ? undefined : reasons.map(finishReason),
    usage: usageOf(messageIn(first).usage_metadata),
    toolCalls: idsOf(messageIn(first).tool_calls, 'id'),
  };
}

/** Counts of `usage_metadata`: the input includes cached tokens, the output includes reasoning. */
export function usageOf(value: unknown): UsageFacts | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  const input = asObject(usage.input_token_details) ?? {};
  const output = asObject(usage.output_token_details) ?? {};
  return sentUsage({
    input: asCount(usage.input_tokens),
    output: asCount(usage.output_tokens),
    total: asCount(usage.total_tokens),
    cacheRead: asCount(input.cache_read),
    cacheWrite: asCount(input.cache_creation),
    reasoning: asCount(output.reasoning),
    inputBy: { text: asCount(input.text), image: asCount(input.image), audio: asCount(input.audio) },
    outputBy: { text: asCount(output.text), image: asCount(output.image), audio: asCount(output.audio) },
  });
}

/** Output messages of the result of `_generate`. */
export function generationOutput(result: unknown): OutputMessage[] {
  return generationsOf(result).map((generation) => outputOf(asObject(generation) ?? {}));
}

function outputOf(generation: Fields): OutputMessage {
  return {
    ...messageOf(messageIn(generation)),
    role: 'assistant',
    ...finishReasonField(reasonOf(detailsOf(generation))),
  };
}
