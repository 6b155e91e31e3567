/** What the application asked for: request attributes by their registry names, `anthropic.*` as the SDK's own tracing. */
import type { Attributes } from '@opentelemetry/api';
import {
  CONVERSATION_ID,
  OUTPUT_TYPE,
  REQUEST_MAX_TOKENS,
  REQUEST_PREVIOUS_RESPONSE_ID,
  REQUEST_REASONING_LEVEL,
  REQUEST_STREAM,
  REQUEST_TEMPERATURE,
  REQUEST_TOP_K,
  REQUEST_TOP_P,
} from '../../facts/semconv.ts';
import { integer, number, stopSequences, text } from '../reading/request-attributes.ts';
import type { Params } from '../reading/stainless-arguments.ts';
import { arr, obj, str } from '../reading/unknown-values.ts';

function common(p: Params, options: unknown): Attributes {
  const attributes: Attributes = {};
  number(attributes, REQUEST_TEMPERATURE, p.temperature);
  number(attributes, REQUEST_TOP_P, p.top_p);
  number(attributes, REQUEST_TOP_K, p.top_k);
  stopSequences(attributes, p.stop_sequences);
  if (p.stream === true) attributes[REQUEST_STREAM] = true;
  // The SDK's own tracing takes the conversation from here (>= 0.134).
  text(attributes, CONVERSATION_ID, obj(obj(options)?.openTelemetry)?.conversationId);
  return attributes;
}

/** `messages.create` */
export function messageAttributes(p: Params, options: unknown): Attributes {
  const attributes = common(p, options);
  integer(attributes, REQUEST_MAX_TOKENS, p.max_tokens);
  const output = obj(p.output_config);
  text(attributes, REQUEST_REASONING_LEVEL, output?.effort);
  // `output_format` is what the beta API called it first.
  if (output?.format || p.output_format) attributes[OUTPUT_TYPE] = 'json';
  text(attributes, REQUEST_PREVIOUS_RESPONSE_ID, obj(p.thread)?.previous_message_id);
  text(attributes, 'anthropic.request.service_tier', p.service_tier);
  const thinking = obj(p.thinking);
  text(attributes, 'anthropic.thinking.type', thinking?.type);
  integer(attributes, 'anthropic.thinking.budget_tokens', thinking?.budget_tokens);
  const betas = arr(p.betas)?.filter((beta) => str(beta) !== undefined);
  if (betas?.length) attributes['anthropic.beta'] = betas as string[];
  return attributes;
}

/** `completions.create`, removed in SDK 1.0 */
export function completionAttributes(p: Params, options: unknown): Attributes {
  const attributes = common(p, options);
  integer(attributes, REQUEST_MAX_TOKENS, p.max_tokens_to_sample);
  return attributes;
}
