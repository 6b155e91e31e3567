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
import { createMetricPrinter, createPrometheusReader, sentMetricsDestination } from '../exporters/index.ts';
import { createPipeline } from '../queue/create-pipeline.ts';
import type { Pipeline } from '../queue/pipeline.ts';
import { processEnds } from '../shipping/process-end.ts';
import { collectNow } from './collect-now.ts';

/** Metrics: the provider, two ways to send what was recorded, and where it goes. */
export interface RunningMetrics {
  readonly provider: MeterProvider;
  /** Collects everything, observable instruments included. */
  readonly flush: () => Promise<void>;
  /** For `exit` listeners: what is new since the last collection, without observable instruments. */
  readonly flushNow: () => void;
  /** Sends as flushNow does and ends: nothing is collected or sent any more. */
  readonly stop: () => void;
}

/** Builds the meter provider; registers nothing. */
export function startMetrics(settings: NonNullable<SdkSettings['metrics']>, resource: Resource): RunningMetrics {
  const readers: MetricReader[] = [];
  const pushed: { reader: MetricReader; exporter: PushMetricExporter }[] = [];
  for (const one of settings.pipelines) {
    if (one.exporter.kind === 'prometheus') {
      const reader = createPrometheusReader(settings.prometheus);
      if (reader !== undefined) readers.push(reader);
      continue;
    }
    const destination = sentMetricsDestination(one.exporter);
    const newestOnly = settings.temporality === 'cumulative';
    const exporter =
      destination === undefined
        ? createMetricPrinter()
        : exporterTo(createPipeline<ResourceMetrics>(one, destination, { newestOnly }), settings);
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

/** Keeps the last export of each exporter, so that the end of the process does not send the same numbers once more. */
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

/**
 * What was counted, without observable instruments. The kind of a metric is private: `descriptor.type` was checked with
 * sdk-metrics 2.12.0 by test/pipeline/private-fields.test.ts.
 */
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

function exporterTo(pipeline: Pipeline<ResourceMetrics>, settings: MetricsSettings): PushMetricExporter {
  const selectAggregationTemporality = temporalityOf(settings);
  const aggregation = histogramsOf(settings);
  return {
    export: (metrics, done) => {
      pipeline.addNow(metrics);
      // Not when the request is answered: until then the reader holds a timer that keeps the process alive. The pipeline
      // reports failures.
      done({ code: ExportResultCode.SUCCESS });
    },
    // The end of the process waits for all pipelines by itself, and shorter: a wait of its own would hold the process up.
    forceFlush: async () => {
      if (!processEnds()) await pipeline.forceFlush(settings.timeoutMs);
    },
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
