/** Request attributes: those of the format, and `anthropic.*` by the names that the SDK's own tracing uses. */
import type { Attributes } from '@opentelemetry/api';
import { CONVERSATION_ID, REQUEST_MAX_TOKENS, REQUEST_PREVIOUS_RESPONSE_ID } from '../../facts/semconv.ts';
import * as format from '../formats/anthropic-messages/request.ts';
import { integerAttribute, textAttribute } from '../reading/request-attributes.ts';
import type { Params } from '../reading/stainless-arguments.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

function conversation(attributes: Attributes, options: unknown): void {
  // The SDK's own tracing reads the conversation at the same place (>= 0.134).
  textAttribute(attributes, CONVERSATION_ID, asObject(asObject(options)?.openTelemetry)?.conversationId);
}

/** `messages.create` */
export function messageAttributes(p: Params, options: unknown): Attributes {
  const attributes = format.messageAttributes(p);
  conversation(attributes, options);
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
  const attributes = format.samplingAttributes(p);
  conversation(attributes, options);
  integerAttribute(attributes, REQUEST_MAX_TOKENS, p.max_tokens_to_sample);
  return attributes;
}
