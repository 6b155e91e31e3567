import { PendingReads, type ReaderEnd } from './pending-reads.ts';
import type { ChunkReader } from './plain-stream.ts';

/** A recorded stream on its way to one caller. */
export interface Replay<C> {
  readonly chunks: readonly unknown[];
  /** Milliseconds before each chunk. */
  delayBefore(index: number): number;
  unpack(chunk: unknown): C;
  readonly signal: AbortSignal | undefined;
  onEnd(end: ReaderEnd): void;
}

/** Replays recorded chunks. The time before a chunk counts from the call of `next`: a reader that is slow waits no longer. */
export class ReplayedChunks<C> implements ChunkReader<C> {
  readonly #replay: Replay<C>;
  readonly #reads: PendingReads<C>;
  #index = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(replay: Replay<C>) {
    this.#replay = replay;
    this.#reads = new PendingReads((end) => {
      clearTimeout(this.#timer);
      replay.onEnd(end);
    });
    this.#reads.endBy(replay.signal);
  }

  next(): Promise<IteratorResult<C, undefined>> {
    const result = this.#reads.wait();
    if (this.#timer === undefined) this.#advance();
    return result;
  }

  leave(): void {
    this.#reads.end({ kind: 'left' });
  }

  abort(reason: unknown): void {
    this.#reads.end({ kind: 'aborted', error: reason });
  }

  #advance(): void {
    while (this.#reads.isWaiting) {
      const delay = this.#index < this.#replay.chunks.length ? this.#replay.delayBefore(this.#index) : 0;
      if (delay > 0) {
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#give();
          this.#advance();
        }, delay);
        return;
      }
      this.#give();
    }
  }

  #give(): void {
    const { chunks, unpack } = this.#replay;
    if (this.#index >= chunks.length) {
      this.#reads.end({ kind: 'done' });
      return;
    }
    try {
      this.#reads.give(unpack(chunks[this.#index++]));
    } catch (error) {
      this.#reads.end({ kind: 'error', error });
    }
  }
}
