/** Attributes of `InvokeModel`, from the JSON of the body. */
import type { Attributes } from '@opentelemetry/api';
import type { OperationName } from '../../../facts/call.ts';
import {
  EMBEDDINGS_DIMENSION_COUNT,
  OUTPUT_TYPE,
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
import { asArray, asObject } from '../../reading/unknown-values.ts';
import { guardrailAttribute } from '../converse/request.ts';
import type { Body } from './body.ts';

/** The input of the command and its body. */
export function invokeAttributes(input: Body, body: Body, operation: OperationName, stream: boolean): Attributes {
  const attributes: Attributes = {};
  if (operation === 'embeddings') embeddingAttributes(attributes, body);
  else if (operation === 'image_generation') attributes[OUTPUT_TYPE] = 'image';
  else if (operation !== 'rerank') generationAttributes(attributes, body);
  if (stream) attributes[REQUEST_STREAM] = true;
  guardrailAttribute(attributes, input);
  return attributes;
}

/** Titan and Nova have an object of settings; the other families have the settings in the body itself. */
function generationAttributes(attributes: Attributes, body: Body): void {
  const s = asObject(body.textGenerationConfig) ?? asObject(body.inferenceConfig) ?? body;
  numberAttribute(attributes, REQUEST_TEMPERATURE, s.temperature);
  numberAttribute(attributes, REQUEST_TOP_P, s.topP ?? s.top_p ?? s.p);
  integerAttribute(attributes, REQUEST_TOP_K, s.topK ?? s.top_k ?? s.k);
  integerAttribute(
    attributes,
    REQUEST_MAX_TOKENS,
    s.maxTokenCount ??
      s.maxTokens ??
      s.max_new_tokens ??
      s.max_tokens ??
      s.max_completion_tokens ??
      s.max_tokens_to_sample ??
      s.max_gen_len,
  );
  stopSequences(attributes, s.stopSequences ?? s.stop_sequences ?? s.stop);
  numberAttribute(attributes, REQUEST_FREQUENCY_PENALTY, penalty(s.frequencyPenalty ?? s.frequency_penalty));
  numberAttribute(attributes, REQUEST_PRESENCE_PENALTY, penalty(s.presencePenalty ?? s.presence_penalty));
  integerAttribute(attributes, REQUEST_SEED, s.seed);
  textAttribute(attributes, REQUEST_REASONING_LEVEL, body.reasoning_effort ?? asObject(body.output_config)?.effort);
  if (asObject(body.output_config)?.format) attributes[OUTPUT_TYPE] = 'json';
}

/** AI21 has `{ scale: 0.5 }`. */
const penalty = (value: unknown): unknown => asObject(value)?.scale ?? value;

function embeddingAttributes(attributes: Attributes, body: Body): void {
  const nova = asObject(body.singleEmbeddingParams);
  integerAttribute(
    attributes,
    EMBEDDINGS_DIMENSION_COUNT,
    body.dimensions ?? body.output_dimension ?? nova?.embeddingDimension,
  );
  const formats = (asArray(body.embedding_types ?? body.embeddingTypes) ?? []).filter((f) => typeof f === 'string');
  if (formats.length > 0) attributes[REQUEST_ENCODING_FORMATS] = formats as string[];
}
