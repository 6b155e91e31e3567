import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { load } from './load.ts';
import { runningPipelines } from './queue/create-pipeline.ts';

/** A finished span: the `ReadableSpan` of the OpenTelemetry SDK, as far as this package promises its shape. Times are `[s, ns]`. */
export interface FinishedSpan {
  readonly name: string;
  /** `SpanKind` of the API. */
  readonly kind: number;
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
  readonly parentSpanContext?: { readonly traceId: string; readonly spanId: string };
  readonly startTime: readonly [number, number];
  readonly endTime: readonly [number, number];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly attributes?: Readonly<Record<string, unknown>> }[];
  readonly links: readonly { readonly context: { readonly traceId: string; readonly spanId: string } }[];
  readonly status: { readonly code: number; readonly message?: string };
  readonly resource: { readonly attributes: Readonly<Record<string, unknown>> };
  readonly instrumentationScope: { readonly name: string; readonly version?: string };
}

/**
 * The spans that pipelines with the exporter `llm_otel_memory` hold, oldest first.
 * @param pipeline name of one pipeline. Default: all pipelines
 *
 * @example
 * startTelemetry({ pipelines: [{ exporter: { llm_otel_memory: {} } }] });
 * const names = finishedSpans().map(({ name }) => name);
 */
export function finishedSpans(pipeline?: string): FinishedSpan[] {
  for (const one of runningPipelines()) {
    if (one.settings.exporter.kind !== 'memory') continue;
    // The exporter answers at once, so that everything that has ended is in memory when this loop is done.
    one.encodeNow();
    one.shipper.pump(1);
  }
  return load<typeof import('./exporters/memory.ts')>('pipeline-memory').storedSpans(pipeline) satisfies ReadableSpan[];
}
