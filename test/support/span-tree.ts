/** Spans as indented lines, in the order in which they started: what a person would draw. */
import type { ReceivedSpan } from './otlp/flatten.ts';

/** One line a span, two spaces a level; a span whose parent was not received stands at the left with an arrow. */
export function spanTree(spans: readonly ReceivedSpan[], more: (span: ReceivedSpan) => string = () => ''): string[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const sorted = [...spans].sort((a, b) => (a.startTime < b.startTime ? -1 : a.startTime > b.startTime ? 1 : 0));
  const lines = (parent: string | undefined, indent: string): string[] =>
    sorted
      .filter((span) => span.parentSpanId === parent)
      .flatMap((span) => [indent + span.name + more(span), ...lines(span.spanId, `${indent}  `)]);
  const orphans = sorted.filter(({ parentSpanId }) => parentSpanId !== undefined && !known.has(parentSpanId));
  return [...lines(undefined, ''), ...orphans.map((span) => `-> ${span.name}`)];
}
