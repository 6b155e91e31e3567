/**
 * Content of streamed messages, put together from their events. Used only while content is captured; the budget of a part
 * bounds every text, however long the stream is.
 */

import type { OutputMessage, Part } from '../../../facts/messages.ts';
import { BoundedText } from '../../../telemetry/content/truncation.ts';
import { type ContentCollector, textPart, toolArguments } from '../../reading/content-parts.ts';
import { finishReasonField } from '../../reading/finish-reasons.ts';
import { asArray, asNumber, asObject, asString } from '../../reading/unknown-values.ts';
import { blockParts, toolUse } from './content-blocks.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Most content blocks kept of one stream. */
const MAX_BLOCKS = 128;

/** Kinds of deltas, and the field that holds the next piece of the block. */
const TEXTS = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  input_json_delta: 'partial_json',
  compaction_delta: 'content',
} as const satisfies Readonly<Record<string, string>>;

interface Block {
  /** The block of the first event. A copy: stream helpers put the message together inside the objects of the event. */
  readonly start: Fields;
  readonly text: BoundedText;
}

/** Events of a streamed message. */
export class MessageContentAccumulator implements ContentCollector {
  readonly #blocks = new Map<number, Block>();
  readonly #partBytes: number;
  #reason: unknown;

  /** `partBytes`: `contentMaxPartBytes` */
  constructor(partBytes: number) {
    this.#partBytes = partBytes;
  }

  /** Adds one event. */
  add(value: unknown): void {
    const event = asObject(value);
    if (event === undefined) return;
    switch (event.type) {
      case 'message_start':
        this.#start(asObject(event.message) ?? {});
        break;
      case 'content_block_start':
        this.#block(asNumber(event.index) ?? this.#blocks.size, event.content_block);
        break;
      case 'content_block_delta':
        this.#delta(event);
        break;
      case 'message_delta':
        this.#reason = asObject(event.delta)?.stop_reason ?? this.#reason;
    }
  }

  /** The message so far. `complete`: the stream came to its end. */
  messages(complete: boolean): OutputMessage[] {
    const parts = [...this.#blocks].sort(([a], [b]) => a - b).flatMap(([, block]) => partsOf(block));
    if (parts.length === 0 && this.#reason === undefined) return [];
    return [{ role: 'assistant', parts, ...finishReasonField(this.#reason ?? (complete ? undefined : 'error')) }];
  }

  /** An answer that needs no generation (programmatic tool calls) comes whole in the first event. */
  #start(message: Fields): void {
    this.#reason = message.stop_reason ?? undefined;
    for (const [index, block] of (asArray(message.content) ?? []).entries()) this.#block(index, block);
  }

  #block(index: number, value: unknown): void {
    const block = asObject(value);
    if (block === undefined || (this.#blocks.size >= MAX_BLOCKS && !this.#blocks.has(index))) return;
    this.#blocks.set(index, { start: { ...block }, text: new BoundedText(this.#partBytes) });
  }

  #delta(event: Fields): void {
    const block = this.#blocks.get(asNumber(event.index) ?? -1);
    const delta = asObject(event.delta);
    const type = asString(delta?.type);
    if (block === undefined || type === undefined || !Object.hasOwn(TEXTS, type)) return;
    block.text.add(delta?.[TEXTS[type as keyof typeof TEXTS]]);
  }
}

function partsOf({ start, text }: Block): Part[] {
  switch (start.type) {
    case 'text':
      return whole('text', start.text, text);
    case 'thinking':
      return whole('reasoning', start.thinking, text);
    case 'compaction':
      return [{ type: 'compaction', ...textPart('compaction', text)[0] }];
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use': {
      const input = text.text === '' ? start.input : toolArguments(text.text);
      return [{ ...toolUse(start, input), ...text.marks }];
    }
    default:
      return blockParts(start);
  }
}

/** The text of the block goes before the texts of the deltas; as a rule the text of the block is empty. */
function whole(type: string, first: unknown, text: BoundedText): Part[] {
  const before = asString(first);
  if (before === undefined) return textPart(type, text);
  return [{ type, content: before + text.text, ...text.marks }];
}
