/** Attributes of `Converse` and `ConverseStream`, by their registry names. */
import type { Attributes } from '@opentelemetry/api';
import {
  BEDROCK_GUARDRAIL_ID,
  OUTPUT_TYPE,
  REQUEST_MAX_TOKENS,
  REQUEST_REASONING_LEVEL,
  REQUEST_STREAM,
  REQUEST_TEMPERATURE,
  REQUEST_TOP_K,
  REQUEST_TOP_P,
} from '../../../facts/semconv.ts';
import { integerAttribute, numberAttribute, stopSequences, textAttribute } from '../../reading/request-attributes.ts';
import { asObject } from '../../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The input of the command. Settings that only some models have are in `additionalModelRequestFields`. */
export function converseAttributes(input: Fields, stream: boolean): Attributes {
  const attributes: Attributes = {};
  const settings = asObject(input.inferenceConfig) ?? {};
  const more = asObject(input.additionalModelRequestFields) ?? {};
  numberAttribute(attributes, REQUEST_TEMPERATURE, settings.temperature);
  numberAttribute(attributes, REQUEST_TOP_P, settings.topP);
  integerAttribute(attributes, REQUEST_TOP_K, more.top_k ?? more.topK ?? asObject(more.inferenceConfig)?.topK);
  integerAttribute(attributes, REQUEST_MAX_TOKENS, settings.maxTokens);
  stopSequences(attributes, settings.stopSequences);
  textAttribute(
    attributes,
    REQUEST_REASONING_LEVEL,
    more.reasoning_effort ?? asObject(more.reasoningConfig)?.maxReasoningEffort ?? asObject(more.output_config)?.effort,
  );
  if (asObject(input.outputConfig)?.textFormat) attributes[OUTPUT_TYPE] = 'json';
  if (stream) attributes[REQUEST_STREAM] = true;
  guardrailAttribute(attributes, input);
  return attributes;
}

/** `guardrailConfig` of Converse, a field of the input itself of InvokeModel. */
export function guardrailAttribute(attributes: Attributes, input: Fields): void {
  const id = asObject(input.guardrailConfig)?.guardrailIdentifier ?? input.guardrailIdentifier;
  textAttribute(attributes, BEDROCK_GUARDRAIL_ID, id);
}
