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
  // Read once: a getter has to run once.
  const { service_tier: tier } = body;
  const choices = asArray(body.choices);
  return {
    id: asString(body.id),
    model: asString(body.model),
    finishReasons: inChoiceOrder(choices)?.map((choice) => finishReason(asObject(choice)?.finish_reason)),
    usage: openaiUsageFacts(body.usage) ?? openaiUsageFacts(asObject(body.x_groq)?.usage),
    toolCalls: completionCalls(choices),
    tier: asString(tier),
    attributes: attributesOf?.(tier, body.system_fingerprint),
  };
}

function completionCalls(choices: readonly unknown[] | undefined): string[] | undefined {
  let ids: string[] | undefined;
  for (const choice of choices ?? []) {
    const calls = asObject(asObject(choice)?.message)?.tool_calls;
    if (calls) ids = concatenated(ids, idsOf(calls, 'id'));
  }
  return ids;
}

/** Embeddings, and every other answer of which only id, model and usage describe the operation. */
export function plainFacts(value: unknown): ResponseFacts {
  const body = asObject(value) ?? {};
  return { id: asString(body.id), model: asString(body.model), usage: openaiUsageFacts(body.usage) };
}
