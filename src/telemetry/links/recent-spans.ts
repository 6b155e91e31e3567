import type { SpanContext } from '@opentelemetry/api';

const CAPACITY = 1000;

/** Ring buffer of the last 1,000 ids and their span contexts: constant-time insert, linear search (searches are rare). */
export interface RecentSpans {
  readonly ids: string[];
  readonly spans: SpanContext[];
  next: number;
}

/** An empty ring buffer. */
export const createRecentSpans = (): RecentSpans => ({ ids: [], spans: [], next: 0 });

/** Stores `span` under `id`. */
export function storeSpan(ring: RecentSpans, id: string, span: SpanContext): void {
  ring.ids[ring.next] = id;
  ring.spans[ring.next] = span;
  ring.next = (ring.next + 1) % CAPACITY;
}

/** The span stored under `id`, if the ring still has the span; of several spans the newest. */
export function findSpan(ring: RecentSpans | undefined, id: string): SpanContext | undefined {
  if (ring === undefined) return undefined;
  const { ids, spans, next } = ring;
  const at = next === 0 ? -1 : ids.lastIndexOf(id, next - 1);
  return spans[at >= 0 ? at : ids.lastIndexOf(id)];
}
