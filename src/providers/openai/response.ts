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
import { idsOf, together } from '../reading/tool-call-ids.ts';
import { arr, count, obj, str } from '../reading/unknown-values.ts';
import { chargedFacts } from './reported-amount.ts';

type Body = Readonly<Record<string, unknown>>;

function modalities(details: Body | undefined): UsageFacts['inputBy'] {
  if (details === undefined) return undefined;
  const text = count(details.text_tokens);
  const image = count(details.image_tokens);
  const audio = count(details.audio_tokens);
  return text === undefined && image === undefined && audio === undefined ? undefined : { text, image, audio };
}

/**
 * Usage of chat completions, completions, embeddings, responses, images and transcriptions. Servers that speak the
 * protocol also put counts beside the details (`prompt_cache_hit_tokens` of DeepSeek, `cached_tokens`, `num_cached_tokens`).
 */
export function usageFacts(value: unknown): UsageFacts | undefined {
  const usage = obj(value);
  if (usage === undefined) return undefined;
  const input = obj(usage.prompt_tokens_details) ?? obj(usage.input_tokens_details) ?? obj(usage.input_token_details);
  const output = obj(usage.completion_tokens_details) ?? obj(usage.output_tokens_details);
  return {
    input: count(usage.prompt_tokens) ?? count(usage.input_tokens),
    output: count(usage.completion_tokens) ?? count(usage.output_tokens),
    total: count(usage.total_tokens),
    cacheRead:
      count(input?.cached_tokens) ??
      count(usage.prompt_cache_hit_tokens) ??
      count(usage.cached_tokens) ??
      count(usage.num_cached_tokens),
    cacheWrite: count(input?.cache_write_tokens),
    reasoning: count(output?.reasoning_tokens) ?? count(usage.reasoning_tokens),
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
  const body = obj(value) ?? {};
  return {
    id: str(body.id),
    model: str(body.model),
    finishReasons: arr(body.choices)?.map((choice) => finishReason(obj(choice)?.finish_reason)),
    usage: usageFacts(body.usage) ?? usageFacts(obj(body.x_groq)?.usage),
    toolCalls: completionCalls(body.choices),
    tier: str(body.service_tier),
    attributes: openaiAttributes(body.service_tier, body.system_fingerprint),
  };
}

function completionCalls(choices: unknown): string[] | undefined {
  let ids: string[] | undefined;
  for (const choice of arr(choices) ?? []) {
    const message = obj(obj(choice)?.message);
    if (message?.tool_calls) ids = together(ids, idsOf(message.tool_calls, 'id'));
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
      return [finishReason(obj(body.incomplete_details)?.reason)];
    case 'completed':
      return [arr(body.output)?.some((item) => CLIENT_CALLS.has(obj(item)?.type)) ? 'tool_calls' : 'stop'];
    default:
      return [finishReason(status)];
  }
}

/** A Responses object. One that says `failed` is a failed operation, although the SDK hands it out as an answer. */
export function responseFacts(value: unknown): ResponseFacts {
  const body = obj(value) ?? {};
  const status = str(body.status);
  return {
    id: str(body.id),
    model: str(body.model),
    finishReasons: responseReasons(body, status),
    usage: usageFacts(body.usage),
    toolCalls: idsOf(body.output, 'call_id'),
    tier: str(body.service_tier),
    attributes: openaiAttributes(body.service_tier, body.system_fingerprint),
    failure: status === 'failed' ? failureOf(body.error) : undefined,
  };
}

/** The provider's own account of a failure. */
export function failureOf(value: unknown): Failure {
  const error = obj(value);
  return {
    type: errorCode(error?.code) ?? errorCode(error?.type) ?? '_OTHER',
    message: str(error?.message),
  };
}

/** A stored response that was fetched: its tokens were counted by the call that made it. */
export function fetchedFacts(value: unknown): ResponseFacts {
  const { usage: _counted, attributes, failure: _reported, ...facts } = responseFacts(value);
  const status = str(obj(value)?.status);
  return { ...facts, attributes: status === undefined ? attributes : { ...attributes, [RESPONSE_STATUS]: status } };
}

/** `responses.compact` */
export function compactionFacts(value: unknown): ResponseFacts {
  const body = obj(value) ?? {};
  return {
    id: str(body.id),
    model: str(body.model),
    finishReasons: ['compaction'],
    usage: usageFacts(body.usage),
    tier: str(body.service_tier),
    attributes: { [CONVERSATION_COMPACTED]: true },
  };
}

/** Embeddings, images, moderation, transcription: whatever of model and usage there is. */
export function plainFacts(value: unknown): ResponseFacts {
  const body = obj(value) ?? {};
  return { id: str(body.id), model: str(body.model), usage: usageFacts(body.usage) };
}

/** A page of search results: nothing of it describes the operation. */
export function pageFacts(): ResponseFacts {
  return {};
}
