/** Reader of `InvokeModelWithResponseStream`: every chunk is the JSON of one event of the model. */
import type { ChunkKind, ResponseFacts, StreamReader, UsageFacts } from '../../../facts/call.ts';
import type { OutputMessage } from '../../../facts/messages.ts';
import { MessageContentAccumulator } from '../../formats/anthropic-messages/content-stream.ts';
import { MessageReader } from '../../formats/anthropic-messages/stream.ts';
import { ChatContentAccumulator } from '../../formats/openai-chat/content-stream.ts';
import { CompletionReader } from '../../formats/openai-chat/stream.ts';
import { asObject } from '../../reading/unknown-values.ts';
import { ConverseReader } from '../converse/stream.ts';
import { decodedBody } from './body.ts';
import { metricsUsage } from './families.ts';
import { FamilyReader } from './family-stream.ts';
import { type Shape, shapeOf } from './response.ts';

type MakeReader = (limit: number | undefined) => StreamReader;

/** The first event says in which form the model speaks. */
const READERS: Readonly<Record<Shape, MakeReader>> = {
  anthropic: (limit) => new MessageReader(limit === undefined ? undefined : new MessageContentAccumulator(limit)),
  openai: (limit) => new CompletionReader(limit === undefined ? undefined : new ChatContentAccumulator(limit)),
  nova: (limit) => new ConverseReader(limit),
  family: (limit) => new FamilyReader(limit),
};

/** Decodes the chunks, and hands the events to the reader of the form. */
export class InvokeReader implements StreamReader {
  #reader: StreamReader | undefined;
  #metrics: UsageFacts | undefined;
  readonly #limit: number | undefined;

  /** `limit`: bytes of text to keep of one part; `undefined`: content is not captured. */
  constructor(limit: number | undefined) {
    this.#limit = limit;
  }

  get model(): string | undefined {
    return this.#reader?.model;
  }

  read(chunk: unknown): void {
    const event = eventOf(chunk);
    if (event === undefined) return;
    this.#reader ??= READERS[shapeOf(event)](this.#limit);
    this.#metrics = metricsUsage(event['amazon-bedrock-invocationMetrics']) ?? this.#metrics;
    this.#reader.read(event);
  }

  kind(chunk: unknown): ChunkKind | undefined {
    return this.#reader?.kind(eventOf(chunk) ?? {});
  }

  facts(complete: boolean): ResponseFacts {
    const facts = this.#reader?.facts(complete) ?? { finishReasons: ['error'] };
    return { ...facts, usage: completedBy(facts.usage, this.#metrics) };
  }

  output(complete: boolean): OutputMessage[] {
    return this.#reader?.output?.(complete) ?? [];
  }
}

const eventOf = (chunk: unknown): Readonly<Record<string, unknown>> | undefined =>
  decodedBody(asObject(asObject(chunk)?.chunk)?.bytes);

/** Counts of the model; Bedrock's counts where the model sends none. */
function completedBy(usage: UsageFacts | undefined, metrics: UsageFacts | undefined): UsageFacts | undefined {
  if (usage === undefined || metrics === undefined) return usage ?? metrics;
  return {
    ...usage,
    input: usage.input ?? metrics.input,
    output: usage.output ?? metrics.output,
    cacheRead: usage.cacheRead ?? metrics.cacheRead,
    cacheWrite: usage.cacheWrite ?? metrics.cacheWrite,
  };
}
