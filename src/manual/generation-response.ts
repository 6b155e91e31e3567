/** Facts of an answer, as the application reports the answer while it comes in. */

import type { ChunkKind, ResponseFacts, StreamReader } from '../facts/call.ts';
import type { GenerationUsage } from '../facts/generation-usage.ts';
import type { OutputMessage, Part } from '../facts/messages.ts';
import { textPart } from '../providers/reading/content-parts.ts';
import { finishReason, finishReasonField } from '../providers/reading/finish-reasons.ts';
import { reportedUsage } from '../providers/reading/reported-usage.ts';
import { asArray, asObject, asString } from '../providers/reading/unknown-values.ts';
import { swallow } from '../runtime/guard.ts';
import { BoundedText } from '../telemetry/content/truncation.ts';
import type { Generation, GenerationOptions, GenerationResponse } from './generation-options.ts';
import { messagesOf } from './generation-request.ts';

/** Keeps the last reported value of each field. */
export class ReportedGeneration implements Generation {
  #facts: ResponseFacts = {};
  #output: OutputMessage[] | undefined;

  response(response: GenerationResponse): void {
    try {
      this.#merge(asObject(response) ?? {});
    } catch (error) {
      swallow(error); // getters of the response may throw
    }
  }

  #merge({ id, model, finishReasons, usage, serviceTier, output }: Readonly<Record<string, unknown>>): void {
    const before = this.#facts;
    const reasons = typeof finishReasons === 'string' ? [finishReasons] : asArray(finishReasons);
    this.#facts = {
      id: asString(id) ?? before.id,
      model: asString(model) ?? before.model,
      finishReasons: reasons?.map(finishReason) ?? before.finishReasons,
      usage:
        asObject(usage) === undefined ? before.usage : { ...before.usage, ...reportedUsage(usage as GenerationUsage) },
      tier: asString(serviceTier) ?? before.tier,
    };
    this.#output = outputOf(output, this.#facts) ?? this.#output;
  }

  /** Facts reported so far. */
  get facts(): ResponseFacts {
    return { ...this.#facts };
  }

  /** The reported output, else one message of `resultParts`. */
  output(resultParts: readonly Part[]): OutputMessage[] {
    if (this.#output !== undefined) return this.#output;
    return resultParts.length === 0
      ? []
      : [{ role: 'assistant', parts: resultParts, ...finishReasonField(this.#facts.finishReasons?.[0]) }];
  }
}

function outputOf(output: unknown, { finishReasons }: ResponseFacts): OutputMessage[] | undefined {
  const messages = messagesOf(output, 'assistant');
  return messages?.map((message, i) => ({ ...finishReasonField(finishReasons?.[i]), ...message }));
}

const KINDS: ReadonlySet<unknown> = new Set<ChunkKind>(['text', 'reasoning', 'tool_call', 'refusal', 'audio', 'usage']);

/** Reads a streamed result with `onChunk`; chunks that are texts are the answer. */
export class GenerationStream implements StreamReader {
  readonly #reported: ReportedGeneration;
  readonly #onChunk: GenerationOptions['onChunk'];
  readonly #text: BoundedText | undefined;
  #kind: ChunkKind | undefined;

  /** `limit`: most bytes of text to keep; without a limit no text is kept. */
  constructor(reported: ReportedGeneration, onChunk: unknown, limit: number | undefined) {
    this.#reported = reported;
    this.#onChunk = typeof onChunk === 'function' ? (onChunk as NonNullable<GenerationOptions['onChunk']>) : undefined;
    this.#text = limit === undefined ? undefined : new BoundedText(limit);
  }

  get model(): string | undefined {
    return this.#reported.facts.model;
  }

  read(chunk: unknown): void {
    this.#text?.add(chunk);
    this.#kind = typeof chunk === 'string' ? 'text' : undefined;
    const kind = this.#onChunk?.(chunk, this.#reported);
    if (KINDS.has(kind)) this.#kind = kind as ChunkKind;
  }

  kind(): ChunkKind | undefined {
    return this.#kind;
  }

  facts(complete: boolean): ResponseFacts {
    const { facts } = this.#reported;
    return complete || facts.finishReasons !== undefined ? facts : { ...facts, finishReasons: ['error'] };
  }

  output(): OutputMessage[] {
    return this.#reported.output(this.#text === undefined ? [] : textPart('text', this.#text));
  }
}
