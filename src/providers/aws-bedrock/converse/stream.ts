/** Reader of `ConverseStream`, and of Nova's streams: keeps the values that the facts need, never the events. */
import type { ChunkKind, ResponseFacts, StreamReader } from '../../../facts/call.ts';
import type { OutputMessage, Part } from '../../../facts/messages.ts';
import { BoundedText } from '../../../telemetry/content/truncation.ts';
import { definedFields, textPart, toolArguments } from '../../reading/content-parts.ts';
import { finishReason, finishReasonField } from '../../reading/finish-reasons.ts';
import { asNumber, asObject, asString } from '../../reading/unknown-values.ts';
import { converseUsage } from './response.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Most blocks kept of one stream. */
const MAX_BLOCKS = 128;

interface Block {
  /** Of a block that calls a tool. */
  tool: Fields | undefined;
  readonly reasoning: BoundedText;
  readonly text: BoundedText;
  readonly input: BoundedText;
}

/** Events: an object with one field, named after the kind of the event. */
export class ConverseReader implements StreamReader {
  #reason: unknown;
  #usage: unknown;
  #tier: string | undefined;
  #calls: string[] | undefined;
  readonly #blocks = new Map<number, Block>();
  readonly #limit: number | undefined;

  /** `limit`: bytes of text to keep of one part; `undefined`: content is not captured. */
  constructor(limit: number | undefined) {
    this.#limit = limit;
  }

  read(value: unknown): void {
    const event = asObject(value);
    if (event === undefined) return;
    const tool = toolOf(event);
    const id = asString(tool?.toolUseId);
    if (id !== undefined) this.#calls = [...(this.#calls ?? []), id];
    const stop = asObject(event.messageStop);
    if (stop !== undefined) this.#reason = stop.stopReason ?? this.#reason;
    const metadata = asObject(event.metadata);
    if (metadata !== undefined) {
      this.#usage = metadata.usage ?? this.#usage;
      this.#tier = asString(asObject(metadata.serviceTier)?.type) ?? this.#tier;
    }
    if (this.#limit !== undefined) this.#keep(event, tool, this.#limit);
  }

  #keep(event: Fields, tool: Fields | undefined, limit: number): void {
    const part = asObject(event.contentBlockStart) ?? asObject(event.contentBlockDelta);
    if (part === undefined) return;
    const index = asNumber(part.contentBlockIndex) ?? 0;
    let block = this.#blocks.get(index);
    if (block === undefined) {
      if (this.#blocks.size >= MAX_BLOCKS) return;
      const text = (): BoundedText => new BoundedText(limit);
      block = { tool: undefined, reasoning: text(), text: text(), input: text() };
      this.#blocks.set(index, block);
    }
    if (tool !== undefined) block.tool = { ...tool };
    const delta = asObject(part.delta);
    block.text.add(delta?.text);
    block.reasoning.add(asObject(delta?.reasoningContent)?.text);
    block.input.add(asObject(delta?.toolUse)?.input);
  }

  kind(value: unknown): ChunkKind | undefined {
    const event = asObject(value) ?? {};
    if (toolOf(event) !== undefined) return 'tool_call';
    const delta = asObject(asObject(event.contentBlockDelta)?.delta);
    if (delta?.text) return 'text';
    if (delta?.reasoningContent) return 'reasoning';
    if (delta?.toolUse) return 'tool_call';
    return asObject(event.metadata)?.usage ? 'usage' : undefined;
  }

  facts(_complete: boolean): ResponseFacts {
    return {
      finishReasons: [finishReason(this.#reason)],
      usage: converseUsage(this.#usage),
      toolCalls: this.#calls,
      tier: this.#tier,
    };
  }

  output(_complete: boolean): OutputMessage[] {
    const parts = [...this.#blocks].sort(([a], [b]) => a - b).flatMap(([, block]) => partsOf(block));
    if (parts.length === 0 && this.#reason === undefined) return [];
    return [{ role: 'assistant', parts, ...finishReasonField(this.#reason ?? 'error') }];
  }
}

const toolOf = (event: Fields): Fields | undefined =>
  asObject(asObject(asObject(event.contentBlockStart)?.start)?.toolUse);

function partsOf({ tool, reasoning, text, input }: Block): Part[] {
  const texts = [...textPart('reasoning', reasoning), ...textPart('text', text)];
  if (tool === undefined) return texts;
  const name = asString(tool.name) ?? 'unknown';
  const call = definedFields({
    type: 'tool_call',
    id: asString(tool.toolUseId),
    name,
    arguments: toolArguments(input.text),
  });
  return [...texts, { ...call, ...input.marks }];
}
