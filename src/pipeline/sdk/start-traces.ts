import { TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { SpanLimits } from '../../config/sdk/limits.ts';
import type { TracesSettings } from '../../config/sdk/sdk-settings.ts';
import { createSpanPrinter, pipeOf } from '../exporters/index.ts';
import { handOver } from '../exporters/pipe.ts';
import { Batch } from '../queue/batch.ts';
import { whenIdle } from '../queue/outbox.ts';
import { createSampler } from '../samplers/create-sampler.ts';

/** Running tracing: the provider, and a function that sends the ended spans. */
export interface RunningTraces {
  readonly provider: BasicTracerProvider;
  readonly flush: () => void;
}

/** Builds the tracer provider; registers nothing. */
export function startTraces(settings: TracesSettings, resource: Resource): RunningTraces {
  const batches: Batch<ReadableSpan>[] = [];
  const spanProcessors = settings.exporters.map((exporter): SpanProcessor => {
    const pipe = pipeOf<readonly ReadableSpan[]>(exporter);
    if (pipe === undefined) return createSpanPrinter();
    const batch = new Batch<ReadableSpan>('spans', settings.batch, (items) => handOver(pipe, items));
    batches.push(batch);
    return processorOf(batch);
  });
  const { own, ...spanLimits } = settings.limits;
  const provider = new BasicTracerProvider({
    resource,
    sampler: createSampler(settings.sampler),
    spanLimits,
    spanProcessors,
  });
  raiseOwnLimits(provider, own);
  return {
    provider,
    flush: () => {
      for (const batch of batches) batch.flush();
    },
  };
}

function processorOf(batch: Batch<ReadableSpan>): SpanProcessor {
  const flush = (): Promise<void> => {
    batch.flush();
    return whenIdle();
  };
  return {
    onStart() {},
    onEnd(span) {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) batch.add(span);
    },
    forceFlush: flush,
    shutdown: flush,
  };
}

/**
 * Gives the tracers of this package higher limits. A provider has the same limits for all tracers, so a private field of the
 * tracer is replaced. Safe, because the provider is bundled at a fixed version: `_spanLimits` was checked with 2.12.1 by
 * test/pipeline/private-fields.test.ts.
 */
function raiseOwnLimits(provider: BasicTracerProvider, own: SpanLimits['own']): void {
  const getTracer = provider.getTracer.bind(provider);
  provider.getTracer = (name, version, options) => {
    const tracer = getTracer(name, version, options);
    if (name.startsWith('@x/llm-otel')) {
      const internals = tracer as unknown as { _spanLimits: object };
      internals._spanLimits = { ...internals._spanLimits, ...own };
    }
    return tracer;
  };
}
