import type { Clock } from '../../../src/pipeline/batches/pipeline-clock.ts';

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now = 1_790_000_000_000;
  #timers: { at: number; run: () => void }[] = [];

  /** Timers that are not due yet. */
  get waiting(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  keepAlive(): () => void {
    return () => {};
  }

  soon(run: () => void): void {
    this.after(0, run);
  }

  /** Lets `ms` pass: runs what is due, in order, and the promises between. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settled();
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
      await settled();
    }
    this.#now = until;
  }
}

/** Resolves when all promises that are ready have run. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
