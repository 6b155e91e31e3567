import { TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { batchLimits } from '../../config/batch-limits.ts';
import type { Env } from '../../config/env.ts';
import type { Exporters } from '../../config/exporters.ts';
import { zipkinTarget } from '../../config/otlp-endpoint.ts';
import { roomierLimits, spanLimits } from '../../config/sdk-settings.ts';
import { handOver, otlpPipe, type Pipe, pipe } from '../exporters/pipe.ts';
import { load } from '../load.ts';
import { Batch } from '../queue/batch.ts';
import { whenIdle } from '../queue/outbox.ts';
import { sampler } from '../samplers/sampler.ts';

/** Tracing: the provider, a way to send what has ended, and where it goes. */
export interface Traces {
  readonly provider: BasicTracerProvider;
  readonly flush: () => void;
  readonly urls: readonly string[];
}

/** Starts tracing. */
export function startTraces(env: Env, resource: Resource, names: Exporters['traces']): Traces {
  const limits = batchLimits(env, 'OTEL_BSP');
  const batches: Batch<ReadableSpan>[] = [];
  const urls: string[] = [];
  const spanProcessors = names.map((name): SpanProcessor => {
    if (name === 'console') {
      urls.push('console');
      return load('register-console').spanPrinter();
    }
    const spans = name === 'otlp' ? otlpPipe<readonly ReadableSpan[]>(env, 'traces') : zipkinPipe(env);
    urls.push(spans.target.url);
    const batch = new Batch<ReadableSpan>('spans', limits, (items) => handOver(spans, items));
    batches.push(batch);
    return processor(batch);
  });
  const provider = new BasicTracerProvider({
    resource,
    sampler: sampler(env),
    spanLimits: spanLimits(env),
    spanProcessors,
  });
  makeRoom(provider, roomierLimits(env));
  return {
    provider,
    urls,
    flush: () => {
      for (const batch of batches) batch.flush();
    },
  };
}

function zipkinPipe(env: Env): Pipe<readonly ReadableSpan[]> {
  return pipe(zipkinTarget(env), () => load('register-zipkin').zipkinSerializer());
}

function processor(batch: Batch<ReadableSpan>): SpanProcessor {
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

/** Tracers of this package's own scopes get other limits; the provider has one set for all, and is bundled at a fixed version. */
function makeRoom(provider: BasicTracerProvider, more: object): void {
  const original = provider.getTracer.bind(provider);
  provider.getTracer = (name, version, options) => {
    const tracer = original(name, version, options);
    if (name.startsWith('@x/llm-otel')) {
      const own = tracer as unknown as { _spanLimits: object };
      own._spanLimits = { ...own._spanLimits, ...more };
    }
    return tracer;
  };
}
