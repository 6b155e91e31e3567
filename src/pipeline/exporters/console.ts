/** Prints telemetry as objects, as the console exporters of OpenTelemetry do. */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { ConsoleLogRecordExporter } from '@opentelemetry/sdk-logs';
import { ConsoleMetricExporter } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { ConsoleSpanExporter } from '@opentelemetry/sdk-trace-base';
import type { ObjectExporter } from './object-destination.ts';

/** Prints spans. */
export function spanPrinter(): ObjectExporter<ReadableSpan> {
  return new ConsoleSpanExporter();
}

/** Prints log records. */
export function logPrinter(): ObjectExporter<ReadableLogRecord> {
  return new ConsoleLogRecordExporter();
}

/** Prints metrics at every interval. */
export function metricPrinter(): ConsoleMetricExporter {
  return new ConsoleMetricExporter();
}
