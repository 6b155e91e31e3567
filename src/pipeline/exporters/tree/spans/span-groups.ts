import type { TreeSpan } from './tree-span.ts';

/** Finds groups of spans that are connected by parents among `spans`; returns the name of the group of a span id. */
export function spanGroups(spans: readonly TreeSpan[]): (spanId: string) => string {
  const leaders = new Map(spans.map(({ spanId }) => [spanId, spanId]));
  const groupOf = (spanId: string): string => {
    let leader = spanId;
    for (let next = leaders.get(leader); next !== undefined && next !== leader; next = leaders.get(leader)) {
      const above = leaders.get(next) ?? next;
      leaders.set(leader, above);
      leader = above;
    }
    return leader;
  };
  for (const { spanId, parentSpanId } of spans)
    if (parentSpanId !== undefined && leaders.has(parentSpanId)) leaders.set(groupOf(spanId), groupOf(parentSpanId));
  return groupOf;
}
