/** Reader of streamed messages: keeps the values that the facts need, never the events. */
import type { ChunkKind, Failure, ResponseFacts, StreamReader } from '../../../facts/call.ts';
import type { OutputMessage } from '../../../facts/messages.ts';
import type { ContentCollector } from '../../reading/content-parts.ts';
import { failureFrom } from '../../reading/error-answers.ts';
import { finishReason } from '../../reading/finish-reasons.ts';
import { concatenated, idsOf } from '../../reading/tool-call-ids.ts';
import { asCount, asObject, asString, entryOf } from '../../reading/unknown-values.ts';
import type { MessageAttributes } from './response.ts';
import { anthropicUsageFacts, servedAs } from './usage.ts';

type Event = Readonly<Record<string, unknown>>;

/** The connection was closed before the event that ends every stream. No version of the SDK throws then. */
export const TRUNCATED: Failure = { type: 'stream_truncated', message: 'The stream ended before its last event.' };

const DELTA_KINDS: Readonly<Record<string, ChunkKind>> = {
  text_delta: 'text',
  citations_delta: 'text',
  thinking_delta: 'reasoning',
  signature_delta: 'reasoning',
  input_json_delta: 'tool_call',
};

const BLOCK_KINDS: Readonly<Record<string, ChunkKind>> = {
  text: 'text',
  thinking: 'reasoning',
  redacted_thinking: 'reasoning',
  tool_use: 'tool_call',
  server_tool_use: 'tool_call',
  mcp_tool_use: 'tool_call',
};

/** Events of a streamed message. */
export class MessageReader implements StreamReader {
  model: string | undefined;
  #id: string | undefined;
  #reason: unknown;
  #usage: Record<string, unknown> | undefined;
  #calls: string[] | undefined;
  #stopped = false;
  #failure: Failure | undefined;
  readonly #content: ContentCollector | undefined;
  readonly #attributesOf: MessageAttributes | undefined;

  /** `attributesOf` makes the response attributes that the provider alone has. */
  constructor(content?: ContentCollector, attributesOf?: MessageAttributes) {
    this.#content = content;
    this.#attributesOf = attributesOf;
  }

  read(value: unknown): void {
    const event = value as Event;
    switch (event.type) {
      case 'message_start':
        this.#start(asObject(event.message) ?? {});
        break;
      case 'content_block_start':
        this.#calls = concatenated(this.#calls, idsOf([event.content_block], 'id', 'tool_use'));
        break;
      case 'message_delta':
        this.#delta(event);
        break;
      case 'message_stop':
        this.#stopped = true;
        break;
      case 'error':
        this.#failure = failureFrom(event);
    }
    this.#content?.add(event);
  }

  #start(message: Event): void {
    this.#id = asString(message.id);
    this.model = asString(message.model);
    this.#reason = message.stop_reason;
    const usage = asObject(message.usage);
    if (usage === undefined) return;
    // The output count of message_start is a placeholder: message_delta has the real count.
    const { output_tokens: _placeholder, output_tokens_details: _details, ...counts } = usage;
    this.#usage = counts;
  }

  #delta(event: Event): void {
    this.#reason = asObject(event.delta)?.stop_reason ?? this.#reason;
    const totals = asObject(event.usage);
    if (totals === undefined) return;
    this.#usage ??= {};
    // Totals for the whole message; null, and a number that is no count, leave the total before as it is.
    for (const [key, total] of Object.entries(totals))
      if (typeof total === 'number' ? asCount(total) !== undefined : total !== null && total !== undefined)
        this.#usage[key] = total;
  }

  kind(value: unknown): ChunkKind | undefined {
    const event = value as Event;
    switch (event.type) {
      case 'content_block_start':
        return entryOf(BLOCK_KINDS, asString(asObject(event.content_block)?.type));
      case 'content_block_delta':
        return entryOf(DELTA_KINDS, asString(asObject(event.delta)?.type));
      case 'message_delta':
        return asObject(event.usage) === undefined ? undefined : 'usage';
      default:
        return undefined;
    }
  }

  facts(complete: boolean): ResponseFacts {
    return {
      id: this.#id,
      model: this.model,
      finishReasons: [finishReason(this.#reason)],
      usage: anthropicUsageFacts(this.#usage),
      toolCalls: this.#calls,
      ...servedAs(this.#usage),
      attributes: this.#attributesOf?.(this.#usage, this.#reason),
      failure: this.#failure ?? (complete && !this.#stopped ? TRUNCATED : undefined),
    };
  }

  output(complete: boolean): OutputMessage[] {
    return this.#content?.messages(complete && this.#stopped) ?? [];
  }
}
