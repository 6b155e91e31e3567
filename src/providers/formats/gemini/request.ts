/** Request attributes and model names of Gemini, for every SDK. */
import type { Attributes } from '@opentelemetry/api';
import {
  EMBEDDINGS_DIMENSION_COUNT,
  OUTPUT_TYPE,
  REQUEST_CHOICE_COUNT,
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
import { integerAttribute, numberAttribute, stopSequences } from '../../reading/request-attributes.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';

type Config = Readonly<Record<string, unknown>>;

/**
 * `gemini-2.5-flash` for `models/gemini-2.5-flash` and `publishers/google/models/gemini-2.5-flash`; any other name
 * unchanged.
 */
export function modelName(value: unknown): string | undefined {
  const name = asString(value);
  const at = name?.lastIndexOf('models/') ?? -1;
  return name !== undefined && (at === 0 || name[at - 1] === '/') ? asString(name.slice(at + 7)) : name;
}

/** Attributes of `GenerationConfig` of the API, or of genai's `GenerateContentConfig`, which has more fields. */
export function generationAttributes(config: Config | undefined, stream: boolean): Attributes {
  const attributes: Attributes = {};
  if (stream) attributes[REQUEST_STREAM] = true;
  if (config === undefined) return attributes;
  numberAttribute(attributes, REQUEST_TEMPERATURE, config.temperature);
  numberAttribute(attributes, REQUEST_TOP_P, config.topP);
  integerAttribute(attributes, REQUEST_TOP_K, config.topK);
  integerAttribute(attributes, REQUEST_MAX_TOKENS, config.maxOutputTokens);
  stopSequences(attributes, config.stopSequences);
  numberAttribute(attributes, REQUEST_FREQUENCY_PENALTY, config.frequencyPenalty);
  numberAttribute(attributes, REQUEST_PRESENCE_PENALTY, config.presencePenalty);
  integerAttribute(attributes, REQUEST_SEED, config.seed);
  if (config.candidateCount !== 1) integerAttribute(attributes, REQUEST_CHOICE_COUNT, config.candidateCount);
  const level = asString(asObject(config.thinkingConfig)?.thinkingLevel);
  if (level !== undefined) attributes[REQUEST_REASONING_LEVEL] = level.toLowerCase();
  const output = outputType(config);
  if (output !== undefined) attributes[OUTPUT_TYPE] = output;
  return attributes;
}

/** The MIME type gives the format of text; the modalities name images and speech. */
function outputType(config: Config): string | undefined {
  const mime = asString(config.responseMimeType);
  if (mime !== undefined) return mime === 'application/json' ? 'json' : 'text';
  for (const entry of asArray(config.responseModalities) ?? []) {
    const modality = typeof entry === 'string' ? entry.toLowerCase() : undefined;
    if (modality === 'image') return 'image';
    if (modality === 'audio') return 'speech';
  }
  return undefined;
}

/** `outputDimensionality` of an embedding request. */
export function embeddingAttributes(dimensions: unknown): Attributes {
  const attributes: Attributes = {};
  integerAttribute(attributes, EMBEDDINGS_DIMENSION_COUNT, dimensions);
  return attributes;
}
