/** Answers of the Gemini API and Vertex AI as facts. */

import type { Failure, Modality, ResponseFacts, UsageFacts } from '../../../facts/call.ts';
import { errorCode } from '../../../runtime/exception-name.ts';
import { inChoiceOrder } from '../../reading/choice-order.ts';
import { finishReason } from '../../reading/finish-reasons.ts';
import { sentUsage } from '../../reading/sent-usage.ts';
import { concatenated, idsOf } from '../../reading/tool-call-ids.ts';
import { asArray, asCount, asObject, asString, entryOf } from '../../reading/unknown-values.ts';
import { modelName } from './request.ts';

type Body = Readonly<Record<string, unknown>>;

/** The sum of two counts; undefined only if both counts are. */
export const sumCounts = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : a + b;

/** Modalities with an attribute in the conventions, in the words of both APIs: interactions have small letters. */
const MODALITIES: Readonly<Record<string, Modality>> = {
  TEXT: 'text',
  IMAGE: 'image',
  AUDIO: 'audio',
  text: 'text',
  image: 'image',
  audio: 'audio',
};

/** Sums of `[{modality: 'TEXT', tokenCount: 3}, ...]` over all lists. `field` has the count. */
export function countsByModality(field: 'tokenCount' | 'tokens', lists: readonly unknown[]): UsageFacts['inputBy'] {
  const by: { [modality: string]: number | undefined } = {};
  for (const entry of lists.flatMap((list) => asArray(list) ?? [])) {
    const { modality, [field]: count } = asObject(entry) ?? {};
    const name = entryOf(MODALITIES, asString(modality));
    if (name !== undefined) by[name] = sumCounts(by[name], asCount(count));
  }
  return by;
}

/**
 * Facts of `UsageMetadata`. The API counts thoughts outside of the candidates, and tool use outside of the prompt; we
 * add both.
 */
export function geminiUsageFacts(value: unknown): UsageFacts | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  const reasoning = asCount(usage.thoughtsTokenCount);
  return sentUsage({
    input: sumCounts(asCount(usage.promptTokenCount), asCount(usage.toolUsePromptTokenCount)),
    output: sumCounts(asCount(usage.candidatesTokenCount), reasoning),
    cacheRead: asCount(usage.cachedContentTokenCount),
    reasoning,
    ...usageDetails(usage),
  });
}

/** The counts by modality of `UsageMetadata`. */
export function usageDetails(usage: Body): Pick<UsageFacts, 'inputBy' | 'outputBy' | 'cacheReadBy'> {
  const { promptTokensDetails, toolUsePromptTokensDetails, candidatesTokensDetails, cacheTokensDetails } = usage;
  return {
    inputBy:
      promptTokensDetails || toolUsePromptTokensDetails
        ? countsByModality('tokenCount', [promptTokensDetails, toolUsePromptTokensDetails])
        : undefined,
    outputBy: candidatesTokensDetails ? countsByModality('tokenCount', [candidatesTokensDetails]) : undefined,
    cacheReadBy: cacheTokensDetails ? countsByModality('tokenCount', [cacheTokensDetails]) : undefined,
  };
}

/** The first values of the enum, the same in both APIs, for answers with numbers (Vertex AI, gRPC transcoding). */
const REASON_NUMBERS = ['FINISH_REASON_UNSPECIFIED', 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'OTHER'] as const;

/** The finish reason of a candidate. `calls`: its parts hold a function call; the API says `STOP` then too. */
export function candidateReason(raw: unknown, calls: boolean): string {
  const word = typeof raw === 'number' ? (REASON_NUMBERS[raw] ?? String(raw)) : raw;
  return word === 'STOP' && calls ? 'tool_calls' : finishReason(word);
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

/** The calls of functions of the application in a candidate; undefined if there are none, so that most chunks allocate nothing. Each value is read once. */
export function functionCallsOf(candidate: Body): unknown[] | undefined {
  let calls: unknown[] | undefined;
  const parts = (candidate.content as Body | null | undefined)?.parts;
  if (!Array.isArray(parts)) return undefined;
  for (let i = 0; i < parts.length; i++) {
    const call = asObject(parts[i])?.functionCall;
    if (!isPresent(call)) continue;
    calls ??= [];
    calls.push(call);
  }
  return calls;
}

/** True if the candidate calls a function of the application. */
export const hasFunctionCall = (candidate: Body): boolean => functionCallsOf(candidate) !== undefined;

/** True if the prompt was refused: the answer then has no candidates. */
export function isBlocked(body: Body): boolean {
  const reason = (body.promptFeedback as Body | null | undefined)?.blockReason;
  return reason !== undefined && reason !== null && reason !== '';
}

/** The tier that the call got: in the usage (Gemini API, Vertex AI) or in a header (genai). */
export function serviceTier(body: Body): string | undefined {
  const usage = asObject(body.usageMetadata);
  return (
    asString(usage?.serviceTier) ??
    asString(usage?.trafficType) ??
    asString(asObject(asObject(body.sdkHttpResponse)?.headers)?.['x-gemini-service-tier'])
  );
}

/** Facts of a `GenerateContentResponse`: the form is the same over HTTP and in both SDKs. */
export function generateFacts(value: unknown): ResponseFacts {
  const body = asObject(value) ?? {};
  const candidates = inChoiceOrder(body.candidates);
  return {
    id: asString(body.responseId),
    model: modelName(body.modelVersion),
    finishReasons:
      candidates !== undefined && candidates.length > 0
        ? candidates.map((entry) => {
            const candidate = asObject(entry) ?? {};
            return candidateReason(candidate.finishReason, hasFunctionCall(candidate));
          })
        : isBlocked(body)
          ? ['content_filter']
          : undefined,
    usage: geminiUsageFacts(body.usageMetadata),
    toolCalls: candidates?.reduce<string[] | undefined>(
      (ids, entry) => concatenated(ids, idsOf(functionCallsOf(asObject(entry) ?? {}), 'id')),
      undefined,
    ),
    tier: serviceTier(body),
    failure: body.error ? geminiFailure(body.error) : undefined,
  };
}

/** An error object that generative-ai returns in place of a streamed answer. */
export function geminiFailure(value: unknown): Failure {
  const error = asObject(value);
  return { type: errorCode(error?.status) ?? errorCode(error?.code) ?? '_OTHER', message: asString(error?.message) };
}

/**
 * Facts of the embeddings of both SDKs. Vertex AI counts tokens per embedding; without every count the sum would be
 * wrong.
 */
export function embeddingFacts(value: unknown): ResponseFacts {
  const body = asObject(value) ?? {};
  const counted = asCount(asObject(body.usageMetadata)?.promptTokenCount);
  if (counted !== undefined) return { usage: { input: counted } };
  const each =
    asArray(body.embeddings)?.map((entry) => asCount(asObject(asObject(entry)?.statistics)?.tokenCount)) ?? [];
  const all = each.length > 0 && each.every((tokens) => tokens !== undefined);
  return all ? { usage: { input: each.reduce<number>((total, tokens) => total + (tokens ?? 0), 0) } } : {};
}
