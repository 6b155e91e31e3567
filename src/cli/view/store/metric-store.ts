import type { Fields, MetricPoint, MetricRow } from '../../../viewer/page-data.ts';
import { flatAttributes, millisecondsOf, numberOf, objectOf, objectsOf, textOf } from '../../otlp/flat-values.ts';
import { serviceOf } from '../otlp/flat-span.ts';
import type { ReceivedItem } from '../otlp/read-request.ts';

/** Values of one set of attributes; older ones make room. */
const MOST_POINTS = 600;
/** Sets of attributes of one metric, and metrics: further ones are left out, and counted. */
const MOST_SERIES = 500;
const MOST_METRICS = 2000;

interface Series {
  readonly service: string;
  readonly attributes: Fields;
  readonly points: MetricPoint[];
}

interface KeptMetric {
  readonly about: Omit<MetricRow, 'series'>;
  readonly series: Map<string, Series>;
}

const DATA = {
  gauge: 'gauge',
  sum: 'sum',
  histogram: 'histogram',
  exponentialHistogram: 'histogram',
  summary: 'histogram',
} as const satisfies Record<string, MetricRow['kind']>;

/** Values of metrics over time. */
export class MetricStore {
  readonly #metrics = new Map<string, KeptMetric>();
  /** Sets of attributes that had no room. */
  dropped = 0;

  /** Number of metrics. */
  get size(): number {
    return this.#metrics.size;
  }

  /** Keeps the values of a metric. */
  add({ item, resource }: ReceivedItem): void {
    for (const [field, kind] of Object.entries(DATA)) {
      const points = objectsOf(objectOf(item[field]).dataPoints);
      if (points.length === 0) continue;
      const metric = this.#metricOf(item, kind);
      for (const point of points) {
        const series = metric && this.#seriesOf(metric, serviceOf(resource), flatAttributes(point.attributes));
        if (series === undefined) this.dropped++;
        else addPoint(series.points, pointOf(point));
      }
    }
  }

  /** All metrics by name. */
  rows(): MetricRow[] {
    return [...this.#metrics.values()]
      .map(({ about, series }) => ({ ...about, series: [...series.values()] }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Forgets everything. */
  clear(): void {
    this.#metrics.clear();
    this.dropped = 0;
  }

  #metricOf(item: Fields, kind: MetricRow['kind']): KeptMetric | undefined {
    const name = textOf(item.name);
    const found = this.#metrics.get(name);
    if (found !== undefined || this.#metrics.size >= MOST_METRICS) return found;
    const metric = {
      about: { name, unit: textOf(item.unit), description: textOf(item.description), kind },
      series: new Map<string, Series>(),
    };
    this.#metrics.set(name, metric);
    return metric;
  }

  #seriesOf({ series }: KeptMetric, service: string, attributes: Fields): Series | undefined {
    const key = JSON.stringify([service, Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))]);
    const found = series.get(key);
    if (found !== undefined || series.size >= MOST_SERIES) return found;
    const made = { service, attributes, points: [] };
    series.set(key, made);
    return made;
  }
}

function pointOf(point: Fields): MetricPoint {
  const time = millisecondsOf(point.timeUnixNano) ?? 0;
  const value = numberOf(point.asDouble) ?? numberOf(point.asInt);
  if (value !== undefined) return { time, value };
  return { time, count: numberOf(point.count) ?? 0, sum: numberOf(point.sum) };
}

/** Adds a point behind the last one. A second value of one time replaces the first. */
function addPoint(points: MetricPoint[], point: MetricPoint): void {
  if (points.at(-1)?.time === point.time) points.pop();
  points.push(point);
  if (points.length > MOST_POINTS) points.shift();
}
