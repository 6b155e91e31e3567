import type { BreakerSettings } from '../../config/sdk/pipeline-settings.ts';

/** Whether a pipeline sends: `off` without a breaker. */
export type BreakerState = 'closed' | 'open' | 'half-open' | 'off';

/**
 * Stops a pipeline from sending to a backend that fails. After `failures` exports in a row without success nothing is sent
 * for `openFor`; then one request goes as a probe. A probe that fails doubles the time, at most to `maxOpenFor`.
 */
export class Breaker {
  readonly #settings: BreakerSettings | null;
  #state: BreakerState;
  #failures = 0;
  #openFor = 0;
  #nextTryAt = 0;

  /** `null`: never stops. */
  constructor(settings: BreakerSettings | null) {
    this.#settings = settings;
    this.#state = settings === null ? 'off' : 'closed';
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Exports in a row without success. */
  get failures(): number {
    return this.#failures;
  }

  /** Time of the next probe, in milliseconds of the clock that the callers use; undefined while requests go. */
  get nextTryAt(): number | undefined {
    return this.#state === 'open' ? this.#nextTryAt : undefined;
  }

  /** True if a request may start at `now`. In an open breaker whose time is over, the request is the probe. */
  admits(now: number): boolean {
    if (this.#state === 'closed' || this.#state === 'off') return true;
    if (this.#state === 'half-open' || now < this.#nextTryAt) return false;
    this.#state = 'half-open';
    return true;
  }

  /** Lets one probe go at once, whatever the time is: a flush, or the end of the process. */
  allowProbe(): void {
    if (this.#state === 'open') this.#nextTryAt = 0;
  }

  /** An export succeeded. */
  succeed(): void {
    this.#failures = 0;
    this.#openFor = 0;
    if (this.#settings !== null) this.#state = 'closed';
  }

  /** An answer came that is no success and no failure of the backend: a probe is over. */
  answer(): void {
    if (this.#state === 'half-open') this.succeed();
  }

  /** An export ended at `now` without success after its retries; the backend may have named a time to wait. */
  fail(now: number, retryAfterMs = 0): void {
    this.#failures++;
    if (this.#settings === null) return;
    const { failures, openFor, maxOpenFor } = this.#settings;
    const isProbe = this.#state === 'half-open';
    if (!isProbe && (this.#state === 'open' || this.#failures < failures)) return;
    this.#openFor = isProbe ? Math.min(this.#openFor * 2, Math.max(maxOpenFor, openFor)) : openFor;
    this.#state = 'open';
    this.#nextTryAt = now + Math.max(this.#openFor, retryAfterMs);
  }
}
