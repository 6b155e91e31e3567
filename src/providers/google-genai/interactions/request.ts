/** Request attributes of `interactions.create`, by the names of the semantic conventions. */

import type { Attributes } from '@opentelemetry/api';
import {
  OUTPUT_TYPE,
  REQUEST_MAX_TOKENS,
  REQUEST_PREVIOUS_RESPONSE_ID,
  REQUEST_REASONING_LEVEL,
  REQUEST_SEED,
  REQUEST_STREAM,
  REQUEST_STREAM_CURSOR,
  REQUEST_TEMPERATURE,
  REQUEST_TOP_P,
} from '../../../facts/semconv.ts';
import { integerAttribute, numberAttribute, stopSequences, textAttribute } from '../../reading/request-attributes.ts';
import type { Params } from '../../reading/stainless-arguments.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';

/** Reads the parameters in snake case: the SDK sends the parameters unchanged as the REST body. */
export function interactionAttributes(params: Params): Attributes {
  const attributes: Attributes = {};
  const config = asObject(params.generation_config);
  if (params.stream === true) attributes[REQUEST_STREAM] = true;
  textAttribute(attributes, REQUEST_PREVIOUS_RESPONSE_ID, params.previous_interaction_id);
  const output = outputType(params);
  if (output !== undefined) attributes[OUTPUT_TYPE] = output;
  if (config === undefined) return attributes;
  numberAttribute(attributes, REQUEST_TEMPERATURE, config.temperature);
  numberAttribute(attributes, REQUEST_TOP_P, config.top_p);
  integerAttribute(attributes, REQUEST_MAX_TOKENS, config.max_output_tokens);
  stopSequences(attributes, config.stop_sequences);
  integerAttribute(attributes, REQUEST_SEED, config.seed);
  textAttribute(attributes, REQUEST_REASONING_LEVEL, config.thinking_level);
  return attributes;
}

/** `interactions.get` */
export function fetchAttributes(params: Params): Attributes {
  const attributes: Attributes = {};
  if (params.stream === true) attributes[REQUEST_STREAM] = true;
  textAttribute(attributes, REQUEST_STREAM_CURSOR, params.last_event_id);
  return attributes;
}

/** `response_format` is a JSON schema, with or without a `type`, or (2.x) a list of formats. */
function outputType(params: Params): string | undefined {
  const kinds = [...(asArray(params.response_modalities) ?? []), ...formats(params.response_format)];
  if (kinds.includes('image')) return 'image';
  if (kinds.includes('audio')) return 'speech';
  if (asString(params.response_mime_type)?.startsWith('application/json')) return 'json';
  return formats(params.response_format).some((kind) => kind === 'json') ? 'json' : undefined;
}

function formats(value: unknown): (string | undefined)[] {
  return (asArray(value) ?? [value]).map((entry) => {
    const format = asObject(entry);
    if (asString(format?.mime_type) === 'application/json') return 'json';
    return asString(format?.type);
  });
}
