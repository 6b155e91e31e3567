/** Answers of chat completions, legacy completions and embeddings, as facts. */
import type { Attributes } from '@opentelemetry/api';
import type { ResponseFacts } from '../../../facts/call.ts';
import { inChoiceOrder } from '../../reading/choice-order.ts';
import { finishReason } from '../../reading/finish-reasons.ts';
import { concatenated, idsOf } from '../../reading/tool-call-ids.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';
import { openaiUsageFacts } from './usage.ts';

/** Makes the response attributes of one provider, of the service tier and the fingerprint in an answer. */
export type AnswerAttributes = (tier: unknown, fingerprint: unknown) => Attributes;

/** A chat completion or legacy completion. Usage of Groq can be in `x_groq` alone. */
export function completionFacts(value: unknown, attributesOf?: AnswerAttributes): ResponseFacts {
  const body = asObject(value) ?? {};
  return {
    id: asString(body.id),
    model: asString(body.model),
    finishReasons: inChoiceOrder(body.choices)?.map((choice) => finishReason(asObject(choice)?.finish_reason)),
    usage: openaiUsageFacts(body.usage) ?? openaiUsageFacts(asObject(body.x_groq)?.usage),
    toolCalls: completionCalls(body.choices),
    tier: asString(body.service_tier),
    attributes: attributesOf?.(body.service_tier, body.system_fingerprint),
  };
}

function completionCalls(choices: unknown): string[] | undefined {
  let ids: string[] | undefined;
  for (const choice of asArray(choices) ?? []) {
    const message = asObject(asObject(choice)?.message);
    if (message?.tool_calls) ids = concatenated(ids, idsOf(message.tool_calls, 'id'));
  }
  return ids;
}

/** Embeddings, and every other answer of which only id, model and usage describe the operation. */
export function plainFacts(value: unknown): ResponseFacts {
  const body = asObject(value) ?? {};
  return { id: asString(body.id), model: asString(body.model), usage: openaiUsageFacts(body.usage) };
}
