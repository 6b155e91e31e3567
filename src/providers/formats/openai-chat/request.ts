/** Attributes of requests of chat completions, legacy completions and embeddings, by their registry names. */
import type { Attributes } from '@opentelemetry/api';
import {
  EMBEDDINGS_DIMENSION_COUNT,
  OUTPUT_TYPE,
  REQUEST_CHOICE_COUNT,
  REQUEST_ENCODING_FORMATS,
  REQUEST_FREQUENCY_PENALTY,
  REQUEST_MAX_TOKENS,
  REQUEST_PRESENCE_PENALTY,
  REQUEST_REASONING_LEVEL,
  REQUEST_SEED,
  REQUEST_STREAM,
  REQUEST_TEMPERATURE,
  REQUEST_TOP_K,
  REQUEST_TOP_P,
} from '../../../facts/semconv.ts';
import { integerAttribute, numberAttribute, stopSequences, textAttribute } from '../../reading/request-attributes.ts';
import type { Params } from '../../reading/stainless-arguments.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';

/** Sampling and streaming, for every API that generates text. */
export function samplingAttributes(p: Params): Attributes {
  const attributes: Attributes = {};
  numberAttribute(attributes, REQUEST_TEMPERATURE, p.temperature);
  numberAttribute(attributes, REQUEST_TOP_P, p.top_p);
  if (p.stream === true) attributes[REQUEST_STREAM] = true;
  return attributes;
}

/** `json_object`, `json_schema` and `text` of a response format; other formats (grammars) are text too. */
export function outputTypeAttribute(attributes: Attributes, format: unknown): void {
  const type = asString(asObject(format)?.type);
  if (type !== undefined) attributes[OUTPUT_TYPE] = type.startsWith('json') ? 'json' : 'text';
}

/** `completions.create`; chat completions share all of these attributes. OpenAI has no `top_k`, compatible servers have. */
export function completionAttributes(p: Params): Attributes {
  const attributes = samplingAttributes(p);
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
  textAttribute(attributes, REQUEST_REASONING_LEVEL, p.reasoning_effort ?? asObject(p.reasoning)?.effort);
  if (asArray(p.modalities)?.includes('audio') === true) attributes[OUTPUT_TYPE] = 'speech';
  else if (p.response_format !== undefined) outputTypeAttribute(attributes, p.response_format);
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

/** Does the application stream without a word about the token counts? */
export function isUsageNotRequested(params: Params): boolean {
  return params.stream === true && asObject(params.stream_options)?.include_usage === undefined;
}
