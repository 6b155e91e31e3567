import type { BatchLimits } from '../../config/sdk/batch-limits.ts';
import { warnOnce } from '../../runtime/log.ts';

/** Accepts a batch, or returns false because too many requests are on the way already. */
export type Handover<T> = (items: readonly T[]) => boolean;

/**
 * Gathers finished items and hands the items over in batches. Unlike the batch processors of the SDK, a Batch can be emptied
 * synchronously at any time, as an `exit` listener must, and a full queue is handed over before an item is dropped.
 */
export class Batch<T> {
  readonly #itemName: string;
  readonly #limits: BatchLimits;
  readonly #handOver: Handover<T>;
  #queue: T[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushScheduled = false;

  constructor(itemName: string, limits: BatchLimits, handOver: Handover<T>) {
    this.#itemName = itemName;
    this.#limits = limits;
    this.#handOver = handOver;
  }

  add(item: T): void {
    const { maxQueue, maxBatch, delayMs } = this.#limits;
    if (this.#queue.length >= maxQueue && !this.#handOverOne()) {
      warnOnce(
        `the queue of ${maxQueue} ${this.#itemName} is full because they cannot be sent fast enough; some are lost.`,
      );
      return;
    }
    this.#queue.push(item);
    this.#timer ??= setTimeout(() => this.flush(), delayMs).unref();
    if (this.#queue.length >= maxBatch) this.#flushSoon();
  }

  /** Hands over all items, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#queue.length > 0 && this.#handOverOne());
  }

  /**
   * Flushes in the next turn of the event loop. Serializing a batch takes milliseconds, and the caller whose item fills the
   * batch must not pay. Unreferenced, because spans of a `beforeExit` listener would make node emit `beforeExit` again. An
   * unreferenced immediate does not wake a resting event loop: then the timer of `add` flushes.
   */
  #flushSoon(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    setImmediate(() => {
      this.#flushScheduled = false;
      this.flush();
    }).unref();
  }

  #handOverOne(): boolean {
    const batch = this.#queue.slice(0, this.#limits.maxBatch);
    if (!this.#handOver(batch)) return false;
    this.#queue = this.#queue.slice(batch.length);
    return true;
  }
}
