import type { Attributes, Meter, MeterProvider } from '@opentelemetry/api';
import type { CapturedMetric } from './capture-types.ts';

type Point = { readonly attributes: Attributes; sum: number; count: number };
type Metric = Pick<CapturedMetric, 'name' | 'unit' | 'kind'> & { readonly points: Map<string, Point> };

/** The metrics of a capture. */
export class MetricStore {
  readonly #metrics = new Map<string, Metric>();

  /** Adds a value to the point with the same attributes. */
  add(
    { name, unit, kind }: Pick<CapturedMetric, 'name' | 'unit' | 'kind'>,
    value: number,
    attributes: Attributes,
  ): void {
    const metric: Metric = this.#metrics.get(name) ?? { name, unit, kind, points: new Map() };
    this.#metrics.set(name, metric);
    const key = JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
    const point = metric.points.get(key) ?? { attributes: structuredClone(attributes), sum: 0, count: 0 };
    point.sum += value;
    point.count++;
    metric.points.set(key, point);
  }

  /** Copies of all metrics. */
  all(): CapturedMetric[] {
    return [...this.#metrics.values()].map(({ points, ...metric }) => ({
      ...metric,
      points: [...points.values()].map((point) => structuredClone(point)),
    }));
  }

  clear(): void {
    this.#metrics.clear();
  }
}

/** A meter provider; the instruments add every value to each of `stores()`. */
export function memoryMeterProvider(stores: () => Iterable<MetricStore>): MeterProvider {
  const instrument = (kind: CapturedMetric['kind']) => (name: string, options?: { readonly unit?: string }) => {
    const metric = { name, unit: options?.unit ?? '', kind };
    const addToStores = (value: number, attributes: Attributes = {}): void => {
      for (const store of stores()) store.add(metric, value, attributes);
    };
    return { add: addToStores, record: addToStores };
  };
  // This package makes only counters and histograms.
  const meter = { createCounter: instrument('counter'), createHistogram: instrument('histogram') } as unknown as Meter;
  return { getMeter: () => meter };
}
