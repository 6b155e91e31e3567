import type { Clock } from '../batches/pipeline-clock.ts';

/** Callers that wait for the end of an export. */
export class EndWaiters {
  readonly #clock: Clock;
  readonly #waiters = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after `ms`, or when an export has ended. */
  next(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#waiters.delete(done);
        resolve();
      };
      const cancel = this.#clock.after(ms, done);
      this.#waiters.add(done);
    });
  }

  /** An export has ended. */
  wake(): void {
    for (const done of [...this.#waiters]) done();
  }
}
