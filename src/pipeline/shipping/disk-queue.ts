import type { Batch } from '../batches/batch.ts';
import type { Destination } from '../batches/destination.ts';
import type { Clock } from '../batches/pipeline-clock.ts';
import type { Spool, SpooledRequest } from '../spool/spool.ts';

/** Batches of one pipeline on disk, where the pipeline has a spool; without a spool nothing can be written. */
export class DiskQueue {
  readonly #spool: Spool | undefined;
  readonly #destination: Pick<Destination<never>, 'request'>;
  readonly #clock: Clock;
  #cancelReplay: (() => void) | undefined;

  constructor(spool: Spool | undefined, destination: Pick<Destination<never>, 'request'>, clock: Clock) {
    this.#spool = spool;
    this.#destination = destination;
    this.#clock = clock;
  }

  get exists(): boolean {
    return this.#spool !== undefined;
  }

  /** True if every request is written before it is sent. */
  get writesAhead(): boolean {
    return this.#spool?.mode === 'write_ahead';
  }

  /** Items of this process that wait on the disk. */
  get items(): number {
    return this.#spool?.items ?? 0;
  }

  /** Writes a batch. `claimed`: this process is about to send the batch. Undefined without a spool, or if the disk refuses. */
  write(batch: Batch, claimed: boolean): SpooledRequest | undefined {
    const request = this.#spool === undefined ? undefined : this.#destination.request(batch);
    return request === undefined ? undefined : this.#spool?.write(request, batch.count, claimed);
  }

  /** The request of a batch was answered. */
  remove(request: SpooledRequest | undefined): void {
    if (request !== undefined) this.#spool?.remove(request);
  }

  /** The request of a batch could not be sent: the file waits. */
  release(request: SpooledRequest): void {
    this.#spool?.release(request);
  }

  /** The backend takes requests. */
  replay(): void {
    this.#spool?.replay();
  }

  /** Asks the backend again at `at`: without new items nothing else would. */
  replayAt(at: number): void {
    this.#cancelReplay?.();
    this.#cancelReplay = this.#clock.after(Math.max(1, at - this.#clock.now()), () => this.#spool?.replay());
  }

  /** Ends the wait for a replay. */
  stop(): void {
    this.#cancelReplay?.();
  }
}
