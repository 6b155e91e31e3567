import { type ChunkJudge, type JudgedAnswer, judgeResult, StreamJudge } from './answer-judge.ts';
import { EventReader, eventValue, isDone } from './event-reader.ts';

/** Judges a body of server-sent events. */
class EventsJudge implements ChunkJudge<Uint8Array> {
  readonly #judge: StreamJudge;
  readonly #reader: EventReader;

  constructor(cacheToolCalls: boolean, maxBytes: number) {
    this.#judge = new StreamJudge(cacheToolCalls);
    this.#reader = new EventReader(maxBytes, (data) => {
      const value = eventValue(data);
      if (isDone(value)) this.#judge.end();
      else this.#judge.read(value);
    });
  }

  get hasEnded(): boolean {
    return this.#judge.hasEnded;
  }

  read(chunk: Uint8Array): void {
    this.#reader.read(chunk);
  }

  judge(): JudgedAnswer {
    const judged = this.#judge.judge();
    // A stream of an unknown format without an end mark may have been cut.
    return judged.format === undefined && !this.hasEnded && judged.notStored === undefined
      ? { ...judged, notStored: 'incomplete' }
      : judged;
  }
}

/** Judges a body of JSON, at its end. */
class JsonJudge implements ChunkJudge<Uint8Array> {
  readonly hasEnded = false;
  readonly #cacheToolCalls: boolean;
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(cacheToolCalls: boolean, maxBytes: number) {
    this.#cacheToolCalls = cacheToolCalls;
    this.#maxBytes = maxBytes;
  }

  read(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    if (this.#bytes <= this.#maxBytes) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  judge(): JudgedAnswer {
    const body = parseBody(this.#chunks);
    if (body === undefined) return { format: undefined, facts: undefined, notStored: 'unserializable' };
    if (!Array.isArray(body)) return judgeResult(body, this.#cacheToolCalls);
    // Gemini streams a list of chunks as JSON, unless the client asks for events.
    const judge = new StreamJudge(this.#cacheToolCalls);
    for (const chunk of body) judge.read(chunk);
    return judge.judge();
  }
}

/** A judge of the body of a response with this content type. */
export function bodyJudge(contentType: string, cacheToolCalls: boolean, maxBytes: number): ChunkJudge<Uint8Array> {
  return isEventStream(contentType)
    ? new EventsJudge(cacheToolCalls, maxBytes)
    : new JsonJudge(cacheToolCalls, maxBytes);
}

/** The body for the options `usage` and `shouldStore`: parsed JSON, or the list of the data of all events. */
export function readBody(contentType: string, chunks: readonly Uint8Array[]): unknown {
  if (!isEventStream(contentType)) return parseBody(chunks);
  const values: unknown[] = [];
  const reader = new EventReader(Number.POSITIVE_INFINITY, (data) => {
    const value = eventValue(data);
    if (value !== undefined && !isDone(value)) values.push(value);
  });
  for (const chunk of chunks) reader.read(chunk);
  return values;
}

const isEventStream = (contentType: string): boolean => contentType.startsWith('text/event-stream');

function parseBody(chunks: readonly Uint8Array[]): unknown {
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}
