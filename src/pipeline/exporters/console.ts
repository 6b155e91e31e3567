import { ConsoleLogRecordExporter, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { ConsoleMetricExporter } from '@opentelemetry/sdk-metrics';
import { ConsoleSpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

/** Prints each span at the end of the span. */
export function spanPrinter(): SimpleSpanProcessor {
  return new SimpleSpanProcessor(new ConsoleSpanExporter());
}

/** Prints each log record. */
export function logPrinter(): SimpleLogRecordProcessor {
  return new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() });
}

/** Prints metrics at every interval. */
export function metricPrinter(): ConsoleMetricExporter {
  return new ConsoleMetricExporter();
}
