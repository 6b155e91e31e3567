import type { Context, Span, SpanContext } from '@opentelemetry/api';
import { FLAG_SAMPLED } from '../../facts/semconv.ts';
import { contextWithoutSpan, contextWithSpan, spanOf } from '../../otel/globals.ts';
import { NonRecordingSpan } from '../../otel/non-recording-span.ts';

/** Fields of the SDK's spans beyond the API: `instrumentationScope` and `parentSpanContext` since 2.x, the others in 1.x. */
interface SdkSpan {
  readonly instrumentationScope?: { readonly name?: string };
  readonly instrumentationLibrary?: { readonly name?: string };
  readonly parentSpanContext?: SpanContext;
  readonly parentSpanId?: string;
}

/** The SDK's span: OpenInference wraps the spans of the SDK. */
function unwrapSpan(span: Span): SdkSpan {
  return (span as { readonly span?: SdkSpan }).span ?? (span as SdkSpan);
}

/** Suppressed spans of foreign instrumentations, each with its parent (`undefined` for a root span). */
const parentsOfSuppressed = new WeakMap<Span, SpanContext | undefined>();
let hasSuppressed = false;

/** Name of the tracer that started `span`, if the span has the name. */
export function scopeOf(span: Span | undefined): string | undefined {
  if (span === undefined) return undefined;
  const { instrumentationScope, instrumentationLibrary } = unwrapSpan(span);
  return (instrumentationScope ?? instrumentationLibrary)?.name;
}

/**
 * Suppresses `span`, a foreign span that has just started: `span` is not exported, and the next span of this package takes
 * the same parent. Clears the sampled flag of the span's context, because the processors of the SDK drop unsampled spans.
 * Returns `false` if the flag cannot be cleared: the span stays unchanged.
 */
export function suppressSpan(span: Span): boolean {
  const spanContext = span.spanContext();
  const { traceId, traceFlags } = spanContext;
  const { parentSpanContext, parentSpanId } = unwrapSpan(span);
  if (
    !Reflect.set(spanContext, 'traceFlags', traceFlags & ~FLAG_SAMPLED) ||
    (span.spanContext().traceFlags & FLAG_SAMPLED) !== 0
  )
    return false;
  const parent = parentSpanId === undefined ? undefined : { traceId, spanId: parentSpanId, traceFlags };
  parentsOfSuppressed.set(span, parentSpanContext ?? parent);
  hasSuppressed = true;
  return true;
}

/** `context` without a suppressed span: the parent of the suppressed span is the active span again. */
export function withoutSuppressedSpan(context: Context): Context {
  if (!hasSuppressed) return context;
  const span = spanOf(context);
  if (span === undefined || !parentsOfSuppressed.has(span)) return context;
  const parent = parentsOfSuppressed.get(span);
  return parent === undefined ? contextWithoutSpan(context) : contextWithSpan(context, new NonRecordingSpan(parent));
}
