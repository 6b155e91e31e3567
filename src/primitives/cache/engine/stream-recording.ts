import { readSafely } from '../../../runtime/guard.ts';
import type { ChunkJudge, JudgedAnswer, NotStored } from '../../answers/answer-judge.ts';

/** A stream that was recorded to its end. */
export interface RecordedStream {
  /** JSON of each chunk. */
  readonly chunks: readonly string[];
  /** Milliseconds before each chunk. */
  readonly delays: readonly number[];
  readonly judged: JudgedAnswer;
}

const UNREADABLE: JudgedAnswer = { format: undefined, facts: undefined, notStored: 'unserializable' };

/** Keeps the chunks of one stream, up to a size. */
export class StreamRecording<C> {
  readonly #judge: ChunkJudge<C>;
  readonly #maxBytes: number;
  #chunks: string[] = [];
  #delays: number[] = [];
  #bytes = 0;
  #last = performance.now();
  #notStored: NotStored | undefined;

  constructor(judge: ChunkJudge<C>, maxBytes: number) {
    this.#judge = judge;
    this.#maxBytes = maxBytes;
  }

  /** Are chunks still kept? */
  get isKeeping(): boolean {
    return this.#notStored === undefined;
  }

  get hasEnded(): boolean {
    return this.#judge.hasEnded;
  }

  /** Takes the next chunk; `json` is `undefined` for a chunk that is no plain JSON. */
  add(chunk: C, json: string | undefined): void {
    if (!this.#read(chunk) || this.#notStored !== undefined) return;
    this.#bytes += json === undefined ? 0 : Buffer.byteLength(json) + 1;
    if (json === undefined || this.#bytes > this.#maxBytes) {
      this.#drop(json === undefined ? 'unserializable' : 'too_large');
      return;
    }
    const now = performance.now();
    this.#chunks.push(json);
    this.#delays.push(Math.round(now - this.#last));
    this.#last = now;
  }

  /** The stream at its end, or at the end mark. */
  finish(): RecordedStream {
    const judged = readSafely(() => this.#judge.judge(), UNREADABLE);
    return {
      chunks: this.#chunks,
      delays: this.#delays,
      judged: this.#notStored === undefined ? judged : { ...judged, notStored: this.#notStored },
    };
  }

  /** False for a chunk whose getters throw. */
  #read(chunk: C): boolean {
    try {
      this.#judge.read(chunk);
      return true;
    } catch {
      this.#drop('unserializable');
      return false;
    }
  }

  #drop(reason: NotStored): void {
    this.#notStored = reason;
    this.#chunks = [];
    this.#delays = [];
  }
}
