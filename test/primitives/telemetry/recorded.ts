import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { metering, tracing } from '../../telemetry/in-memory.ts';

/** Registers providers that keep everything; `stop` takes the providers away. */
export function startRecording(): Recording {
  const traces = tracing();
  const meters = metering();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(traces.provider);
  metrics.setGlobalMeterProvider(meters.provider);
  return {
    spans: traces.spans,
    span: (name) => {
      const found = traces.spans().filter((span) => span.name === name);
      if (found.length !== 1) throw new Error(`${found.length} spans ${name} of ${traces.spans().map((s) => s.name)}`);
      return found[0] as ReadableSpan;
    },
    points: async (name) => (await meters.collect()).get(name)?.points ?? [],
    unit: async (name) => (await meters.collect()).get(name)?.data.descriptor.unit,
    stop: () => {
      trace.disable();
      metrics.disable();
      context.disable();
    },
  };
}

/** Spans and metrics of one test. */
export interface Recording {
  spans(): readonly ReadableSpan[];
  /** The only span of a name. */
  span(name: string): ReadableSpan;
  points(
    name: string,
  ): Promise<
    readonly { attributes: object; sum: number; count: number | undefined; boundaries: readonly number[] | undefined }[]
  >;
  unit(name: string): Promise<string | undefined>;
  stop(): void;
}
