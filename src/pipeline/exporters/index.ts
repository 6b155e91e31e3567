/** Every kind of exporter: a row in this file, a file in this folder, and settings in src/config. */
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { MetricReader, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Target } from '../../config/sdk/export-target.ts';
import type { MetricsSettings } from '../../config/sdk/metrics-settings.ts';
import type { ExporterSettings } from '../../config/sdk/sdk-settings.ts';
import { load } from '../load.ts';
import { createPipe, type Pipe, type Serialize } from './pipe.ts';
import { mayServePrometheus } from './prometheus-owner.ts';

/** Settings of an exporter that sends requests. */
export type SendingExporter = Extract<ExporterSettings, { readonly target: Target }>;

/** Creates the serializer of a signal. Called at the first batch. */
type Encoder = (settings: SendingExporter) => Serialize<never>;

const otlp: Encoder = (settings) => {
  const json = settings.kind === 'otlp' && settings.protocol === 'http/json';
  const part = load<typeof import('./otlp-proto.ts')>(json ? 'pipeline-otlp-json' : 'pipeline-otlp-proto');
  const serializer = part[settings.target.signal] as { serializeRequest: Serialize<never> };
  return (items) => serializer.serializeRequest(items);
};

const ENCODERS = {
  otlp,
  zipkin: () => load<typeof import('./zipkin.ts')>('pipeline-zipkin').zipkinSerializer(),
} as const satisfies Record<SendingExporter['kind'], Encoder>;

/** The pipe of an exporter that sends requests, or undefined for the kinds that print or serve. */
export function pipeOf<T>(settings: ExporterSettings): Pipe<T> | undefined {
  if (!('target' in settings)) return undefined;
  return createPipe<T>(settings.target, () => ENCODERS[settings.kind](settings) as Serialize<T>);
}

const printers = (): typeof import('./console.ts') => load<typeof import('./console.ts')>('pipeline-console');

/** Prints each span when the span ends. */
export const createSpanPrinter = (): SpanProcessor => printers().spanPrinter();
/** Prints each log record. */
export const createLogPrinter = (): LogRecordProcessor => printers().logPrinter();
/** Prints metrics at every interval. */
export const createMetricPrinter = (): PushMetricExporter => printers().metricPrinter();

/** The reader that a Prometheus server asks; undefined in a process that must not serve metrics. */
export function createPrometheusReader({ host, port }: MetricsSettings['prometheus']): MetricReader | undefined {
  if (!mayServePrometheus()) return undefined;
  return load<typeof import('./prometheus.ts')>('pipeline-prometheus').prometheusReader(host, port);
}

/** Address of an exporter, for messages; the kind of the exporter if the exporter has no address. */
export function destinationOf(settings: ExporterSettings, prometheus?: MetricsSettings['prometheus']): string {
  if ('target' in settings) return settings.target.url;
  if (settings.kind === 'prometheus' && prometheus !== undefined)
    return `http://${prometheus.host}:${prometheus.port}/metrics`;
  return settings.kind;
}
