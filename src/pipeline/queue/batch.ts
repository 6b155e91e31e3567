import type { BatchLimits } from '../../config/batch-limits.ts';
import { warnOnce } from '../../runtime/log.ts';

/** Takes a batch, or refuses it because too much is on its way already. */
export type Handover<T> = (items: readonly T[]) => boolean;

/**
 * Gathers finished items and hands them over in batches. Unlike the SDK's batch processors it can be emptied
 * synchronously at any time, which an `exit` listener needs, and it hands over a full queue before it drops anything.
 */
export class Batch<T> {
  readonly #what: string;
  readonly #limits: BatchLimits;
  readonly #hand: Handover<T>;
  #queue: T[] = [];
  #timer: NodeJS.Timeout | undefined;
  #soon = false;

  constructor(what: string, limits: BatchLimits, hand: Handover<T>) {
    this.#what = what;
    this.#limits = limits;
    this.#hand = hand;
  }

  add(item: T): void {
    const { maxQueue, maxBatch, delayMs } = this.#limits;
    if (this.#queue.length >= maxQueue && !this.#handOne()) {
      warnOnce(
        `the queue of ${maxQueue} ${this.#what} is full because they cannot be sent fast enough; some are lost.`,
      );
      return;
    }
    this.#queue.push(item);
    this.#timer ??= setTimeout(() => this.flush(), delayMs).unref();
    if (this.#queue.length >= maxBatch) this.#handSoon();
  }

  /** Hands over everything there is, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#queue.length > 0 && this.#handOne());
  }

  /**
   * Serializing a batch takes milliseconds, which are not the caller's whose span was the last to fit. Unreferenced:
   * spans of a `beforeExit` listener would make node emit that again. The timer is there where the event loop rests.
   */
  #handSoon(): void {
    if (this.#soon) return;
    this.#soon = true;
    setImmediate(() => {
      this.#soon = false;
      this.flush();
    }).unref();
  }

  #handOne(): boolean {
    const batch = this.#queue.slice(0, this.#limits.maxBatch);
    if (!this.#hand(batch)) return false;
    this.#queue = this.#queue.slice(batch.length);
    return true;
  }
}
