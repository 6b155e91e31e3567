import type { Attributes, Counter, Histogram, Meter, ObservableGauge } from '@opentelemetry/api';
import { SECONDS } from '../../facts/bucket-boundaries.ts';
import { type GaugeKey, observeGauge } from './gauge-sources.ts';

/** 10 microseconds times powers of four: the time of a cache, from memory to a slow store. */
const CACHE_SECONDS = Array.from({ length: 11 }, (_, power) => Number((0.00001 * 4 ** power).toPrecision(12)));

const COUNTERS = {
  cacheRequests: ['llm_otel.cache.requests', '{request}', 'Calls that a cache has seen.'],
  cacheStoreErrors: ['llm_otel.cache.store.errors', '{error}', 'Failed operations of the store of a cache.'],
  cacheSavedCost: ['llm_otel.cache.saved.cost', '{USD}', 'Cost of the recorded answers that a cache gave again.'],
  cacheSavedTokens: [
    'llm_otel.cache.saved.tokens',
    '{token}',
    'Tokens of the recorded answers that a cache gave again.',
  ],
  routerDecisions: ['llm_otel.router.decisions', '{decision}', 'Routes that a router has chosen.'],
  routerAttempts: ['llm_otel.router.attempts', '{attempt}', 'Attempts at a route.'],
  routerSavedCost: [
    'llm_otel.router.saved.cost',
    '{USD}',
    'Cost at the dearest route less the cost at the chosen route.',
  ],
  routerTransitions: ['llm_otel.router.circuit.transitions', '{transition}', 'Changes of the state of a route.'],
  timeoutCalls: ['llm_otel.timeout.calls', '{call}', 'Calls with a time limit.'],
  timeoutSoftExceeded: ['llm_otel.timeout.soft_exceeded', '{call}', 'Calls that took longer than the soft limit.'],
} as const satisfies Record<string, readonly [name: string, unit: string, description: string]>;

const HISTOGRAMS = {
  cacheDuration: ['llm_otel.cache.duration', 'Time that a cache itself has taken.', CACHE_SECONDS],
  routerDuration: ['llm_otel.router.duration', 'Duration of an attempt at a route.', SECONDS],
  timeoutDuration: ['llm_otel.timeout.duration', 'Duration of a call with a time limit.', SECONDS],
} as const satisfies Record<string, readonly [name: string, description: string, buckets: readonly number[]]>;

const GAUGES = {
  cacheHitRatio: ['llm_otel.cache.hit_ratio', 'Share of the looked-up calls that a cache has answered.'],
  timeoutRatio: ['llm_otel.timeout.ratio', 'Share of the calls that ran into a time limit.'],
  routerCircuitState: ['llm_otel.router.circuit.state', 'State of a route: 0 closed, 1 half-open, 2 open, 3 cooldown.'],
} as const satisfies Record<GaugeKey, readonly [name: string, description: string]>;

/** A counter of the primitives. */
export type CounterKey = keyof typeof COUNTERS;
/** A histogram of the primitives, in seconds. */
export type HistogramKey = keyof typeof HISTOGRAMS;

/** The instruments of the primitives on one meter, each made with the first use. */
export class Instruments {
  readonly #meter: Meter;
  readonly #counters: Partial<Record<CounterKey, Counter>> = {};
  readonly #histograms: Partial<Record<HistogramKey, Histogram>> = {};
  readonly #gauges: Partial<Record<GaugeKey, ObservableGauge>> = {};

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** Adds `value` to a counter. */
  add(key: CounterKey, value: number, attributes: Attributes): void {
    let counter = this.#counters[key];
    if (counter === undefined) {
      const [name, unit, description] = COUNTERS[key];
      counter = this.#meter.createCounter(name, { unit, description });
      this.#counters[key] = counter;
    }
    counter.add(value, attributes);
  }

  /** Records a duration. */
  record(key: HistogramKey, seconds: number, attributes: Attributes): void {
    let histogram = this.#histograms[key];
    if (histogram === undefined) {
      const [name, description, buckets] = HISTOGRAMS[key];
      const advice = { explicitBucketBoundaries: [...buckets] };
      histogram = this.#meter.createHistogram(name, { unit: 's', description, advice });
      this.#histograms[key] = histogram;
    }
    histogram.record(seconds, attributes);
  }

  /** Lets the meter read a gauge from all layers of this process. */
  observe(key: GaugeKey): void {
    if (this.#gauges[key] !== undefined) return;
    const [name, description] = GAUGES[key];
    const gauge = this.#meter.createObservableGauge(name, { unit: '1', description });
    this.#gauges[key] = gauge;
    gauge.addCallback((result) => observeGauge(key, result));
  }
}
