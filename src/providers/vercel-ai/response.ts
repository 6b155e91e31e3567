/** Answers of AI SDK models as facts. */
import type { ResponseFacts } from '../../facts/call.ts';
import { modelName } from '../formats/gemini/request.ts';
import { openaiAttributes } from '../formats/openai-chat/openai-attributes.ts';
import { finishReason as providersReason } from '../reading/finish-reasons.ts';
import { asObject, asString, entryOf } from '../reading/unknown-values.ts';
import { usageFactsOf } from './usage.ts';

type Body = Readonly<Record<string, unknown>>;

/** Finish reasons that the SDK spells differently. */
const UNIFIED: Readonly<Record<string, string>> = { 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' };

/**
 * The finish reason of an answer. `ai` 6 and 7 also give the provider's word, which is more exact. For tool calls the SDK's
 * word is used, because some providers have no word for tool calls.
 */
export function reasonOf(value: unknown): string | undefined {
  const both = asObject(value);
  const unified = asString(both?.unified) ?? asString(value);
  const raw = asString(both?.raw);
  if (unified === undefined) return undefined;
  if (unified === 'tool-calls' || raw === undefined) return entryOf(UNIFIED, unified) ?? providersReason(unified);
  return providersReason(raw);
}

/** The service tier that the call got, from the provider's answer or from the metadata of the provider's package. */
function tierOf(body: Body | undefined, providerMetadata: unknown): string | undefined {
  const tiers = Object.values(asObject(providerMetadata) ?? {}).map((metadata) =>
    asString(asObject(metadata)?.serviceTier),
  );
  return asString(body?.service_tier) ?? tiers.find((tier) => tier !== undefined);
}

/** Facts of the result of `doGenerate`, or of the `finish` part of a stream. */
export function finishFacts(finish: Body, body: unknown, openai: boolean): Omit<ResponseFacts, 'id' | 'model'> {
  const answer = asObject(body);
  const reason = reasonOf(finish.finishReason);
  const { usage, tier, region } = usageFactsOf(finish.usage, finish.providerMetadata, body);
  const serviceTier = tierOf(answer, finish.providerMetadata);
  return {
    finishReasons: reason === undefined ? undefined : [reason],
    usage,
    tier: tier ?? serviceTier,
    region,
    attributes: openai ? openaiAttributes(serviceTier, answer?.system_fingerprint) : undefined,
  };
}

/** True for an answer of OpenAI's API: a tier and a fingerprint are OpenAI's attributes. */
function isOpenai(body: Body | undefined, providerMetadata: unknown): boolean {
  const object = asString(body?.object);
  return object !== undefined || asObject(asObject(providerMetadata)?.openai) !== undefined;
}

/** Result of `doGenerate` of a language model. */
export function generateFacts(value: unknown): ResponseFacts {
  const result = asObject(value) ?? {};
  const response = asObject(result.response);
  const body = asObject(response?.body);
  return {
    id: asString(response?.id),
    model: modelOf(response, body),
    ...finishFacts(result, body, isOpenai(body, result.providerMetadata)),
  };
}

/** True if the metadata of a `finish` part name OpenAI: a streamed answer has no body. */
export function streamIsOpenai(finish: Body): boolean {
  return isOpenai(undefined, finish.providerMetadata);
}

/** The model in the provider's answer; undefined if the answer names none. */
function modelOf(response: Body | undefined, body: Body | undefined): string | undefined {
  return modelName(response?.modelId) ?? modelName(body?.model) ?? modelName(body?.modelVersion);
}

/** Result of `doEmbed`: only the provider's answer names the model. */
export function embeddingFacts(value: unknown): ResponseFacts {
  const result = asObject(value) ?? {};
  const body = asObject(asObject(result.response)?.body);
  return { model: modelOf(undefined, body), ...usageFactsOf(result.usage, undefined, body) };
}

/**
 * Results for images, speech, transcriptions and rankings: `response.modelId` repeats the requested model and is not
 * read.
 */
export function plainFacts(value: unknown): ResponseFacts {
  const result = asObject(value) ?? {};
  const response = asObject(result.response);
  const body = asObject(response?.body);
  return {
    id: asString(response?.id),
    model: modelOf(undefined, body),
    ...usageFactsOf(result.usage, undefined, body),
  };
}
