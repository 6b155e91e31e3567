import timers from 'node:timers';
import { afterEach, beforeEach, vi } from 'vitest';

/** A timer that runs when a test says so. */
export interface FakeTimer {
  readonly ms: number;
  readonly run: () => void;
  readonly refresh: ReturnType<typeof vi.fn>;
  stopped: boolean;
}

/** Replaces the timers of Node, which the package takes instead of the global ones, in every test of a file. */
export function fakeTimers() {
  let started: FakeTimer[] = [];
  beforeEach(() => {
    started = [];
    const start = (run: (value: unknown) => void, ms: number, value?: unknown): unknown => {
      const timer = { ms, run: () => run(value), refresh: vi.fn(), stopped: false, unref: () => timer };
      started.push(timer);
      return timer;
    };
    const stop = (timer: unknown): void => {
      if (timer !== undefined) (timer as FakeTimer).stopped = true;
    };
    vi.spyOn(timers, 'setTimeout').mockImplementation(start as never);
    vi.spyOn(timers, 'clearTimeout').mockImplementation(stop as never);
    vi.spyOn(timers, 'setImmediate').mockImplementation(((run: () => void) => start(run, 0)) as never);
  });
  afterEach(() => {
    // Lists of what is to be looked at are empty for the next test.
    for (const timer of started) if (!timer.stopped && timer.ms === 20) timer.run();
    vi.restoreAllMocks();
  });
  return {
    /** The newest timer of so many milliseconds that was not stopped; 0 for what runs in the next turn. */
    running: (ms: number): FakeTimer | undefined => started.findLast((timer) => timer.ms === ms && !timer.stopped),
    started: (): readonly FakeTimer[] => started,
  };
}
