/** Readers for OpenAI-shaped streams: they keep what the facts need, never the chunks. */
import type { ChunkKind, Failure, ResponseFacts, StreamReader, UsageFacts } from '../../facts/call.ts';
import type { OutputMessage } from '../../facts/messages.ts';
import type { ContentCollector } from '../reading/content-parts.ts';
import { finishReason } from '../reading/finish-reasons.ts';
import { concatenated, idsOf } from '../reading/tool-call-ids.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { fetchedFacts, openaiAttributes, openaiFailure, openaiUsageFacts, responseFacts } from './response.ts';

type Chunk = Readonly<Record<string, unknown>>;
type Choice = { readonly index?: unknown; readonly finish_reason?: unknown; readonly delta?: Chunk | null };

/** Chat completions and legacy completions. The last value of a field wins; an empty one never replaces another. */
export class CompletionReader implements StreamReader {
  model: string | undefined;
  #id: string | undefined;
  #tier: unknown;
  #fingerprint: unknown;
  #usage: UsageFacts | undefined;
  #calls: string[] | undefined;
  readonly #reasons: (string | undefined)[] = [];
  readonly #content: ContentCollector | undefined;

  constructor(content?: ContentCollector) {
    this.#content = content;
  }

  read(value: unknown): void {
    const chunk = value as Chunk;
    if (this.#id === undefined) this.#id = asString(chunk.id);
    if (this.model === undefined) this.model = asString(chunk.model);
    if (chunk.service_tier) this.#tier = chunk.service_tier;
    if (chunk.system_fingerprint) this.#fingerprint = chunk.system_fingerprint;
    if (chunk.usage) this.#usage = openaiUsageFacts(chunk.usage) ?? this.#usage;
    else if (chunk.x_groq) this.#usage = openaiUsageFacts((chunk.x_groq as Chunk).usage) ?? this.#usage;
    const { choices } = chunk;
    if (Array.isArray(choices)) for (let i = 0; i < choices.length; i++) this.#choice(choices[i], i);
    this.#content?.add(chunk);
  }

  #choice(choice: Choice | null | undefined, position: number): void {
    if (choice === null || choice === undefined) return;
    const index =
      typeof choice.index === 'number' && choice.index >= 0 && choice.index < 1024 ? choice.index : position;
    if (choice.finish_reason) this.#reasons[index] = finishReason(choice.finish_reason);
    else if (index >= this.#reasons.length) this.#reasons[index] = undefined;
    // Only the first delta of a call has its id.
    const calls = choice.delta?.tool_calls;
    if (calls) this.#calls = concatenated(this.#calls, idsOf(calls, 'id'));
  }

  kind(value: unknown): ChunkKind | undefined {
    const chunk = value as Chunk;
    const choice = (chunk.choices as readonly (Chunk | null)[] | null | undefined)?.[0];
    const delta = choice?.delta as Chunk | null | undefined;
    if (delta?.content) return 'text';
    if (choice === undefined || choice === null) return chunk.usage ? 'usage' : undefined;
    if (delta === undefined || delta === null) return choice.text ? 'text' : undefined;
    if (delta.reasoning_content || delta.reasoning) return 'reasoning';
    if (delta.tool_calls || delta.function_call) return 'tool_call';
    if (delta.refusal) return 'refusal';
    if (delta.audio) return 'audio';
    return chunk.usage ? 'usage' : undefined;
  }

  facts(_complete: boolean): ResponseFacts {
    return {
      id: this.#id,
      model: this.model,
      // A choice that has no reason when the stream is over got none: failed, cut, cancelled or never sent.
      finishReasons: this.#finishReasons(),
      usage: this.#usage,
      toolCalls: this.#calls,
      tier: asString(this.#tier),
      attributes: openaiAttributes(this.#tier, this.#fingerprint),
    };
  }

  #finishReasons(): string[] {
    if (this.#reasons.length === 0) return ['error'];
    const reasons: string[] = [];
    for (let i = 0; i < this.#reasons.length; i++) reasons.push(this.#reasons[i] ?? 'error');
    return reasons;
  }

  output(complete: boolean): OutputMessage[] {
    return this.#content?.messages(complete) ?? [];
  }
}

/** Kind of the chunks whose event type starts like this; the first that fits. */
const EVENT_KINDS: readonly (readonly [prefix: string, kind: ChunkKind])[] = [
  ['response.output_text.delta', 'text'],
  ['response.reasoning', 'reasoning'],
  ['response.function_call_arguments.delta', 'tool_call'],
  ['response.custom_tool_call_input.delta', 'tool_call'],
  ['response.mcp_call_arguments.delta', 'tool_call'],
  ['response.refusal.delta', 'refusal'],
  ['response.audio', 'audio'],
  ['response.completed', 'usage'],
  ['response.incomplete', 'usage'],
];

/** Events of the Responses API. `fetched`: the stream of a stored response, whose tokens are not counted again. */
export class ResponsesReader implements StreamReader {
  model: string | undefined;
  #id: string | undefined;
  #final: Chunk | undefined;
  #error: Failure | undefined;
  #last: Chunk | undefined;
  readonly #fetched: boolean;
  readonly #content: ContentCollector | undefined;

  constructor(fetched: boolean, content?: ContentCollector) {
    this.#fetched = fetched;
    this.#content = content;
  }

  read(value: unknown): void {
    const event = value as Chunk;
    const response = event.response as Chunk | null | undefined;
    if (response !== undefined && response !== null && typeof response === 'object') this.#response(event, response);
    else if (event.type === 'error') this.#error = openaiFailure(asObject(event.error) ?? event);
    this.#content?.add(event);
  }

  #response(event: Chunk, response: Chunk): void {
    this.#id ??= asString(response.id);
    this.model ??= asString(response.model);
    this.#last = response;
    switch (event.type) {
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.cancelled':
        this.#final = response;
    }
  }

  kind(value: unknown): ChunkKind | undefined {
    const { type } = value as Chunk;
    if (typeof type !== 'string') return undefined;
    return EVENT_KINDS.find(([prefix]) => type.startsWith(prefix))?.[1];
  }

  facts(complete: boolean): ResponseFacts {
    const read = this.#fetched ? fetchedFacts : responseFacts;
    // A background response that is still running ends its stream without a final event.
    const pending = complete && this.#final === undefined && this.#error === undefined && isPending(this.#last);
    const facts = read(this.#final ?? (pending ? this.#last : { id: this.#id, model: this.model, status: 'failed' }));
    if (this.#final !== undefined || pending) return { ...facts, model: facts.model ?? this.model };
    return { ...facts, failure: this.#fetched ? undefined : this.#error };
  }

  output(complete: boolean): OutputMessage[] {
    return this.#content?.messages(complete) ?? [];
  }
}

function isPending(response: Chunk | undefined): boolean {
  return response?.background === true && (response.status === 'queued' || response.status === 'in_progress');
}

/** Streamed images and transcriptions: the usage comes with the last event. */
export class MediaReader implements StreamReader {
  #usage: UsageFacts | undefined;

  read(value: unknown): void {
    const { usage } = value as Chunk;
    if (usage) this.#usage = openaiUsageFacts(usage);
  }

  kind(value: unknown): ChunkKind | undefined {
    const { type } = value as Chunk;
    if (typeof type !== 'string') return undefined;
    if (type.startsWith('transcript.text.delta')) return 'text';
    return type.startsWith('speech.audio.delta') ? 'audio' : undefined;
  }

  facts(_complete: boolean): ResponseFacts {
    return { usage: this.#usage };
  }
}
