import type { Context } from '@opentelemetry/api';
import { numberInRange } from '../../config/parsers.ts';
import { positiveNumber } from '../../config/sampling/data-fields.ts';
import type { AdaptiveOption } from '../../config/start/sampler-option.ts';
import { now } from '../../runtime/clock.ts';
import { isKept, thresholdOf } from '../decisions/trace-ratio.ts';
import { decisionOf, type RuledDecision } from './sampler-like.ts';
import { usableOption } from './usable-option.ts';

const SAMPLED = decisionOf(true, 'adaptive');
const DROPPED = decisionOf(false, 'adaptive');

const SECOND_MS = 1000;
/** Most of a second's traces by which an excess or a lack changes the following seconds. */
const MOST_CARRY = 0.5;

/**
 * Samples a share of traces by trace id, and corrects the share every second, so that about `tracesPerSecond` spans are sampled:
 * within a parent-based sampler, traces.
 *
 * @example
 * new ParentBasedSampler({ root: new AdaptiveSampler({ tracesPerSecond: 50, min: 0.01 }) });
 */
export class AdaptiveSampler {
  readonly #target: number;
  readonly #min: number;
  readonly #max: number;
  readonly #now: () => number;
  #ratio: number;
  #threshold: string | undefined;
  #since: number;
  #seen = 0;
  #sampled = 0;
  /** Traces that earlier seconds lack, or have too much where the number is negative. */
  #carry = 0;

  /**
   * @param options the rate. Throws a TypeError at options that cannot be used.
   * @param clock milliseconds by a clock that never jumps
   */
  constructor({ tracesPerSecond, min = 0, max = 1 }: AdaptiveOption, clock: () => number = now) {
    this.#target = usableOption('AdaptiveSampler: tracesPerSecond', tracesPerSecond, positiveNumber);
    this.#max = usableOption('AdaptiveSampler: max', max, numberInRange(0, 1));
    this.#min = usableOption('AdaptiveSampler: min', min, numberInRange(0, this.#max));
    this.#now = clock;
    this.#since = clock();
    this.#ratio = this.#max;
    this.#threshold = thresholdOf(this.#max);
  }

  /** The share of now. */
  get ratio(): number {
    return this.#ratio;
  }

  /**
   * Smallest random value of a trace that is sampled now; undefined if none is. Counts a trace.
   * @param traceId the id, or the last 14 digits of the id
   */
  nextThreshold(traceId: string): string | undefined {
    this.#decide(traceId);
    return this.#threshold;
  }

  shouldSample(_context: Context, traceId: string, ..._rest: readonly unknown[]): RuledDecision {
    return this.#decide(traceId) ? SAMPLED : DROPPED;
  }

  toString(): string {
    return `Adaptive{${this.#target}/s,min=${this.#min},max=${this.#max}}`;
  }

  /** Whether a trace is sampled; counts the trace. */
  #decide(traceId: string): boolean {
    const at = this.#now();
    if (at - this.#since >= SECOND_MS) this.#correct(at);
    this.#seen++;
    const isSampled = isKept(traceId, this.#threshold);
    if (isSampled) this.#sampled++;
    return isSampled;
  }

  #correct(at: number): void {
    const seconds = (at - this.#since) / SECOND_MS;
    const most = this.#target * MOST_CARRY;
    const carry = this.#carry + this.#target * seconds - this.#sampled;
    this.#carry = Math.max(-most, Math.min(most, carry));
    const wanted = ((this.#target + this.#carry) * seconds) / this.#seen;
    this.#ratio = Math.max(this.#min, Math.min(this.#max, this.#seen === 0 ? this.#max : wanted));
    this.#threshold = thresholdOf(this.#ratio);
    this.#since = at;
    this.#seen = 0;
    this.#sampled = 0;
  }
}
