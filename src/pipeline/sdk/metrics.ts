import { ExportResultCode } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import {
  type AggregationOption,
  AggregationTemporality,
  AggregationType,
  InstrumentType,
  MeterProvider,
  type MetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { choice, type Env, number, text } from '../../config/env.ts';
import type { Exporters } from '../../config/exporters.ts';
import { metricInterval } from '../../config/sdk-settings.ts';
import { otlpPipe, type Pipe } from '../exporters/pipe.ts';
import { mayServePrometheus } from '../exporters/prometheus-owner.ts';
import { load } from '../load.ts';
import { whenIdle } from '../queue/outbox.ts';
import { collectNow } from './collect-now.ts';

/** Metrics: the provider, two ways to send what was recorded, and where it goes. */
export interface Metrics {
  readonly provider: MeterProvider;
  /** Collects everything, observable instruments included. */
  readonly flush: () => Promise<void>;
  /** For `exit` listeners: what is new since the last collection, without observable instruments. */
  readonly flushNow: () => void;
  /** Sends as flushNow does and ends: nothing is collected or sent any more. */
  readonly stop: () => void;
  readonly urls: readonly string[];
}

/** Starts metrics. */
export function startMetrics(env: Env, resource: Resource, names: Exporters['metrics']): Metrics {
  const readers: MetricReader[] = [];
  const pushed: { reader: MetricReader; exporter: PushMetricExporter }[] = [];
  const urls: string[] = [];
  const { intervalMs, timeoutMs } = metricInterval(env);
  for (const name of names) {
    if (name === 'prometheus') {
      const host = text(env, 'OTEL_EXPORTER_PROMETHEUS_HOST') ?? 'localhost';
      const port = number(env, ['OTEL_EXPORTER_PROMETHEUS_PORT'], { least: 1, most: 65_535 }, 9464);
      if (!mayServePrometheus()) continue;
      readers.push(load('register-prometheus').prometheusReader(host, port));
      urls.push(`http://${host}:${port}/metrics`);
      continue;
    }
    const to = name === 'otlp' ? otlpPipe<ResourceMetrics>(env, 'metrics') : undefined;
    const exporter = to === undefined ? load('register-console').metricPrinter() : exporterTo(to, env);
    const reader = new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: intervalMs,
      exportTimeoutMillis: timeoutMs,
    });
    readers.push(reader);
    pushed.push({ reader, exporter });
    urls.push(to?.target.url ?? 'console');
  }
  const provider = new MeterProvider({ resource, readers });
  const sent = new Sent(pushed.map(({ exporter }) => exporter));
  const flushNow = (): void => {
    for (const { reader, exporter } of pushed) {
      const metrics = collectNow(reader);
      if (metrics.scopeMetrics.length > 0 && sent.isNews(exporter, metrics)) exporter.export(metrics, () => {});
    }
  };
  return {
    provider,
    urls,
    flush: async () => void (await Promise.all(pushed.map(({ reader }) => reader.forceFlush()))),
    flushNow,
    stop: () => {
      flushNow();
      sent.close();
      provider.shutdown().catch(() => {});
    },
  };
}

/** Knows what each exporter was given last, so that the end of the process does not send the same numbers once more. */
class Sent {
  readonly #last = new Map<PushMetricExporter, string>();
  #closed = false;

  constructor(exporters: readonly PushMetricExporter[]) {
    for (const exporter of exporters) {
      const original = exporter.export.bind(exporter);
      exporter.export = (metrics, done) => {
        if (this.#closed) return done({ code: ExportResultCode.SUCCESS });
        this.#last.set(exporter, contents(metrics));
        original(metrics, done);
      };
    }
  }

  isNews(exporter: PushMetricExporter, metrics: ResourceMetrics): boolean {
    return contents(metrics) !== (this.#last.get(exporter) ?? '[]');
  }

  /** Lets nothing more through. */
  close(): void {
    this.#closed = true;
  }
}

const OBSERVABLE: ReadonlySet<InstrumentType> = new Set([
  InstrumentType.OBSERVABLE_COUNTER,
  InstrumentType.OBSERVABLE_GAUGE,
  InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
]);

function contents({ scopeMetrics }: ResourceMetrics): string {
  const own = scopeMetrics.flatMap(({ scope, metrics }) =>
    metrics
      .filter(({ descriptor }) => !OBSERVABLE.has((descriptor as unknown as { type: InstrumentType }).type))
      .map(({ descriptor, dataPoints }) => [
        scope.name,
        descriptor.name,
        dataPoints.map(({ attributes, startTime, value }) => [attributes, startTime, value]),
      ]),
  );
  return JSON.stringify(own);
}

function exporterTo(to: Pipe<ResourceMetrics>, env: Env): PushMetricExporter {
  const selectAggregationTemporality = temporality(env);
  const aggregation = histograms(env);
  return {
    export: (metrics, done) => {
      if (to.accepts()) void to.send(metrics);
      // Not when it is sent: until then the reader holds a timer that keeps the process alive. Failures are reported
      // where they happen.
      done({ code: ExportResultCode.SUCCESS });
    },
    forceFlush: whenIdle,
    shutdown: async () => {},
    selectAggregationTemporality,
    selectAggregation: (type) => (type === InstrumentType.HISTOGRAM ? aggregation : { type: AggregationType.DEFAULT }),
  };
}

function temporality(env: Env): (type: InstrumentType) => AggregationTemporality {
  const preference = choice(
    env,
    ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'],
    ['cumulative', 'delta', 'lowmemory'],
    'cumulative',
  );
  const delta = new Set<InstrumentType>();
  if (preference !== 'cumulative') delta.add(InstrumentType.COUNTER).add(InstrumentType.HISTOGRAM);
  if (preference === 'delta') delta.add(InstrumentType.OBSERVABLE_COUNTER);
  return (type) => (delta.has(type) ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE);
}

function histograms(env: Env): AggregationOption {
  const kind = choice(
    env,
    ['OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION'],
    ['explicit_bucket_histogram', 'base2_exponential_bucket_histogram'],
    'explicit_bucket_histogram',
  );
  return kind === 'explicit_bucket_histogram'
    ? { type: AggregationType.DEFAULT }
    : { type: AggregationType.EXPONENTIAL_HISTOGRAM };
}
