/** What OpenAI-shaped APIs answer, as facts. */
import type { Attributes } from '@opentelemetry/api';
import type { Failure, ResponseFacts, UsageFacts } from '../../facts/call.ts';
import {
  CONVERSATION_COMPACTED,
  OPENAI_RESPONSE_SERVICE_TIER,
  OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
  RESPONSE_STATUS,
} from '../../facts/semconv.ts';
import { errorCode } from '../../telemetry/error.ts';
import { finishReason } from '../reading/finish-reasons.ts';
import { concatenated, idsOf } from '../reading/tool-call-ids.ts';
import { asArray, asCount, asObject, asString } from '../reading/unknown-values.ts';
import { chargedFacts } from './reported-amount.ts';

type Body = Readonly<Record<string, unknown>>;

function modalities(details: Body | undefined): UsageFacts['inputBy'] {
  if (details === undefined) return undefined;
  const text = asCount(details.text_tokens);
  const image = asCount(details.image_tokens);
  const audio = asCount(details.audio_tokens);
  return text === undefined && image === undefined && audio === undefined ? undefined : { text, image, audio };
}

/**
 * Usage of chat completions, completions, embeddings, responses, images and transcriptions. Servers that speak the
 * protocol also put counts beside the details (`prompt_cache_hit_tokens` of DeepSeek, `cached_tokens`, `num_cached_tokens`).
 */
export function openaiUsageFacts(value: unknown): UsageFacts | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  const input =
    asObject(usage.prompt_tokens_details) ??
    asObject(usage.input_tokens_details) ??
    asObject(usage.input_token_details);
  const output = asObject(usage.completion_tokens_details) ?? asObject(usage.output_tokens_details);
  return {
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
  };
}

/** Service tier and fingerprint of an answer. */
export function openaiAttributes(tier: unknown, fingerprint: unknown): Attributes {
  const attributes: Attributes = {};
  if (typeof tier === 'string' && tier !== '') attributes[OPENAI_RESPONSE_SERVICE_TIER] = tier;
  if (typeof fingerprint === 'string' && fingerprint !== '')
    attributes[OPENAI_RESPONSE_SYSTEM_FINGERPRINT] = fingerprint;
  return attributes;
}

/** A chat completion or legacy completion. Usage of Groq can be in `x_groq` alone. */
export function completionFacts(value: unknown): ResponseFacts {
  const body = asObject(value) ?? {};
  return {
    id: asString(body.id),
    model: asString(body.model),
    finishReasons: asArray(body.choices)?.map((choice) => finishReason(asObject(choice)?.finish_reason)),
    usage: openaiUsageFacts(body.usage) ?? openaiUsageFacts(asObject(body.x_groq)?.usage),
    toolCalls: completionCalls(body.choices),
    tier: asString(body.service_tier),
    attributes: openaiAttributes(body.service_tier, body.system_fingerprint),
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

/** Output items that ask the application to run something. */
const CLIENT_CALLS = new Set<unknown>(['function_call', 'custom_tool_call']);

/** One reason for the one answer; none while it is not finished. */
function responseReasons(body: Body, status: string | undefined): string[] | undefined {
  switch (status) {
    case 'queued':
    case 'in_progress':
      return undefined;
    case 'incomplete':
      return [finishReason(asObject(body.incomplete_details)?.reason)];
    case 'completed':
      return [asArray(body.output)?.some((item) => CLIENT_CALLS.has(asObject(item)?.type)) ? 'tool_calls' : 'stop'];
    default:
      return [finishReason(status)];
  }
}

/** A Responses object. One that says `failed` is a failed operation, although the SDK hands it out as an answer. */
export function responseFacts(value: unknown): ResponseFacts {
  const body = asObject(value) ?? {};
  const status = asString(body.status);
  return {
    id: asString(body.id),
    model: asString(body.model),
    finishReasons: responseReasons(body, status),
    usage: openaiUsageFacts(body.usage),
    toolCalls: idsOf(body.output, 'call_id'),
    tier: asString(body.service_tier),
    attributes: openaiAttributes(body.service_tier, body.system_fingerprint),
    failure: status === 'failed' ? openaiFailure(body.error) : undefined,
  };
}

/** The provider's own account of a failure. */
export function openaiFailure(value: unknown): Failure {
  const error = asObject(value);
  return {
    type: errorCode(error?.code) ?? errorCode(error?.type) ?? '_OTHER',
    message: asString(error?.message),
  };
}

/** A stored response that was fetched: its tokens were counted by the call that made it. */
export function fetchedFacts(value: unknown): ResponseFacts {
  const { usage: _counted, attributes, failure: _reported, ...facts } = responseFacts(value);
  const status = asString(asObject(value)?.status);
  return { ...facts, attributes: status === undefined ? attributes : { ...attributes, [RESPONSE_STATUS]: status } };
}

/** `responses.compact` */
export function compactionFacts(value: unknown): ResponseFacts {
  const body = asObject(value) ?? {};
  return {
    id: asString(body.id),
    model: asString(body.model),
    finishReasons: ['compaction'],
    usage: openaiUsageFacts(body.usage),
    tier: asString(body.service_tier),
    attributes: { [CONVERSATION_COMPACTED]: true },
  };
}

/** Embeddings, images, moderation, transcription: whatever of model and usage there is. */
export function plainFacts(value: unknown): ResponseFacts {
  const body = asObject(value) ?? {};
  return { id: asString(body.id), model: asString(body.model), usage: openaiUsageFacts(body.usage) };
}

/** A page of search results: nothing of it describes the operation. */
export function pageFacts(): ResponseFacts {
  return {};
}
