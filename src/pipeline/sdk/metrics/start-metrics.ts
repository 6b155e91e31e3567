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
import type { MetricReaderSettings, MetricsSettings } from '../../../config/sdk/metrics-settings.ts';
import { createMetricPrinter, createPrometheusReader, sentMetricsDestination } from '../../exporters/index.ts';
import type { PrometheusReader } from '../../exporters/prometheus/prometheus.ts';
import { createPipeline } from '../../queue/create-pipeline.ts';
import type { Pipeline } from '../../queue/pipeline.ts';
import { processEnds } from '../../shipping/process-end.ts';
import { collectNow } from './collect-now.ts';
import { cardinalityOptions, cardinalitySelector, viewOptionsOf } from './metric-views.ts';

/** Metrics: the provider, two ways to send what was recorded, and where it goes. */
export interface RunningMetrics {
  readonly provider: MeterProvider;
  /** Collects everything, observable instruments included. */
  readonly flush: () => Promise<void>;
  /** For `exit` listeners: what is new since the last collection, without observable instruments. */
  readonly flushNow: () => void;
  /** Sends as flushNow does and ends: nothing is collected or sent any more. */
  readonly stop: () => void;
  readonly pipelines: readonly Pipeline<ResourceMetrics>[];
  /** Where Prometheus reads metrics. */
  readonly prometheusUrl: () => string | undefined;
}

/** Builds the meter provider; registers nothing. */
export function startMetrics(settings: MetricsSettings, resource: Resource): RunningMetrics {
  const readers: MetricReader[] = [];
  const pushed: { reader: MetricReader; exporter: PushMetricExporter }[] = [];
  const pipelines: Pipeline<ResourceMetrics>[] = [];
  let prometheus: PrometheusReader | undefined;
  const exporterOf = (one: MetricReaderSettings): PushMetricExporter | undefined => {
    const destination = sentMetricsDestination(one.pipeline, resource);
    if (destination === undefined) return undefined;
    const newestOnly = one.temporality === 'cumulative' && destination.preferences === undefined;
    const pipeline = createPipeline<ResourceMetrics>(one.pipeline, destination, { newestOnly });
    pipelines.push(pipeline);
    return exporterTo(pipeline, one, destination.preferences);
  };
  for (const one of settings.readers) {
    const { exporter: kind } = one.pipeline;
    if (kind.kind === 'prometheus') {
      prometheus = createPrometheusReader(kind, cardinalitySelector(one.cardinalityLimits));
      if (prometheus !== undefined) readers.push(prometheus.reader);
      continue;
    }
    const exporter = kind.kind === 'console' ? createMetricPrinter() : exporterOf(one);
    if (exporter === undefined) continue;
    const reader = new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: one.intervalMs,
      exportTimeoutMillis: one.timeoutMs,
      ...cardinalityOptions(one.cardinalityLimits),
    });
    readers.push(reader);
    pushed.push({ reader, exporter });
  }
  const provider = new MeterProvider({ resource, readers, views: settings.views.map(viewOptionsOf) });
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
    pipelines,
    prometheusUrl: () => prometheus?.url(),
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

/** `preferences`: an exporter of the application says which metrics it takes. */
function exporterTo(
  pipeline: Pipeline<ResourceMetrics>,
  settings: MetricReaderSettings,
  preferences: () => Partial<PushMetricExporter> = () => ({}),
): PushMetricExporter {
  const temporality = temporalityOf(settings);
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
    selectAggregationTemporality: (type) => preferences().selectAggregationTemporality?.(type) ?? temporality(type),
    selectAggregation: (type) =>
      preferences().selectAggregation?.(type) ??
      (type === InstrumentType.HISTOGRAM ? aggregation : { type: AggregationType.DEFAULT }),
  };
}

function temporalityOf({ temporality }: MetricReaderSettings): (type: InstrumentType) => AggregationTemporality {
  const delta = new Set<InstrumentType>();
  if (temporality !== 'cumulative') delta.add(InstrumentType.COUNTER).add(InstrumentType.HISTOGRAM);
  if (temporality === 'delta') delta.add(InstrumentType.OBSERVABLE_COUNTER);
  return (type) => (delta.has(type) ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE);
}

function histogramsOf({ histograms }: MetricReaderSettings): AggregationOption {
  return histograms === 'explicit_bucket_histogram'
    ? { type: AggregationType.DEFAULT }
    : { type: AggregationType.EXPONENTIAL_HISTOGRAM };
}
