import type { ChunkKind, ResponseFacts, StreamReader, UsageFacts } from '../../facts/call.ts';
import type { OutputMessage } from '../../facts/messages.ts';
import { textOf } from '../formats/openai-chat/content-parts.ts';
import { finishReason, finishReasonField } from '../reading/finish-reasons.ts';
import { concatenated, idsOf } from '../reading/tool-call-ids.ts';
import { asArray, asNumber, asObject, asString } from '../reading/unknown-values.ts';
import { ChunkContent } from './content-stream.ts';
import { detailsOf, idOf, messageIn, modelOf, reasonOf, usageOf } from './response.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reads the chunks of one streamed answer. The usage of the chunks is added up, as LangChain does. */
export class ChunkReader implements StreamReader {
  model: string | undefined;
  #id: string | undefined;
  #reason: string | undefined;
  #usage: UsageFacts | undefined;
  #calls: string[] | undefined;
  /** A chunk has called a tool, with or without an id. */
  #called = false;
  readonly #content: ChunkContent | undefined;

  constructor(limit: number | undefined) {
    if (limit !== undefined) this.#content = new ChunkContent(limit);
  }

  read(chunk: unknown): void {
    const message = messageIn(chunk);
    const details = detailsOf(chunk);
    this.model ??= modelOf(details);
    this.#id ??= idOf(message, details);
    this.#reason = reasonOf(details) ?? this.#reason;
    this.#usage = sumUsage(this.#usage, usageOf(message.usage_metadata));
    if (asArray(message.tool_call_chunks)?.length) {
      this.#called = true;
      this.#calls = concatenated(this.#calls, idsOf(message.tool_call_chunks, 'id'));
    }
    this.#content?.add(message);
  }

  kind(chunk: unknown): ChunkKind | undefined {
    const message = messageIn(chunk);
    if (asArray(message.tool_call_chunks)?.length) return 'tool_call';
    if (asString(textOf(message.content)) !== undefined) return 'text';
    if (asString(asObject(message.additional_kwargs)?.reasoning_content) !== undefined) return 'reasoning';
    return asObject(message.usage_metadata) === undefined ? undefined : 'usage';
  }

  facts(complete: boolean): ResponseFacts {
    const reason = this.#reason ?? (complete && this.#called ? 'tool_calls' : undefined);
    const finishReasons = reason === undefined && complete ? undefined : [finishReason(reason)];
    return { id: this.#id, model: this.model, usage: this.#usage, finishReasons, toolCalls: this.#calls };
  }

  output(): OutputMessage[] {
    if (this.#content === undefined) return [];
    return [{ role: 'assistant', parts: this.#content.parts(), ...finishReasonField(this.#reason) }];
  }
}

function sumUsage(a: UsageFacts | undefined, b: UsageFacts | undefined): UsageFacts | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const { inputBy: _inputs, outputBy: _outputs, ...names } = { ...a, ...b };
  const total: Record<string, unknown> = {
    inputBy: sumCounts(a.inputBy, b.inputBy),
    outputBy: sumCounts(a.outputBy, b.outputBy),
  };
  return { ...total, ...sumCounts(pick(a, names), pick(b, names)) };
}

type Counts = Readonly<Record<string, number | undefined>>;

const pick = (from: UsageFacts, names: object): Counts =>
  Object.fromEntries(Object.keys(names).map((name) => [name, asNumber((from as Fields)[name])]));

function sumCounts(a: Counts = {}, b: Counts = {}): Record<string, number | undefined> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const sumOf = (x?: number, y?: number): number | undefined => (x === undefined ? y : x + (y ?? 0));
  return Object.fromEntries([...names].map((name) => [name, sumOf(a[name], b[name])]));
}
