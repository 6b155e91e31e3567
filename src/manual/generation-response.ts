/** What an application says of an answer, while it comes in. */

import type { ChunkKind, Modality, ResponseFacts, StreamReader, UsageFacts } from '../facts/call.ts';
import type { OutputMessage, Part } from '../facts/messages.ts';
import { textPart } from '../providers/reading/content-parts.ts';
import { finishReason, finishReasonField } from '../providers/reading/finish-reasons.ts';
import { asArray, asCount, asObject, asString } from '../providers/reading/unknown-values.ts';
import { swallow } from '../runtime/guard.ts';
import { BoundedText } from '../telemetry/content/truncation.ts';
import type { Generation, GenerationOptions, GenerationResponse, GenerationUsage } from './generation-options.ts';
import { messagesOf } from './generation-request.ts';

/** Keeps the last value that was told of each field. */
export class ToldGeneration implements Generation {
  #facts: ResponseFacts = {};
  #output: OutputMessage[] | undefined;

  response(response: GenerationResponse): void {
    try {
      this.#take(asObject(response) ?? {});
    } catch (error) {
      swallow(error); // getters that throw
    }
  }

  #take({ id, model, finishReasons, usage, serviceTier, output }: Readonly<Record<string, unknown>>): void {
    const before = this.#facts;
    const reasons = typeof finishReasons === 'string' ? [finishReasons] : asArray(finishReasons);
    this.#facts = {
      id: asString(id) ?? before.id,
      model: asString(model) ?? before.model,
      finishReasons: reasons?.map(finishReason) ?? before.finishReasons,
      usage: asObject(usage) === undefined ? before.usage : { ...before.usage, ...usageOf(usage as GenerationUsage) },
      tier: asString(serviceTier) ?? before.tier,
    };
    this.#output = outputOf(output, this.#facts) ?? this.#output;
  }

  /** What is known so far. */
  get facts(): ResponseFacts {
    return { ...this.#facts };
  }

  /** The answer as it was told, or else the parts that `result` made. */
  output(result: readonly Part[]): OutputMessage[] {
    if (this.#output !== undefined) return this.#output;
    return result.length === 0
      ? []
      : [{ role: 'assistant', parts: result, ...finishReasonField(this.#facts.finishReasons?.[0]) }];
  }
}

function outputOf(output: unknown, { finishReasons }: ResponseFacts): OutputMessage[] | undefined {
  const messages = messagesOf(output, 'assistant');
  return messages?.map((message, i) => ({ ...finishReasonField(finishReasons?.[i]), ...message }));
}

/** Only what was sent: a count that is no number of tokens is none. */
function usageOf(told: GenerationUsage): UsageFacts {
  const usage: UsageFacts = {
    input: asCount(told.inputTokens),
    output: asCount(told.outputTokens),
    total: asCount(told.totalTokens),
    cacheRead: asCount(told.cacheReadTokens),
    cacheWrite: asCount(told.cacheWriteTokens),
    reasoning: asCount(told.reasoningTokens),
    inputBy: splitOf(told.inputByModality),
    outputBy: splitOf(told.outputByModality),
    cacheReadBy: splitOf(told.cacheReadByModality),
  };
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined));
}

function splitOf(value: unknown): UsageFacts['inputBy'] {
  const by = asObject(value);
  const counts = (['text', 'image', 'audio'] as const satisfies readonly Modality[])
    .map((modality) => [modality, asCount(by?.[modality])] as const)
    .filter(([, tokens]) => tokens !== undefined);
  return counts.length === 0 ? undefined : Object.fromEntries(counts);
}

const KINDS: ReadonlySet<unknown> = new Set<ChunkKind>(['text', 'reasoning', 'tool_call', 'refusal', 'audio', 'usage']);

/** Reads a streamed result: by `onChunk`, and where the chunks are texts, as what was said. */
export class GenerationStream implements StreamReader {
  readonly #told: ToldGeneration;
  readonly #onChunk: GenerationOptions['onChunk'];
  readonly #text: BoundedText | undefined;
  #kind: ChunkKind | undefined;

  /** `limit`: most bytes of text that are kept; without it none are. */
  constructor(told: ToldGeneration, onChunk: unknown, limit: number | undefined) {
    this.#told = told;
    this.#onChunk = typeof onChunk === 'function' ? (onChunk as NonNullable<GenerationOptions['onChunk']>) : undefined;
    this.#text = limit === undefined ? undefined : new BoundedText(limit);
  }

  get model(): string | undefined {
    return this.#told.facts.model;
  }

  read(chunk: unknown): void {
    this.#text?.add(chunk);
    this.#kind = typeof chunk === 'string' ? 'text' : undefined;
    const kind = this.#onChunk?.(chunk, this.#told);
    if (KINDS.has(kind)) this.#kind = kind as ChunkKind;
  }

  kind(): ChunkKind | undefined {
    return this.#kind;
  }

  facts(complete: boolean): ResponseFacts {
    const { facts } = this.#told;
    return complete || facts.finishReasons !== undefined ? facts : { ...facts, finishReasons: ['error'] };
  }

  output(): OutputMessage[] {
    return this.#told.output(this.#text === undefined ? [] : textPart('text', this.#text));
  }
}
