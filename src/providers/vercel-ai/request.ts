/** Request attributes of the calls of AI SDK models, by the names of the semantic conventions. */
import type { Attributes } from '@opentelemetry/api';
import {
  EMBEDDINGS_DIMENSION_COUNT,
  OPENAI_REQUEST_SERVICE_TIER,
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
} from '../../facts/semconv.ts';
import { integerAttribute, numberAttribute, stopSequences, textAttribute } from '../reading/request-attributes.ts';
import type { Params } from '../reading/stainless-arguments.ts';
import { asObject, asString } from '../reading/unknown-values.ts';

/** An option for the provider, under any key of `providerOptions`: models of `azure` read the options of `openai` too. */
function providerOption(p: Params, name: string): unknown {
  for (const options of Object.values(asObject(p.providerOptions) ?? {})) {
    const value = asObject(options)?.[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** `doGenerate` and `doStream` of a language model. */
export function languageAttributes(p: Params, stream: boolean): Attributes {
  const attributes: Attributes = {};
  numberAttribute(attributes, REQUEST_TEMPERATURE, p.temperature);
  numberAttribute(attributes, REQUEST_TOP_P, p.topP);
  numberAttribute(attributes, REQUEST_TOP_K, p.topK);
  integerAttribute(attributes, REQUEST_MAX_TOKENS, p.maxOutputTokens);
  if (p.stopSequences !== undefined) stopSequences(attributes, p.stopSequences);
  numberAttribute(attributes, REQUEST_FREQUENCY_PENALTY, p.frequencyPenalty);
  numberAttribute(attributes, REQUEST_PRESENCE_PENALTY, p.presencePenalty);
  integerAttribute(attributes, REQUEST_SEED, p.seed);
  if (stream) attributes[REQUEST_STREAM] = true;
  const format = asString(asObject(p.responseFormat)?.type);
  if (format !== undefined) attributes[OUTPUT_TYPE] = format === 'json' ? 'json' : 'text';
  // `provider-default` of 7 means no level.
  const level = p.reasoning === 'provider-default' ? undefined : p.reasoning;
  textAttribute(attributes, REQUEST_REASONING_LEVEL, level ?? providerOption(p, 'reasoningEffort'));
  const tier = serviceTierOf(p);
  if (tier !== undefined && tier !== 'auto') attributes[OPENAI_REQUEST_SERVICE_TIER] = tier;
  return attributes;
}

/** The requested service tier; the conventions have an attribute only for OpenAI's tier. */
export function serviceTierOf(p: Params): string | undefined {
  return asString(providerOption(p, 'serviceTier'));
}

/** `doEmbed` of an embedding model. */
export function embeddingAttributes(p: Params): Attributes {
  const attributes: Attributes = {};
  integerAttribute(attributes, EMBEDDINGS_DIMENSION_COUNT, p.dimensions ?? providerOption(p, 'dimensions'));
  return attributes;
}

/** `doGenerate` of an image model. */
export function imageAttributes(p: Params): Attributes {
  const attributes: Attributes = { [OUTPUT_TYPE]: 'image' };
  if (p.n !== 1) integerAttribute(attributes, REQUEST_CHOICE_COUNT, p.n);
  return attributes;
}

/** `doGenerate` of a speech model. */
export function speechAttributes(): Attributes {
  return { [OUTPUT_TYPE]: 'speech' };
}
