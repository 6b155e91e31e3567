/** `LLM_OTEL_SDK=eager`: the tracer provider for the spans of this package, beside the SDK of the application. */
import type { Context, Span, SpanOptions, Tracer, TracerProvider } from '@opentelemetry/api';
import { activeContext, contextWithSpan, spanOf } from '../../src/otel/globals.ts';
import { NonRecordingSpan } from '../../src/otel/non-recording-span.ts';
import { startActiveSpan } from '../globals/start-active-span.ts';

const SAMPLED = 1;

/**
 * Wraps `provider` so that a span below a span of another SDK is recorded. The other SDK may sample nothing, and our sampler
 * asks the parent: that decision is about another destination. A remote parent decides as usual.
 */
export function tracingBeside(provider: TracerProvider): TracerProvider {
  return { getTracer: (...scope) => new TracerBeside(provider.getTracer(...scope)) };
}

/** Spans of ours that are not sampled: below such a span our sampler has decided. */
const unsampled = new WeakSet<Span>();

class TracerBeside implements Tracer {
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  startSpan(name: string, options?: SpanOptions, context: Context = activeContext()): Span {
    const span = this.#tracer.startSpan(name, options, withSampledParent(context));
    if (!span.isRecording()) unsampled.add(span);
    return span;
  }

  startActiveSpan(name: string, ...rest: unknown[]): never {
    return startActiveSpan(this, name, rest);
  }
}

function withSampledParent(context: Context): Context {
  const parent = spanOf(context);
  if (parent === undefined || unsampled.has(parent)) return context;
  const spanContext = parent.spanContext();
  if (spanContext.isRemote === true || (spanContext.traceFlags & SAMPLED) !== 0) return context;
  return contextWithSpan(
    context,
    new NonRecordingSpan({ ...spanContext, traceFlags: spanContext.traceFlags | SAMPLED }),
  );
}
