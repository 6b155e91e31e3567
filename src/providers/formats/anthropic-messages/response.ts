/** A message of the Anthropic API, as facts. */
import type { Attributes } from '@opentelemetry/api';
import type { ResponseFacts } from '../../../facts/call.ts';
import { finishReason } from '../../reading/finish-reasons.ts';
import { idsOf } from '../../reading/tool-call-ids.ts';
import { asObject, asString } from '../../reading/unknown-values.ts';
import { anthropicUsageFacts, servedAs } from './usage.ts';

/** Makes the response attributes of one provider, of the usage and the stop reason of a message. */
export type MessageAttributes = (usage: unknown, stopReason: unknown) => Attributes;

/** A message. */
export function messageFacts(value: unknown, attributesOf?: MessageAttributes): ResponseFacts {
  const body = asObject(value) ?? {};
  return {
    id: asString(body.id),
    model: asString(body.model),
    finishReasons: 'stop_reason' in body ? [finishReason(body.stop_reason)] : undefined,
    usage: anthropicUsageFacts(body.usage),
    toolCalls: idsOf(body.content, 'id', 'tool_use'),
    ...servedAs(body.usage),
    attributes: attributesOf?.(body.usage, body.stop_reason),
  };
}
