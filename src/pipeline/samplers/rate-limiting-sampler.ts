import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { atLeastOne, positiveNumber } from '../../config/sampling/data-fields.ts';
import type { RateLimitingOption } from '../../config/start/sampler-option.ts';
import { now } from '../../runtime/clock.ts';
import { TokenBucket } from '../decisions/token-bucket.ts';
import { decisionOf, type RuledDecision } from './sampler-like.ts';
import { usableOption } from './usable-option.ts';

const SAMPLED = decisionOf(true, 'rate_limiting');
const DROPPED = decisionOf(false, 'rate_limiting');

/** Most values of the key with a rate for themselves. */
const MOST_KEYS = 1000;
/** How often buckets are looked through for buckets that nobody uses, in milliseconds. */
const SWEEP_MS = 1000;

/**
 * Samples a number of spans a second: within a parent-based sampler, a number of traces. With `key`, each value of an attribute has
 * the rate for itself: the first 1,000 values in use, and all further values together.
 *
 * @example
 * new ParentBasedSampler({ root: new RateLimitingSampler({ tracesPerSecond: 50, burst: 100 }) });
 */
export class RateLimitingSampler {
  readonly #rate: number;
  readonly #burst: number;
  readonly #key: string | undefined;
  readonly #now: () => number;
  /** Where there is no key, and for keys beyond the first. */
  readonly #shared: TokenBucket;
  readonly #buckets = new Map<string, TokenBucket>();
  #sweptAt: number;

  /**
   * @param options the rate. Throws a TypeError at options that cannot be used.
   * @param clock milliseconds by a clock that never jumps
   */
  constructor({ tracesPerSecond, burst, key }: RateLimitingOption, clock: () => number = now) {
    this.#rate = usableOption('RateLimitingSampler: tracesPerSecond', tracesPerSecond, positiveNumber);
    this.#burst = usableOption('RateLimitingSampler: burst', burst ?? Math.max(1, this.#rate), atLeastOne);
    this.#key = key;
    this.#now = clock;
    this.#sweptAt = clock();
    this.#shared = this.#newBucket(this.#sweptAt);
  }

  shouldSample(
    _context: Context,
    _id: string,
    _name: string,
    _kind: SpanKind,
    attributes: Attributes,
    _links: Link[],
  ): RuledDecision {
    const at = this.#now();
    const bucket = this.#key === undefined ? this.#shared : this.#bucketOf(attributes[this.#key], at);
    return bucket.take(at) ? SAMPLED : DROPPED;
  }

  toString(): string {
    const key = this.#key === undefined ? '' : `,key=${this.#key}`;
    return `RateLimiting{${this.#rate}/s,burst=${this.#burst}${key}}`;
  }

  /** Spans without the attribute share a bucket. */
  #bucketOf(value: unknown, at: number): TokenBucket {
    const name = typeof value === 'string' ? value : String(value);
    const known = this.#buckets.get(name);
    if (known !== undefined) return known;
    if (this.#buckets.size >= MOST_KEYS) this.#sweep(at);
    if (this.#buckets.size >= MOST_KEYS) return this.#shared;
    const bucket = this.#newBucket(at);
    this.#buckets.set(name, bucket);
    return bucket;
  }

  /** Removes buckets that are full again: such a bucket is the same as a new bucket. */
  #sweep(at: number): void {
    if (at - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = at;
    for (const [name, bucket] of this.#buckets) if (bucket.isFull(at)) this.#buckets.delete(name);
  }

  #newBucket(at: number): TokenBucket {
    return new TokenBucket(this.#rate, this.#burst, at);
  }
}
