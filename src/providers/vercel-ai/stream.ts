/** Reader for the parts of a streamed answer: keeps the values that the facts need, never the parts. */

import type { ChunkKind, Failure, ResponseFacts, StreamReader } from '../../facts/call.ts';
import type { OutputMessage } from '../../facts/messages.ts';
import { errorFacts } from '../../telemetry/error.ts';
import { modelName } from '../formats/gemini/request.ts';
import type { ContentCollector } from '../reading/content-parts.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { vercelFailure } from './failure.ts';
import { finishFacts, streamIsOpenai } from './response.ts';

type StreamPart = Readonly<Record<string, unknown>>;

/** Kind of chunk by the type of a part. */
const CHUNK_KINDS: Readonly<Record<string, ChunkKind>> = {
  'text-start': 'text',
  'text-delta': 'text',
  'reasoning-start': 'reasoning',
  'reasoning-delta': 'reasoning',
  'tool-input-start': 'tool_call',
  'tool-input-delta': 'tool_call',
  'tool-call': 'tool_call',
  finish: 'usage',
};

/** Reads the parts of `doStream`. `ai` 5, 6 and 7 differ only in the form of usage and finish reason. */
export class PartsReader implements StreamReader {
  model: string | undefined;
  #id: string | undefined;
  #finish: StreamPart | undefined;
  #failure: Failure | undefined;
  readonly #content: ContentCollector | undefined;

  constructor(content?: ContentCollector) {
    this.#content = content;
  }

  read(value: unknown): void {
    const part = value as StreamPart;
    switch (part.type) {
      case 'response-metadata':
        this.#id = asString(part.id) ?? this.#id;
        this.model = modelName(part.modelId) ?? this.model;
        break;
      case 'finish':
        this.#finish = part;
        break;
      case 'error':
        // An error after the headers is a part of the stream, and the stream goes on to its end.
        this.#failure = errorFacts(part.error, { failure: vercelFailure });
        break;
    }
    this.#content?.add(part);
  }

  kind(value: unknown): ChunkKind | undefined {
    const type = asString(asObject(value)?.type);
    return type === undefined || !Object.hasOwn(CHUNK_KINDS, type) ? undefined : CHUNK_KINDS[type];
  }

  facts(): ResponseFacts {
    const finish = this.#finish === undefined ? {} : finishFacts(this.#finish, undefined, streamIsOpenai(this.#finish));
    return {
      id: this.#id,
      model: this.model,
      ...finish,
      finishReasons: finish.finishReasons ?? ['error'],
      failure: this.#failure,
    };
  }

  output(complete: boolean): OutputMessage[] {
    return this.#content?.messages(complete) ?? [];
  }
}
