/** Answers of the Responses API and of vector stores, as facts. */
import type { ResponseFacts, UsageFacts } from '../../facts/call.ts';
import { CONVERSATION_COMPACTED, RESPONSE_STATUS } from '../../facts/semconv.ts';
import { openaiAttributes } from '../formats/openai-chat/openai-attributes.ts';
import { openaiUsageFacts } from '../formats/openai-chat/usage.ts';
import { isFirstCount } from '../reading/counted-once.ts';
import { failureFrom, failureInAnswer } from '../reading/error-answers.ts';
import { finishReason } from '../reading/finish-reasons.ts';
import { idsOf } from '../reading/tool-call-ids.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

type Body = Readonly<Record<string, unknown>>;

/** Output items that ask the application to run something. */
const CLIENT_CALLS = new Set<unknown>(['function_call', 'custom_tool_call']);

/** The reason of the answer; no reason while the answer is not finished. */
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

/** A Responses object. The status `failed` is a failed operation, although the SDK hands the object out as an answer. */
export function responseFacts(value: unknown): ResponseFacts {
  const body = asObject(value) ?? {};
  const status = asString(body.status);
  return {
    id: asString(body.id),
    model: asString(body.model),
    finishReasons: responseReasons(body, status),
    usage: body.background === true ? usageOfBackground(body) : openaiUsageFacts(body.usage),
    toolCalls: idsOf(body.output, 'call_id'),
    tier: asString(body.service_tier),
    attributes: openaiAttributes(body.service_tier, body.system_fingerprint),
    failure: status === 'failed' ? failureFrom(asObject(body.error) ?? {}) : undefined,
  };
}

/** Tokens of a response that is made in the background, for the first call that sees the tokens. */
function usageOfBackground(body: Body): UsageFacts | undefined {
  const usage = openaiUsageFacts(body.usage);
  const id = asString(body.id);
  return usage === undefined || id === undefined || isFirstCount(id) ? usage : undefined;
}

/**
 * A stored response that was fetched. Its tokens are left out, unless the response was made in the background: the call that
 * made the response has counted the tokens.
 */
export function fetchedFacts(value: unknown): ResponseFacts {
  const { usage, attributes, failure: _reported, ...others } = responseFacts(value);
  const status = asString(asObject(value)?.status);
  const facts = asObject(value)?.background === true && usage !== undefined ? { ...others, usage } : others;
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

/** A page of search results: no field of a page describes the operation, except for an error as the body of the page. */
export function pageFacts(page: unknown): ResponseFacts {
  const failure = failureInAnswer(asObject(page)?.body);
  return failure === undefined ? {} : { failure };
}
