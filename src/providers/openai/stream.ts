/** Readers of streams of OpenAI's own APIs: a reader keeps values for the facts, never the events. */
import type { ChunkKind, Failure, ResponseFacts, StreamReader } from '../../facts/call.ts';
import type { OutputMessage } from '../../facts/messages.ts';
import type { ContentCollector } from '../reading/content-parts.ts';
import { failureFrom } from '../reading/error-answers.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { fetchedFacts, responseFacts } from './response.ts';

type Chunk = Readonly<Record<string, unknown>>;

/** Prefixes of event types, and the kind of a chunk; the first matching prefix decides. */
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

/** Events of the Responses API. `fetched`: the stream of a stored response, with tokens that were counted before. */
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
    else if (event.type === 'error') this.#error = failureFrom(asObject(event.error) ?? event);
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
    // The stream of a running background response ends without a final event.
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
