/**
 * Times of spans of this package. An SDK starts a span at a whole millisecond, cut off, and adds the measured duration for the
 * end. Two spans lose different parts of a millisecond, and a child would end after its parent. Here, a span ends by the
 * clock of its parent.
 */
import type { Span } from '@opentelemetry/api';
import { now, timeOrigin } from '../runtime/clock.ts';

/** What to add to {@link now} for milliseconds since 1970, by span of this package. */
const offsets = new WeakMap<Span, number>();

/** A clock for a span, and when the span starts by this clock. */
export interface SpanClock {
  readonly offset: number;
  /** A whole millisecond, cut off as SDKs do it: spans of other packages inside must not start before this span. */
  readonly startTime: number;
}

/** The clock of a span that starts now inside `parent`. */
export function spanClock(parent: Span | undefined): SpanClock {
  const wallTime = Date.now();
  const time = now();
  const offset = (parent && offsetOf(parent)) ?? exactOffset(wallTime, time);
  return { offset, startTime: Math.min(Math.floor(offset + time), wallTime) };
}

function offsetOf(span: Span): number | undefined {
  const ours = offsets.get(span);
  if (ours !== undefined) return ours;
  // The private field of the spans of `sdk-trace-base`: what such a span adds to `performance` for its end.
  const { _performanceOffset: correction } = span as { readonly _performanceOffset?: unknown };
  return typeof correction === 'number' && Number.isFinite(correction) ? timeOrigin() + correction : undefined;
}

/** The origin of `performance` is exact, until the clock of the machine has been set or has drifted. */
function exactOffset(wallTime: number, time: number): number {
  const origin = timeOrigin();
  const ahead = origin + time - wallTime;
  return ahead >= 0 && ahead < 1 ? origin : wallTime - time;
}

/** Makes `span` end by `clock`. */
export function setSpanClock(span: Span, { offset }: SpanClock): void {
  if (span.isRecording()) offsets.set(span, offset);
}

/** Ends `span` at `time` (of {@link now}), by the clock of the span. */
export function endSpan(span: Span, time: number = now()): void {
  const offset = offsets.get(span);
  if (offset === undefined) span.end();
  else span.end(offset + time);
}
