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
import type { MetricsSettings } from '../../config/sdk/metrics-settings.ts';
import type { SdkSettings } from '../../config/sdk/sdk-settings.ts';
import { createMetricPrinter, createPrometheusReader, pipeOf } from '../exporters/index.ts';
import type { Pipe } from '../exporters/pipe.ts';
import { whenIdle } from '../queue/outbox.ts';
import { collectNow } from './collect-now.ts';

/** Running metrics: the provider, and functions that send. */
export interface RunningMetrics {
  readonly provider: MeterProvider;
  /** Collects all instruments, observable instruments included, and sends. */
  readonly flush: () => Promise<void>;
  /** For `exit` listeners: sends the changes since the last export, without observable instruments. */
  readonly flushNow: () => void;
  /** Sends like flushNow, then shuts the provider down. */
  readonly stop: () => void;
}

/** Builds the meter provider; registers nothing. */
export function startMetrics(settings: NonNullable<SdkSettings['metrics']>, resource: Resource): RunningMetrics {
  const readers: MetricReader[] = [];
  const pushed: { reader: MetricReader; exporter: PushMetricExporter }[] = [];
  for (const exporterSettings of settings.exporters) {
    if (exporterSettings.kind === 'prometheus') {
      const reader = createPrometheusReader(settings.prometheus);
      if (reader !== undefined) readers.push(reader);
      continue;
    }
    const pipe = pipeOf<ResourceMetrics>(exporterSettings);
    const exporter = pipe === undefined ? createMetricPrinter() : exporterTo(pipe, settings);
    const reader = new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: settings.intervalMs,
      exportTimeoutMillis: settings.timeoutMs,
    });
    readers.push(reader);
    pushed.push({ reader, exporter });
  }
  const provider = new MeterProvider({ resource, readers });
  const lastExport = new LastExport(pushed.map(({ exporter }) => exporter));
  const flushNow = (): void => {
    for (const { reader, exporter } of pushed) {
      const metrics = collectNow(reader);
      if (metrics.scopeMetrics.length > 0 && lastExport.hasChanged(exporter, metrics))
        exporter.export(metrics, () => {});
    }
  };
  return {
    provider,
    flush: async () => void (await Promise.all(pushed.map(({ reader }) => reader.forceFlush()))),
    flushNow,
    stop: () => {
      flushNow();
      lastExport.close();
      provider.shutdown().catch(() => {});
    },
  };
}

/** Remembers the last export of each exporter, so that the end of the process does not send the same numbers again. */
class LastExport {
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

  hasChanged(exporter: PushMetricExporter, metrics: ResourceMetrics): boolean {
    return contents(metrics) !== (this.#last.get(exporter) ?? '[]');
  }

  /** Later exports are dropped. */
  close(): void {
    this.#closed = true;
  }
}

const OBSERVABLE: ReadonlySet<InstrumentType> = new Set([
  InstrumentType.OBSERVABLE_COUNTER,
  InstrumentType.OBSERVABLE_GAUGE,
  InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
]);

/**
 * What was counted, without observable instruments. The kind of a metric is private: `descriptor.type` was checked with
 * sdk-metrics 2.12.0 by test/pipeline/private-fields.test.ts.
 */
function contents({ scopeMetrics }: ResourceMetrics): string {
  const synchronous = scopeMetrics.flatMap(({ scope, metrics }) =>
    metrics
      .filter(({ descriptor }) => !OBSERVABLE.has((descriptor as unknown as { type: InstrumentType }).type))
      .map(({ descriptor, dataPoints }) => [
        scope.name,
        descriptor.name,
        dataPoints.map(({ attributes, startTime, value }) => [attributes, startTime, value]),
      ]),
  );
  return JSON.stringify(synchronous);
}

function exporterTo(pipe: Pipe<ResourceMetrics>, settings: MetricsSettings): PushMetricExporter {
  const selectAggregationTemporality = temporalityOf(settings);
  const aggregation = histogramsOf(settings);
  return {
    export: (metrics, done) => {
      if (pipe.accepts()) void pipe.send(metrics);
      // Called before the metrics are sent: until `done` is called, the reader holds a timer that keeps the process alive.
      // The outbox reports failures.
      done({ code: ExportResultCode.SUCCESS });
    },
    forceFlush: whenIdle,
    shutdown: async () => {},
    selectAggregationTemporality,
    selectAggregation: (type) => (type === InstrumentType.HISTOGRAM ? aggregation : { type: AggregationType.DEFAULT }),
  };
}

function temporalityOf({ temporality }: MetricsSettings): (type: InstrumentType) => AggregationTemporality {
  const delta = new Set<InstrumentType>();
  if (temporality !== 'cumulative') delta.add(InstrumentType.COUNTER).add(InstrumentType.HISTOGRAM);
  if (temporality === 'delta') delta.add(InstrumentType.OBSERVABLE_COUNTER);
  return (type) => (delta.has(type) ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE);
}

function histogramsOf({ histograms }: MetricsSettings): AggregationOption {
  return histograms === 'explicit_bucket_histogram'
    ? { type: AggregationType.DEFAULT }
    : { type: AggregationType.EXPONENTIAL_HISTOGRAM };
}
