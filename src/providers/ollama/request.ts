/** Attributes of requests, by their registry names. Settings of the model are in `options`. */
import type { Attributes } from '@opentelemetry/api';
import {
  EMBEDDINGS_DIMENSION_COUNT,
  OUTPUT_TYPE,
  REQUEST_FREQUENCY_PENALTY,
  REQUEST_MAX_TOKENS,
  REQUEST_PRESENCE_PENALTY,
  REQUEST_REASONING_LEVEL,
  REQUEST_SEED,
  REQUEST_STREAM,
  REQUEST_TEMPERATURE,
  REQUEST_TOP_K,
  REQUEST_TOP_P,
} from '../../facts/semconv.ts';
import { integerAttribute, numberAttribute, stopSequences, textAttribute } from '../reading/request-attributes.ts';
import type { Params } from '../reading/stainless-arguments.ts';
import { asObject } from '../reading/unknown-values.ts';

/** `chat` and `generate` */
export function generationAttributes(p: Params): Attributes {
  const attributes: Attributes = {};
  const options = asObject(p.options) ?? {};
  numberAttribute(attributes, REQUEST_TEMPERATURE, options.temperature);
  numberAttribute(attributes, REQUEST_TOP_P, options.top_p);
  integerAttribute(attributes, REQUEST_TOP_K, options.top_k);
  integerAttribute(attributes, REQUEST_MAX_TOKENS, options.num_predict);
  stopSequences(attributes, options.stop);
  numberAttribute(attributes, REQUEST_FREQUENCY_PENALTY, options.frequency_penalty);
  numberAttribute(attributes, REQUEST_PRESENCE_PENALTY, options.presence_penalty);
  integerAttribute(attributes, REQUEST_SEED, options.seed);
  // `think: true` has no level.
  textAttribute(attributes, REQUEST_REASONING_LEVEL, p.think);
  // `json` or a schema.
  if (p.format) attributes[OUTPUT_TYPE] = 'json';
  if (p.stream === true) attributes[REQUEST_STREAM] = true;
  return attributes;
}

/** `embed` and `embeddings` */
export function embeddingAttributes(p: Params): Attributes {
  const attributes: Attributes = {};
  integerAttribute(attributes, EMBEDDINGS_DIMENSION_COUNT, p.dimensions);
  return attributes;
}
