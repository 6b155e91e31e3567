/** What is asked of a Gemini model, whichever SDK asks: request attributes and names. */
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
import { integer, number, stopSequences } from '../../reading/request-attributes.ts';
import { arr, obj, str } from '../../reading/unknown-values.ts';

type Config = Readonly<Record<string, unknown>>;

/** `models/gemini-2.5-flash` and `publishers/google/models/gemini-2.5-flash` are `gemini-2.5-flash`; other names stay. */
export function modelName(value: unknown): string | undefined {
  const name = str(value);
  const at = name?.lastIndexOf('models/') ?? -1;
  return name !== undefined && (at === 0 || name[at - 1] === '/') ? str(name.slice(at + 7)) : name;
}

/** `GenerationConfig` of the API, or genai's `GenerateContentConfig`, which has the same fields beside others. */
export function generationAttributes(config: Config | undefined, stream: boolean): Attributes {
  const attributes: Attributes = {};
  if (stream) attributes[REQUEST_STREAM] = true;
  if (config === undefined) return attributes;
  number(attributes, REQUEST_TEMPERATURE, config.temperature);
  number(attributes, REQUEST_TOP_P, config.topP);
  integer(attributes, REQUEST_TOP_K, config.topK);
  integer(attributes, REQUEST_MAX_TOKENS, config.maxOutputTokens);
  stopSequences(attributes, config.stopSequences);
  number(attributes, REQUEST_FREQUENCY_PENALTY, config.frequencyPenalty);
  number(attributes, REQUEST_PRESENCE_PENALTY, config.presencePenalty);
  integer(attributes, REQUEST_SEED, config.seed);
  if (config.candidateCount !== 1) integer(attributes, REQUEST_CHOICE_COUNT, config.candidateCount);
  const level = str(obj(config.thinkingConfig)?.thinkingLevel);
  if (level !== undefined) attributes[REQUEST_REASONING_LEVEL] = level.toLowerCase();
  const output = outputType(config);
  if (output !== undefined) attributes[OUTPUT_TYPE] = output;
  return attributes;
}

/** The MIME type says how text is formatted; modalities say what else is wanted. */
function outputType(config: Config): string | undefined {
  const mime = str(config.responseMimeType);
  if (mime !== undefined) return mime === 'application/json' ? 'json' : 'text';
  for (const entry of arr(config.responseModalities) ?? []) {
    const modality = typeof entry === 'string' ? entry.toLowerCase() : undefined;
    if (modality === 'image') return 'image';
    if (modality === 'audio') return 'speech';
  }
  return undefined;
}

/** `outputDimensionality` of an embedding request. */
export function embeddingAttributes(dimensions: unknown): Attributes {
  const attributes: Attributes = {};
  integer(attributes, EMBEDDINGS_DIMENSION_COUNT, dimensions);
  return attributes;
}
