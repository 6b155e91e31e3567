/**
 * A full bucket keeps a part of a token beyond the burst. Without the part, tokens that grow between two calls would be lost: with a
 * burst of 1 and 0.75 tokens a call, only every second call would get a token.
 */
const PART = 0.999;

/** A number of tokens that grows by a rate up to a bound. Times in milliseconds, by any clock. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  /** @param burst most tokens; the bucket begins full */
  constructor(perSecond: number, burst: number, now: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes a token; false if there is none. */
  take(now: number): boolean {
    this.#refill(now);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** True if the bucket is as full as a new bucket. */
  isFull(now: number): boolean {
    this.#refill(now);
    return this.#tokens >= this.#burst;
  }

  #refill(now: number): void {
    const passed = now - this.#at;
    // A clock that was set back adds nothing.
    if (passed > 0) this.#tokens = Math.min(this.#burst + PART, this.#tokens + passed * this.#perMs);
    this.#at = now;
  }
}
