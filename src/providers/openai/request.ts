/** What the application asked for, per API: request attributes by their registry names. */

import type { Attributes } from '@opentelemetry/api';
import {
  CONVERSATION_ID,
  DATA_SOURCE_ID,
  EMBEDDINGS_DIMENSION_COUNT,
  OPENAI_API_TYPE,
  OPENAI_REQUEST_SERVICE_TIER,
  OUTPUT_TYPE,
  REQUEST_CHOICE_COUNT,
  REQUEST_ENCODING_FORMATS,
  REQUEST_FREQUENCY_PENALTY,
  REQUEST_MAX_TOKENS,
  REQUEST_PRESENCE_PENALTY,
  REQUEST_PREVIOUS_RESPONSE_ID,
  REQUEST_REASONING_LEVEL,
  REQUEST_SEED,
  REQUEST_STREAM,
  REQUEST_STREAM_CURSOR,
  REQUEST_TEMPERATURE,
  REQUEST_TOP_K,
  REQUEST_TOP_P,
  RETRIEVAL_TOP_K,
} from '../../facts/semconv.ts';
import { integerAttribute, numberAttribute, stopSequences, textAttribute } from '../reading/request-attributes.ts';
import type { Params } from '../reading/stainless-arguments.ts';
import { asNumber, asObject, asString } from '../reading/unknown-values.ts';

function common(attributes: Attributes, p: Params): void {
  numberAttribute(attributes, REQUEST_TEMPERATURE, p.temperature);
  numberAttribute(attributes, REQUEST_TOP_P, p.top_p);
  if (p.stream === true) attributes[REQUEST_STREAM] = true;
  if (p.service_tier !== 'auto') textAttribute(attributes, OPENAI_REQUEST_SERVICE_TIER, p.service_tier);
}

/** `json_object`, `json_schema` and `text` of a response format; other formats (grammars) are text too. */
function outputType(attributes: Attributes, format: unknown): void {
  const type = asString(asObject(format)?.type);
  if (type !== undefined) attributes[OUTPUT_TYPE] = type.startsWith('json') ? 'json' : 'text';
}

/** Chat completions and legacy completions. `top_k` is not OpenAI's, but that of servers that speak its protocol. */
export function completionAttributes(p: Params): Attributes {
  const attributes: Attributes = {};
  common(attributes, p);
  integerAttribute(attributes, REQUEST_TOP_K, p.top_k);
  integerAttribute(attributes, REQUEST_MAX_TOKENS, p.max_completion_tokens ?? p.max_tokens);
  stopSequences(attributes, p.stop);
  numberAttribute(attributes, REQUEST_FREQUENCY_PENALTY, p.frequency_penalty);
  numberAttribute(attributes, REQUEST_PRESENCE_PENALTY, p.presence_penalty);
  integerAttribute(attributes, REQUEST_SEED, p.seed);
  if (p.n !== 1) integerAttribute(attributes, REQUEST_CHOICE_COUNT, p.n);
  return attributes;
}

/** `chat.completions.create` */
export function chatAttributes(p: Params): Attributes {
  const attributes = completionAttributes(p);
  attributes[OPENAI_API_TYPE] = 'chat_completions';
  textAttribute(attributes, REQUEST_REASONING_LEVEL, p.reasoning_effort ?? asObject(p.reasoning)?.effort);
  if (Array.isArray(p.modalities) && p.modalities.includes('audio')) attributes[OUTPUT_TYPE] = 'speech';
  else if (p.response_format !== undefined) outputType(attributes, p.response_format);
  return attributes;
}

/** `responses.create` */
export function responsesAttributes(p: Params): Attributes {
  const attributes: Attributes = {};
  common(attributes, p);
  attributes[OPENAI_API_TYPE] = 'responses';
  integerAttribute(attributes, REQUEST_MAX_TOKENS, p.max_output_tokens);
  textAttribute(attributes, REQUEST_REASONING_LEVEL, asObject(p.reasoning)?.effort);
  textAttribute(attributes, REQUEST_PREVIOUS_RESPONSE_ID, p.previous_response_id);
  textAttribute(
    attributes,
    CONVERSATION_ID,
    typeof p.conversation === 'string' ? p.conversation : asObject(p.conversation)?.id,
  );
  if (p.text !== undefined) outputType(attributes, asObject(p.text)?.format);
  return attributes;
}

/** `embeddings.create` */
export function embeddingsAttributes(p: Params): Attributes {
  const attributes: Attributes = {};
  integerAttribute(attributes, EMBEDDINGS_DIMENSION_COUNT, p.dimensions);
  const format = asString(p.encoding_format);
  if (format !== undefined) attributes[REQUEST_ENCODING_FORMATS] = [format];
  return attributes;
}

/** `images.*` */
export function imageAttributes(p: Params): Attributes {
  const attributes: Attributes = { [OUTPUT_TYPE]: 'image' };
  if (p.n !== 1) integerAttribute(attributes, REQUEST_CHOICE_COUNT, p.n);
  if (p.stream === true) attributes[REQUEST_STREAM] = true;
  return attributes;
}

/** `audio.speech.create` */
export function speechAttributes(): Attributes {
  return { [OUTPUT_TYPE]: 'speech' };
}

/** `audio.transcriptions.create` and `audio.translations.create` */
export function transcriptionAttributes(p: Params): Attributes {
  const attributes: Attributes = {};
  numberAttribute(attributes, REQUEST_TEMPERATURE, p.temperature);
  if (p.stream === true) attributes[REQUEST_STREAM] = true;
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
