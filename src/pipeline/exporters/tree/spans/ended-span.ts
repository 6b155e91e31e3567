import { STATUS_ERROR } from '../../../../facts/semconv.ts';
import type { TreeSpan } from './tree-span.ts';

/** The parts of the SDK's `ReadableSpan` that the tree reads. SDK 1.x has `parentSpanId` in place of the context. */
export interface EndedSpan {
  readonly name: string;
  readonly kind: number;
  spanContext(): { readonly traceId: string; readonly spanId: string };
  readonly parentSpanContext?: { readonly spanId: string; readonly isRemote?: boolean | undefined } | undefined;
  readonly parentSpanId?: string | undefined;
  readonly startTime: readonly [seconds: number, nanoseconds: number];
  readonly duration: readonly [seconds: number, nanoseconds: number];
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: Readonly<Record<string, unknown>>;
}

const milliseconds = ([seconds, nanoseconds]: EndedSpan['duration']): number => seconds * 1e3 + nanoseconds / 1e6;

/** A span of the SDK as a span of the tree. */
export function fromEndedSpan(span: EndedSpan): TreeSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    parentSpanId: (span.parentSpanContext?.spanId ?? span.parentSpanId) || undefined,
    parentIsRemote: span.parentSpanContext?.isRemote === true,
    name: span.name,
    kind: span.kind,
    startMs: milliseconds(span.startTime),
    durationMs: milliseconds(span.duration),
    failed: span.status.code === STATUS_ERROR,
    description: span.status.message,
    attributes: span.attributes,
  };
}
