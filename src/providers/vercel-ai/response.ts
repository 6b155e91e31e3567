/** What models of the AI SDK answer, as facts. */
import type { ResponseFacts } from '../../facts/call.ts';
import { modelName } from '../formats/gemini/request.ts';
import { openaiAttributes } from '../openai/response.ts';
import { finishReason as providersReason } from '../reading/finish-reasons.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { counted } from './usage.ts';

type Body = Readonly<Record<string, unknown>>;

/** The SDK's words that differ from ours. */
const UNIFIED: Readonly<Record<string, string>> = { 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' };

/**
 * The reason of an answer. 6 and 7 hand out the provider's word too, which says more; but that a model asks for tools, some
 * providers do not say by a word.
 */
export function reasonOf(value: unknown): string | undefined {
  const both = asObject(value);
  const unified = asString(both?.unified) ?? asString(value);
  const raw = asString(both?.raw);
  if (unified === undefined) return undefined;
  if (unified === 'tool-calls' || raw === undefined) return UNIFIED[unified] ?? providersReason(unified);
  return providersReason(raw);
}

/** Service tier that the call got: in the provider's answer, or in what its package says besides. */
function tierOf(body: Body | undefined, providerMetadata: unknown): string | undefined {
  const own = Object.values(asObject(providerMetadata) ?? {}).map((metadata) =>
    asString(asObject(metadata)?.serviceTier),
  );
  return asString(body?.service_tier) ?? own.find((tier) => tier !== undefined);
}

/** Facts that an answer and the last part of a stream have in common. */
export function finishFacts(finish: Body, body: unknown, openai: boolean): Omit<ResponseFacts, 'id' | 'model'> {
  const answer = asObject(body);
  const reason = reasonOf(finish.finishReason);
  const { usage, tier, region } = counted(finish.usage, finish.providerMetadata, body);
  const said = tierOf(answer, finish.providerMetadata);
  return {
    finishReasons: reason === undefined ? undefined : [reason],
    usage,
    tier: tier ?? said,
    region,
    attributes: openai ? openaiAttributes(said, answer?.system_fingerprint) : undefined,
  };
}

/** Is this an answer of OpenAI's API? Only then are a tier and a fingerprint OpenAI's. */
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

/** `openai` in the metadata of a `finish` part: see {@link generateFacts}. */
export function streamIsOpenai(finish: Body): boolean {
  return isOpenai(undefined, finish.providerMetadata);
}

/** The model that answered. What the SDK sets in its place, the model that was asked for, tells nothing. */
function modelOf(response: Body | undefined, body: Body | undefined): string | undefined {
  return modelName(response?.modelId) ?? modelName(body?.model) ?? modelName(body?.modelVersion);
}

/** Result of `doEmbed`: the model is in the provider's answer alone. */
export function embeddingFacts(value: unknown): ResponseFacts {
  const result = asObject(value) ?? {};
  const body = asObject(asObject(result.response)?.body);
  return { model: modelOf(undefined, body), ...counted(result.usage, undefined, body) };
}

/** Images, speech, transcriptions, rankings: their model is the one that was asked for, whatever answered. */
export function plainFacts(value: unknown): ResponseFacts {
  const result = asObject(value) ?? {};
  const response = asObject(result.response);
  const body = asObject(response?.body);
  return { id: asString(response?.id), model: modelOf(undefined, body), ...counted(result.usage, undefined, body) };
}
