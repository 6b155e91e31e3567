/** Calls of `next` that wait for a chunk, of one reader. */
interface PendingRead<C> {
  resolve(result: IteratorResult<C, undefined>): void;
  reject(error: unknown): void;
}

/** How a reader came to its end. */
export type ReaderEnd =
  | { readonly kind: 'done' | 'left' }
  | { readonly kind: 'error' | 'aborted'; readonly error: unknown };

/** What every reader has: calls that wait, an end that happens once, a signal that ends the reader. */
export class PendingReads<C> {
  readonly #pending: PendingRead<C>[] = [];
  readonly #onEnd: (end: ReaderEnd) => void;
  #signal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;
  #hasEnded = false;
  /** An error that no call of `next` has got. */
  #error: { readonly error: unknown } | undefined;

  /** `onEnd` is called once. */
  constructor(onEnd: (end: ReaderEnd) => void) {
    this.#onEnd = onEnd;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isWaiting(): boolean {
    return this.#pending.length > 0;
  }

  /** Ends the reader with the reason of `signal`. */
  endBy(signal: AbortSignal | undefined): void {
    if (signal === undefined || this.#hasEnded) return;
    this.#signal = signal;
    this.#onAbort = () => this.end({ kind: 'aborted', error: signal.reason });
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener('abort', this.#onAbort);
  }

  /** A call of `next` that waits. After the end: the error once, then the end. */
  wait(): Promise<IteratorResult<C, undefined>> {
    if (!this.#hasEnded) return new Promise((resolve, reject) => this.#pending.push({ resolve, reject }));
    const missed = this.#error;
    this.#error = undefined;
    return missed === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(missed.error);
  }

  /** Answers the oldest call. */
  give(chunk: C): void {
    this.#pending.shift()?.resolve({ done: false, value: chunk });
  }

  end(end: ReaderEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener('abort', this.#onAbort);
    const waiting = this.#pending.splice(0);
    if ('error' in end) {
      const first = waiting.shift();
      if (first === undefined) this.#error = { error: end.error };
      else first.reject(end.error);
    }
    for (const { resolve } of waiting) resolve({ done: true, value: undefined });
    this.#onEnd(end);
  }
}
