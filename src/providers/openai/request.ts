/** Request attributes of each API of OpenAI: those of the format, and OpenAI's own. */

import type { Attributes } from '@opentelemetry/api';
import {
  CONVERSATION_ID,
  DATA_SOURCE_ID,
  OPENAI_API_TYPE,
  OPENAI_REQUEST_SERVICE_TIER,
  REQUEST_MAX_TOKENS,
  REQUEST_PREVIOUS_RESPONSE_ID,
  REQUEST_REASONING_LEVEL,
  REQUEST_STREAM,
  REQUEST_STREAM_CURSOR,
  RETRIEVAL_TOP_K,
} from '../../facts/semconv.ts';
import * as format from '../formats/openai-chat/request.ts';
import { integerAttribute, textAttribute } from '../reading/request-attributes.ts';
import type { Params } from '../reading/stainless-arguments.ts';
import { asNumber, asObject } from '../reading/unknown-values.ts';

function serviceTier(attributes: Attributes, p: Params): void {
  if (p.service_tier !== 'auto') textAttribute(attributes, OPENAI_REQUEST_SERVICE_TIER, p.service_tier);
}

/** `completions.create` */
export function completionAttributes(p: Params): Attributes {
  const attributes = format.completionAttributes(p);
  serviceTier(attributes, p);
  return attributes;
}

/** `chat.completions.create` */
export function chatAttributes(p: Params): Attributes {
  const attributes = format.chatAttributes(p);
  serviceTier(attributes, p);
  attributes[OPENAI_API_TYPE] = 'chat_completions';
  return attributes;
}

/** `responses.create` */
export function responsesAttributes(p: Params): Attributes {
  const attributes = format.samplingAttributes(p);
  serviceTier(attributes, p);
  attributes[OPENAI_API_TYPE] = 'responses';
  integerAttribute(attributes, REQUEST_MAX_TOKENS, p.max_output_tokens);
  textAttribute(attributes, REQUEST_REASONING_LEVEL, asObject(p.reasoning)?.effort);
  textAttribute(attributes, REQUEST_PREVIOUS_RESPONSE_ID, p.previous_response_id);
  textAttribute(
    attributes,
    CONVERSATION_ID,
    typeof p.conversation === 'string' ? p.conversation : asObject(p.conversation)?.id,
  );
  if (p.text !== undefined) format.outputTypeAttribute(attributes, asObject(p.text)?.format);
  return attributes;
}

/** `responses.retrieve`: the query is the second argument. */
export function retrieveAttributes(query: Params): Attributes {
  const attributes: Attributes = { [OPENAI_API_TYPE]: 'responses' };
  if (query.stream === true) attributes[REQUEST_STREAM] = true;
  const cursor = asNumber(query.starting_after);
  if (cursor !== undefined) attributes[REQUEST_STREAM_CURSOR] = String(cursor);
  return attributes;
}

/** `vectorStores.search` */
export function searchAttributes(storeId: string | undefined, p: Params): Attributes {
  const attributes: Attributes = {};
  textAttribute(attributes, DATA_SOURCE_ID, storeId);
  integerAttribute(attributes, RETRIEVAL_TOP_K, p.max_num_results);
  return attributes;
}
