/** Prints telemetry as objects, as the console exporters of OpenTelemetry do, without the stream of the application. */
import { inspect } from 'node:util';
import { ExportResultCode } from '@opentelemetry/core';
import { ConsoleLogRecordExporter, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { ConsoleMetricExporter, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { ConsoleSpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { writeOutput } from '../../runtime/write-output.ts';
import type { ObjectExporter } from './object-destination.ts';

/**
 * The private method that chooses the printed fields. Safe to use, because the exporters are bundled at a fixed version:
 * checked with 2.12.1 (spans) and 0.223.0 (log records) by test/pipeline/private-fields.test.ts.
 */
interface Internals<T> {
  _exportInfo(item: T): object;
}

/** Prints spans. */
export function spanPrinter(): ObjectExporter<ReadableSpan> {
  return printerOf<ReadableSpan>(new ConsoleSpanExporter());
}

/** Prints log records. */
export function logPrinter(): ObjectExporter<ReadableLogRecord> {
  return printerOf<ReadableLogRecord>(new ConsoleLogRecordExporter());
}

/** Prints metrics at every interval. */
export function metricPrinter(): PushMetricExporter {
  const exporter: PushMetricExporter = new ConsoleMetricExporter();
  exporter.export = ({ scopeMetrics }: ResourceMetrics, done) => {
    for (const { descriptor, dataPointType, dataPoints } of scopeMetrics.flatMap(({ metrics }) => metrics))
      print({ descriptor, dataPointType, dataPoints }, null);
    done({ code: ExportResultCode.SUCCESS });
  };
  return exporter;
}

function printerOf<T>(exporter: object): ObjectExporter<T> {
  const internals = exporter as Internals<T>;
  return {
    export: (items, done) => {
      for (const item of items) print(internals._exportInfo(item), 3);
      done({ code: ExportResultCode.SUCCESS });
    },
  };
}

/** Prints an object as `console.dir` does. */
function print(value: object, depth: number | null): void {
  const { stdout } = process;
  const colors = stdout.isTTY === true && stdout.getColorDepth() > 2;
  writeOutput('stdout', `${inspect(value, { customInspect: false, colors, depth })}\n`);
}
