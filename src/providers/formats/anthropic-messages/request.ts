/** Attributes of requests of messages, by their registry names. */
import type { Attributes } from '@opentelemetry/api';
import {
  OUTPUT_TYPE,
  REQUEST_MAX_TOKENS,
  REQUEST_REASONING_LEVEL,
  REQUEST_STREAM,
  REQUEST_TEMPERATURE,
  REQUEST_TOP_K,
  REQUEST_TOP_P,
} from '../../../facts/semconv.ts';
import { integerAttribute, numberAttribute, stopSequences, textAttribute } from '../../reading/request-attributes.ts';
import type { Params } from '../../reading/stainless-arguments.ts';
import { asObject } from '../../reading/unknown-values.ts';

/** Sampling and streaming, for messages and for the legacy completions. */
export function samplingAttributes(p: Params): Attributes {
  const attributes: Attributes = {};
  numberAttribute(attributes, REQUEST_TEMPERATURE, p.temperature);
  numberAttribute(attributes, REQUEST_TOP_P, p.top_p);
  numberAttribute(attributes, REQUEST_TOP_K, p.top_k);
  stopSequences(attributes, p.stop_sequences);
  if (p.stream === true) attributes[REQUEST_STREAM] = true;
  return attributes;
}

/** The body of a request for a message. */
export function messageAttributes(p: Params): Attributes {
  const attributes = samplingAttributes(p);
  integerAttribute(attributes, REQUEST_MAX_TOKENS, p.max_tokens);
  const output = asObject(p.output_config);
  textAttribute(attributes, REQUEST_REASONING_LEVEL, output?.effort);
  // `output_format` is the older name, of the beta API.
  if (output?.format || p.output_format) attributes[OUTPUT_TYPE] = 'json';
  return attributes;
}
