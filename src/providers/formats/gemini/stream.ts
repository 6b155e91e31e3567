/** Reader for the chunks of `streamGenerateContent`: keeps the values that the facts need, never the chunks. */
import type { ChunkKind, Failure, ResponseFacts, StreamReader } from '../../../facts/call.ts';
import type { OutputMessage } from '../../../facts/messages.ts';
import { choiceIndex } from '../../reading/choice-order.ts';
import type { ContentCollector } from '../../reading/content-parts.ts';
import { sentUsage } from '../../reading/sent-usage.ts';
import { concatenated, idsOf } from '../../reading/tool-call-ids.ts';
import { asArray, asCount, asObject, asString } from '../../reading/unknown-values.ts';
import { modelName } from './request.ts';
import {
  candidateReason,
  functionCallsOf,
  geminiFailure,
  isBlocked,
  serviceTier,
  sumCounts,
  usageDetails,
} from './response.ts';

type Chunk = Readonly<Record<string, unknown>>;

/**
 * Every chunk repeats the usage so far, but a chunk may omit a count of an earlier chunk: the last value of each count
 * is kept.
 */
export class GenerateReader implements StreamReader {
  model: string | undefined;
  #id: string | undefined;
  #usage: Chunk | undefined;
  #tier: string | undefined;
  #prompt: number | undefined;
  #toolPrompt: number | undefined;
  #candidates: number | undefined;
  #thoughts: number | undefined;
  #cached: number | undefined;
  #blocked = false;
  #error: Failure | undefined;
  readonly #reasons: unknown[] = [];
  readonly #calls: boolean[] = [];
  #ids: string[] | undefined;
  readonly #content: ContentCollector | undefined;

  constructor(content?: ContentCollector) {
    this.#content = content;
  }

  read(value: unknown): void {
    const { responseId, modelVersion, candidates, usageMetadata, promptFeedback, error, sdkHttpResponse } =
      value as Chunk;
    if (this.#id === undefined) this.#id = asString(responseId);
    if (this.model === undefined && modelVersion) this.model = modelName(modelVersion);
    if (Array.isArray(candidates)) for (let i = 0; i < candidates.length; i++) this.#candidate(candidates[i], i);
    if (usageMetadata) {
      this.#count(usageMetadata as Chunk);
      this.#tier = serviceTier({ usageMetadata, sdkHttpResponse }) ?? this.#tier;
    }
    if (promptFeedback && isBlocked({ promptFeedback })) this.#blocked = true;
    if (error) this.#error = geminiFailure(error);
    this.#content?.add(value);
  }

  #candidate(candidate: Chunk | null | undefined, position: number): void {
    if (candidate === null || candidate === undefined) return;
    const index = choiceIndex(candidate.index, position);
    const { finishReason } = candidate;
    if (finishReason) this.#reasons[index] = finishReason;
    else if (index >= this.#reasons.length) this.#reasons[index] = undefined;
    const calls = functionCallsOf(candidate);
    if (this.#calls[index] !== true) this.#calls[index] = calls !== undefined;
    if (calls) this.#ids = concatenated(this.#ids, idsOf(calls, 'id'));
  }

  #count(usage: Chunk): void {
    this.#usage = usage;
    this.#prompt = asCount(usage.promptTokenCount) ?? this.#prompt;
    this.#toolPrompt = asCount(usage.toolUsePromptTokenCount) ?? this.#toolPrompt;
    this.#candidates = asCount(usage.candidatesTokenCount) ?? this.#candidates;
    this.#thoughts = asCount(usage.thoughtsTokenCount) ?? this.#thoughts;
    this.#cached = asCount(usage.cachedContentTokenCount) ?? this.#cached;
  }

  kind(value: unknown): ChunkKind | undefined {
    const chunk = value as Chunk;
    const candidate = asObject(asArray(chunk.candidates)?.[0]);
    const part = asObject(asArray(asObject(candidate?.content)?.parts)?.[0]);
    if (part?.functionCall) return 'tool_call';
    if (typeof part?.text === 'string' && part.text !== '') return part.thought === true ? 'reasoning' : 'text';
    if (asString(asObject(part?.inlineData)?.mimeType)?.startsWith('audio/')) return 'audio';
    return part === undefined && chunk.usageMetadata ? 'usage' : undefined;
  }

  facts(_complete: boolean): ResponseFacts {
    const reasons = Array.from(this.#reasons, (raw, i) => candidateReason(raw, this.#calls[i] === true));
    return {
      id: this.#id,
      model: this.model,
      // No reason at the end of the stream means `error`: the candidate failed, was cut, was cancelled or never came.
      finishReasons: reasons.length > 0 ? reasons : [this.#blocked ? 'content_filter' : 'error'],
      usage:
        this.#usage &&
        sentUsage({
          input: sumCounts(this.#prompt, this.#toolPrompt),
          output: sumCounts(this.#candidates, this.#thoughts),
          cacheRead: this.#cached,
          reasoning: this.#thoughts,
          ...usageDetails(this.#usage),
        }),
      toolCalls: this.#ids,
      tier: this.#tier,
      failure: this.#error,
    };
  }

  output(complete: boolean): OutputMessage[] {
    return this.#content?.messages(complete) ?? [];
  }
}
