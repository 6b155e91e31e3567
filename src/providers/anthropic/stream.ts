/** Reader of streamed legacy completions: keeps the values that the facts need, never the events. */
import type { ChunkKind, ResponseFacts, StreamReader } from '../../facts/call.ts';
import type { OutputMessage } from '../../facts/messages.ts';
import { TRUNCATED } from '../formats/anthropic-messages/stream.ts';
import type { ContentCollector } from '../reading/content-parts.ts';
import { finishReason } from '../reading/finish-reasons.ts';
import { asString } from '../reading/unknown-values.ts';
import { anthropicAttributes } from './response.ts';

type Event = Readonly<Record<string, unknown>>;

/** Events of `completions.create`: the last event has the reason. */
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
      attributes: anthropicAttributes(undefined, this.#reason),
      failure: complete && !done ? TRUNCATED : undefined,
    };
  }

  output(complete: boolean): OutputMessage[] {
    return this.#content?.messages(complete && asString(this.#reason) !== undefined) ?? [];
  }
}
