/** Readers for Anthropic's streams: they keep what the facts need, never the events. */
import type { ChunkKind, Failure, ResponseFacts, StreamReader } from '../../facts/call.ts';
import type { OutputMessage } from '../../facts/messages.ts';
import type { ContentCollector } from '../reading/content-parts.ts';
import { finishReason } from '../reading/finish-reasons.ts';
import { concatenated, idsOf } from '../reading/tool-call-ids.ts';
import { asObject, asString, entryOf } from '../reading/unknown-values.ts';
import { anthropicUsageFacts, ownAttributes, servedAs } from './response.ts';

type Event = Readonly<Record<string, unknown>>;

/** The connection was closed before the event that ends every stream; no SDK version throws for that. */
const TRUNCATED: Failure = { type: 'stream_truncated', message: 'The stream ended before its last event.' };

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

/** Events of `messages.create`. */
export class MessageReader implements StreamReader {
  model: string | undefined;
  #id: string | undefined;
  #reason: unknown;
  #usage: Record<string, unknown> | undefined;
  #calls: string[] | undefined;
  #stopped = false;
  readonly #content: ContentCollector | undefined;

  constructor(content?: ContentCollector) {
    this.#content = content;
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
    }
    this.#content?.add(event);
  }

  #start(message: Event): void {
    this.#id = asString(message.id);
    this.model = asString(message.model);
    this.#reason = message.stop_reason;
    const usage = asObject(message.usage);
    if (usage === undefined) return;
    // What has come out so far is a placeholder here: the real count is in message_delta.
    const { output_tokens: _placeholder, output_tokens_details: _details, ...counts } = usage;
    this.#usage = counts;
  }

  #delta(event: Event): void {
    this.#reason = asObject(event.delta)?.stop_reason ?? this.#reason;
    const totals = asObject(event.usage);
    if (totals === undefined) return;
    this.#usage ??= {};
    // Totals for the whole message; null means that the one before stands.
    for (const key of Object.keys(totals))
      if (totals[key] !== null && totals[key] !== undefined) this.#usage[key] = totals[key];
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
      attributes: ownAttributes(this.#usage, this.#reason),
      failure: complete && !this.#stopped ? TRUNCATED : undefined,
    };
  }

  output(complete: boolean): OutputMessage[] {
    return this.#content?.messages(complete && this.#stopped) ?? [];
  }
}

/** Events of the legacy `completions.create`: the last one has the reason. */
export class CompletionReader implements StreamReader {
  model: string | undefined;
  #id: string | undefined;
  #reason: unknown;
  readonly #content: ContentCollector | undefined;

  constructor(content?: ContentCollector) {
    this.#content = content;
  }

  read(value: unknown): void {
    const event = value as Event;
    this.#id ??= asString(event.id);
    this.model ??= asString(event.model);
    this.#reason = event.stop_reason ?? this.#reason;
    this.#content?.add(event);
  }

  kind(value: unknown): ChunkKind | undefined {
    return asString((value as Event).completion) === undefined ? undefined : 'text';
  }

  facts(complete: boolean): ResponseFacts {
    const done = asString(this.#reason) !== undefined;
    return {
      id: this.#id,
      model: this.model,
      finishReasons: [finishReason(this.#reason)],
      attributes: ownAttributes(undefined, this.#reason),
      failure: complete && !done ? TRUNCATED : undefined,
    };
  }

  output(complete: boolean): OutputMessage[] {
    return this.#content?.messages(complete && asString(this.#reason) !== undefined) ?? [];
  }
}
