/** Lets `register` look at the spans that this package starts: a provider that takes over may record nothing. */
import type { Context, Span } from '@opentelemetry/api';
import { swallow } from '../runtime/guard.ts';

/** Gets a span right after its start, with the context of its parent. */
export type SpanListener = (span: Span, parent: Context) => void;

let listener: SpanListener | undefined;

/** Calls `next` with every span that starts from now on; `undefined` ends the watch. */
export function watchStartedSpans(next: SpanListener | undefined): void {
  listener = next;
}

/** Shows `span` to the listener, and returns `span`. */
export function showStartedSpan(span: Span, parent: Context): Span {
  try {
    listener?.(span, parent);
  } catch (error) {
    swallow(error);
  }
  return span;
}
