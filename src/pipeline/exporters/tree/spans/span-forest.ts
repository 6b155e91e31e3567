/** The part of a span that says where the span belongs. */
export interface PlacedSpan {
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
}

/** Spans under their parents. */
export interface SpanForest<Span> {
  readonly roots: readonly Span[];
  /** The children of a span, in the order of the spans. */
  childrenOf(span: Span): readonly Span[];
}

/**
 * Puts spans under their parents. A span without its parent stands at the root; a cycle is cut at its first span.
 * @param spans by start, each span id once
 */
export function spanForest<Span extends PlacedSpan>(spans: readonly Span[]): SpanForest<Span> {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const cuts = cycleCuts(spans, byId);
  const children = new Map<Span | undefined, Span[]>();
  for (const span of spans) {
    const parent = cuts.has(span) ? undefined : byId.get(span.parentSpanId ?? '');
    const brothers = children.get(parent);
    if (brothers === undefined) children.set(parent, [span]);
    else brothers.push(span);
  }
  return { roots: children.get(undefined) ?? [], childrenOf: (span) => children.get(span) ?? [] };
}

/** Spans to be cut from the parent, so that no span is an ancestor of itself. */
function cycleCuts<Span extends PlacedSpan>(spans: readonly Span[], byId: ReadonlyMap<string, Span>): Set<Span> {
  const order = new Map(spans.map((span, index) => [span, index]));
  const orderOf = (span: Span): number => order.get(span) ?? 0;
  const cuts = new Set<Span>();
  const safe = new Set<Span>();
  for (const span of spans) {
    const path: Span[] = [];
    const onPath = new Set<Span>();
    let at: Span | undefined = span;
    while (at !== undefined && !safe.has(at) && !onPath.has(at)) {
      path.push(at);
      onPath.add(at);
      at = byId.get(at.parentSpanId ?? '');
    }
    if (at !== undefined && onPath.has(at)) {
      const cycle = path.slice(path.indexOf(at));
      cuts.add(cycle.reduce((first, one) => (orderOf(one) < orderOf(first) ? one : first)));
    }
    for (const one of path) safe.add(one);
  }
  return cuts;
}
