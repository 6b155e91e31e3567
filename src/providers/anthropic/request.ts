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
import { integerAttribute, numberAttribute, stopSequences, textAttribute } from '../reading/request-attributes.ts';
import type { Params } from '../reading/stainless-arguments.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

function common(p: Params, options: unknown): Attributes {
  const attributes: Attributes = {};
  numberAttribute(attributes, REQUEST_TEMPERATURE, p.temperature);
  numberAttribute(attributes, REQUEST_TOP_P, p.top_p);
  numberAttribute(attributes, REQUEST_TOP_K, p.top_k);
  stopSequences(attributes, p.stop_sequences);
  if (p.stream === true) attributes[REQUEST_STREAM] = true;
  // The SDK's own tracing takes the conversation from here (>= 0.134).
  textAttribute(attributes, CONVERSATION_ID, asObject(asObject(options)?.openTelemetry)?.conversationId);
  return attributes;
}

/** `messages.create` */
export function messageAttributes(p: Params, options: unknown): Attributes {
  const attributes = common(p, options);
  integerAttribute(attributes, REQUEST_MAX_TOKENS, p.max_tokens);
  const output = asObject(p.output_config);
  textAttribute(attributes, REQUEST_REASONING_LEVEL, output?.effort);
  // `output_format` is what the beta API called it first.
  if (output?.format || p.output_format) attributes[OUTPUT_TYPE] = 'json';
  textAttribute(attributes, REQUEST_PREVIOUS_RESPONSE_ID, asObject(p.thread)?.previous_message_id);
  textAttribute(attributes, 'anthropic.request.service_tier', p.service_tier);
  const thinking = asObject(p.thinking);
  textAttribute(attributes, 'anthropic.thinking.type', thinking?.type);
  integerAttribute(attributes, 'anthropic.thinking.budget_tokens', thinking?.budget_tokens);
  const betas = asArray(p.betas)?.filter((beta) => asString(beta) !== undefined);
  if (betas?.length) attributes['anthropic.beta'] = betas as string[];
  return attributes;
}

/** `completions.create`, removed in SDK 1.0 */
export function completionAttributes(p: Params, options: unknown): Attributes {
  const attributes = common(p, options);
  integerAttribute(attributes, REQUEST_MAX_TOKENS, p.max_tokens_to_sample);
  return attributes;
}
