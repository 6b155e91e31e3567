/** Reader of streamed images, speech and transcriptions. */
import type { ChunkKind, ResponseFacts, StreamReader, UsageFacts } from '../../../facts/call.ts';
import { openaiUsageFacts } from '../openai-chat/usage.ts';

type Chunk = Readonly<Record<string, unknown>>;

/** Streamed images and transcriptions: the usage comes with the last event. */
export class MediaReader implements StreamReader {
  #usage: UsageFacts | undefined;

  read(value: unknown): void {
    const { usage } = value as Chunk;
    if (usage) this.#usage = openaiUsageFacts(usage) ?? this.#usage;
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
