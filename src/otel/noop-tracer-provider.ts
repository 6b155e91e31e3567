import type { Context, Span, SpanContext, Tracer, TracerProvider } from '@opentelemetry/api';
import type { AnyFunction } from '../runtime/any-function.ts';
import { activeContext, callWith, contextWithSpan, spanOf } from './globals.ts';
import { NonRecordingSpan } from './non-recording-span.ts';

const INVALID: SpanContext = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };

/** As in the API, a span that is not recorded stands for its parent, so that the trace goes on below. */
const startSpan = (context: Context): Span => new NonRecordingSpan(spanOf(context)?.spanContext() ?? INVALID);

const TRACER: Tracer = {
  startSpan: (_name, _options, context = activeContext()) => startSpan(context),
  startActiveSpan: (_name: string, ...rest: unknown[]): never => {
    const fn = rest.pop() as AnyFunction;
    const context = (rest[1] as Context | undefined) ?? activeContext();
    const span = startSpan(context);
    return callWith(contextWithSpan(context, span), fn, undefined, [span]) as never;
  },
};

/** A provider whose spans are not recorded. Needs no code of the API. */
export const NOOP_TRACER_PROVIDER: TracerProvider = { getTracer: () => TRACER };
