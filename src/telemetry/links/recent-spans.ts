import type { SpanContext } from '@opentelemetry/api';

const REMEMBERED = 1000;

/** The spans of the last ids: to remember one is two writes, and who asks looks through all of them. */
export interface SpanRing {
  readonly ids: string[];
  readonly spans: SpanContext[];
  next: number;
}

/** One that remembers nothing yet. */
export const spanRing = (): SpanRing => ({ ids: [], spans: [], next: 0 });

/** `id` leads to `span` from now on. */
export function remember(ring: SpanRing, id: string, span: SpanContext): void {
  ring.ids[ring.next] = id;
  ring.spans[ring.next] = span;
  ring.next = (ring.next + 1) % REMEMBERED;
}

/** Where `id` leads, if it is remembered; the newest of several. */
export function remembered(ring: SpanRing | undefined, id: string): SpanContext | undefined {
  if (ring === undefined) return undefined;
  const { ids, spans, next } = ring;
  const at = next === 0 ? -1 : ids.lastIndexOf(id, next - 1);
  return spans[at >= 0 ? at : ids.lastIndexOf(id)];
}
