import { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from 'node:timers';

/** Time as a pipeline sees time. Timers keep no process alive. Tests give a clock of their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `run` after `ms`; returns a function that cancels the call. */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` when the event loop has turned. */
  soon(run: () => void): void;
  /** Keeps the process alive until the returned function is called: somebody waits for a flush. */
  keepAlive(): () => void;
}

/**
 * The clock of the machine, by the timers of node:timers, because an application may fake the global ones. An immediate that
 * keeps no process alive is not run while the event loop rests in its poll phase; a timer of 1 ms wakes the loop.
 */
export const CLOCK: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
  keepAlive() {
    const timer = setInterval(() => {}, 2_147_483_647);
    return () => clearInterval(timer);
  },
  soon(run) {
    let done = false;
    const once = (): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      run();
    };
    const timer = setTimeout(once, 1).unref();
    setImmediate(once).unref();
  },
};
