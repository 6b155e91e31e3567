import type { BreakerSettings, RetrySettings } from '../../config/sdk/pipeline-settings.ts';
import type { Clock } from '../batches/pipeline-clock.ts';
import type { SendOutcome } from '../transport/outcome.ts';

/** Longest wait that a backend can ask for where there is no breaker. */
const MOST_RETRY_AFTER_MS = 60_000;
const LEAST_RETRY_AFTER_MS = 1000;
/** Waits differ by up to 20 %, so that many processes do not come back at the same moment. */
const JITTER = 0.2;

/** `ms`, up to 20 % less or more. */
export function withJitter(ms: number): number {
  return ms * (1 - JITTER + Math.random() * 2 * JITTER);
}

/** The wait that a backend asked for, kept within 1 s and the longest time for which a breaker opens. */
export function clampRetryAfter(ms: number | undefined, breaker: BreakerSettings | null): number | undefined {
  if (ms === undefined) return undefined;
  const most = breaker === null ? MOST_RETRY_AFTER_MS : Math.max(breaker.maxOpenFor, breaker.openFor);
  return Math.min(Math.max(ms, LEAST_RETRY_AFTER_MS), most);
}

/** Waits of exports that will be tried again; a flush ends all of them. */
export class RetryWaits {
  readonly #wakes = new Set<() => void>();
  /** While true no export waits for a further try. */
  hurrying = false;

  /** Resolves after `ms`, or when the waits are ended. */
  wait(ms: number, clock: Clock): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#wakes.delete(wake);
        resolve();
      };
      const cancel = clock.after(ms, wake);
      this.#wakes.add(wake);
    });
  }

  /** Ends all waits: each export is tried once more, now. */
  end(): void {
    for (const wake of [...this.#wakes]) wake();
  }
}

/** One export: tries until an answer is final, the tries are used up or `timeoutMs` is over. */
export interface Export {
  readonly settings: RetrySettings;
  readonly breaker: BreakerSettings | null;
  readonly timeoutMs: number;
  /** False for the probe of a half-open breaker. */
  readonly retries: boolean;
  send(timeoutMs: number): Promise<SendOutcome>;
}

/** Runs an export. Never rejects if `send` never does. */
export async function sendWithRetries(one: Export, waits: RetryWaits, clock: Clock): Promise<SendOutcome> {
  const until = clock.now() + one.timeoutMs;
  const { initialInterval, multiplier, maxInterval, maxAttempts } = one.settings;
  let interval = initialInterval;
  for (let attempt = 0; ; attempt++) {
    const outcome = await one.send(Math.max(1, until - clock.now()));
    if (
      outcome.ok ||
      !outcome.retryable ||
      outcome.tooLarge === true ||
      !one.retries ||
      attempt >= maxAttempts ||
      waits.hurrying
    )
      return outcome;
    const wait = clampRetryAfter(outcome.retryAfterMs, one.breaker) ?? withJitter(interval);
    if (clock.now() + wait >= until) return outcome;
    await waits.wait(wait, clock);
    interval = Math.min(interval * multiplier, maxInterval);
  }
}
