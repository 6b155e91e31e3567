import type { Batch } from '../batches/batch.ts';

/** A batch with its place in the order of all batches of a pipeline. */
export interface Ordered {
  readonly batch: Batch;
  /** Rises with the age of the pipeline: the oldest batch has the lowest number. */
  readonly order: number;
  /** Half of a request that was too large: joined with nothing. */
  readonly isHalf?: boolean | undefined;
}

interface Waiting extends Ordered {
  /** Time from which the batch may be sent. */
  notBefore: number;
}

/** Batches that wait to be sent, oldest first. */
export class WaitingBatches {
  #list: Waiting[] = [];
  #next = 0;
  /** Items in all batches. */
  count = 0;
  /** Bytes of all batches. */
  bytes = 0;

  /** Adds a batch behind all others. */
  push(batch: Batch): void {
    this.#list.push({ batch, order: this.#next++, notBefore: 0 });
    this.#add(batch);
  }

  /** Puts a batch back to its place; it may be sent from `notBefore` on. */
  putBack({ batch, order, isHalf }: Ordered, notBefore: number): void {
    let at = 0;
    while (at < this.#list.length && (this.#list[at] as Waiting).order <= order) at++;
    this.#list.splice(at, 0, { batch, order, isHalf, notBefore });
    this.#add(batch);
  }

  /** Ends the wait of every batch. */
  endWaits(): void {
    for (const waiting of this.#list) waiting.notBefore = 0;
  }

  /** The earliest time at which a batch may be sent; undefined if there is no batch. */
  nextAt(): number | undefined {
    let earliest: number | undefined;
    for (const { notBefore } of this.#list) if (earliest === undefined || notBefore < earliest) earliest = notBefore;
    return earliest;
  }

  /** Takes the oldest batch that may be sent at `now`, joined with the batches behind as far as the limits allow. */
  take(now: number, maxCount: number, maxBytes: number): Ordered | undefined {
    const first = this.#list.findIndex(({ notBefore }) => notBefore <= now);
    if (first < 0) return undefined;
    const taken: Batch[] = [];
    let count = 0;
    let bytes = 0;
    let end = first;
    for (; end < this.#list.length; end++) {
      const { batch, notBefore, isHalf } = this.#list[end] as Waiting;
      const isTooMuch = count + batch.count > maxCount || bytes + batch.bytes > maxBytes || isHalf === true;
      if (notBefore > now || (taken.length > 0 && isTooMuch)) break;
      taken.push(batch);
      count += batch.count;
      bytes += batch.bytes;
      if (isHalf === true) {
        end++;
        break;
      }
    }
    const { order, isHalf } = this.#list[first] as Waiting;
    this.#list.splice(first, end - first);
    for (const batch of taken) this.#remove(batch);
    const [head, ...others] = taken as [Batch, ...Batch[]];
    return { batch: others.length === 0 ? head : head.joined(others), order, isHalf };
  }

  /** Takes the oldest batch, whatever its time is. */
  shift(): Batch | undefined {
    const batch = this.#list.shift()?.batch;
    if (batch !== undefined) this.#remove(batch);
    return batch;
  }

  #add(batch: Batch): void {
    this.count += batch.count;
    this.bytes += batch.bytes;
  }

  #remove(batch: Batch): void {
    this.count -= batch.count;
    this.bytes -= batch.bytes;
  }
}
