import type { Context, Span, SpanContext } from '@opentelemetry/api';
import { FLAG_SAMPLED } from '../../facts/semconv.ts';
import { contextWithoutSpan, contextWithSpan, spanOf } from '../../otel/globals.ts';
import { NonRecordingSpan } from '../../otel/non-recording-span.ts';

/** What the SDKs say of a span beyond the API: 2.x and newer, 1.x. */
interface SdkSpan {
  readonly instrumentationScope?: { readonly name?: string };
  readonly instrumentationLibrary?: { readonly name?: string };
  readonly parentSpanContext?: SpanContext;
  readonly parentSpanId?: string;
}

/** OpenInference's spans are wrappers of the SDK's. */
function sdkSpan(span: Span): SdkSpan {
  return (span as { readonly span?: SdkSpan }).span ?? (span as SdkSpan);
}

/** Spans that give way to one of ours, with the place they had in the trace; `undefined` for the root of one. */
const replaced = new WeakMap<Span, SpanContext | undefined>();
let any = false;

/** Name of the tracer that started `span`, if an SDK says so. */
export function scopeOf(span: Span | undefined): string | undefined {
  if (span === undefined) return undefined;
  const { instrumentationScope, instrumentationLibrary } = sdkSpan(span);
  return (instrumentationScope ?? instrumentationLibrary)?.name;
}

/**
 * Lets `span`, which has just been started, give way to the next span of ours: it is not exported, and ours stands in its
 * place. `false` if that cannot be: the span stays what it is.
 */
export function suppressSpan(span: Span): boolean {
  const own = span.spanContext();
  const { traceFlags } = own;
  const { parentSpanContext, parentSpanId } = sdkSpan(span);
  if (
    !Reflect.set(own, 'traceFlags', traceFlags & ~FLAG_SAMPLED) ||
    (span.spanContext().traceFlags & FLAG_SAMPLED) !== 0
  )
    return false;
  const parent = parentSpanId === undefined ? undefined : { traceId: own.traceId, spanId: parentSpanId, traceFlags };
  replaced.set(span, parentSpanContext ?? parent);
  any = true;
  return true;
}

/** `context` as it was before a span that has given way became the active one. */
export function withoutSuppressedSpan(context: Context): Context {
  if (!any) return context;
  const span = spanOf(context);
  if (span === undefined || !replaced.has(span)) return context;
  const parent = replaced.get(span);
  return parent === undefined ? contextWithoutSpan(context) : contextWithSpan(context, new NonRecordingSpan(parent));
}
