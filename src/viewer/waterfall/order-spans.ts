import type { ViewedSpan } from '../page-data.ts';

/** A span at the place of the span in the tree. */
export interface TreeRow {
  readonly span: ViewedSpan;
  /** 1 for a root. */
  readonly level: number;
  readonly hasChildren: boolean;
  readonly isOpen: boolean;
}

/**
 * Arranges spans depth-first, children by start, without the children of closed spans. A span without its parent stands at the
 * root; a cycle is cut at the earliest span. Without recursion: a trace may be thousands of levels deep.
 */
export function orderSpans(spans: readonly ViewedSpan[], closed: ReadonlySet<string>): TreeRow[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const inOrder = [...byId.values()].sort((a, b) => a.startTime - b.startTime);
  const children = new Map<ViewedSpan | undefined, ViewedSpan[]>();
  const cuts = cutsOf(inOrder, byId);
  for (const span of inOrder) {
    const parent = cuts.has(span) ? undefined : byId.get(span.parentSpanId ?? '');
    const brothers = children.get(parent);
    if (brothers === undefined) children.set(parent, [span]);
    else brothers.push(span);
  }
  const rows: TreeRow[] = [];
  const waiting = (children.get(undefined) ?? []).map((span) => ({ span, level: 1 })).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const below = children.get(next.span) ?? [];
    const isOpen = !closed.has(next.span.spanId);
    rows.push({ ...next, hasChildren: below.length > 0, isOpen });
    if (isOpen) for (const span of below.toReversed()) waiting.push({ span, level: next.level + 1 });
  }
  return rows;
}

/** The earliest span of each cycle. */
function cutsOf(inOrder: readonly ViewedSpan[], byId: ReadonlyMap<string, ViewedSpan>): Set<ViewedSpan> {
  const cuts = new Set<ViewedSpan>();
  const checked = new Set<ViewedSpan>();
  for (const span of inOrder) {
    const path = new Set<ViewedSpan>();
    let at: ViewedSpan | undefined = span;
    while (at !== undefined && !checked.has(at) && !path.has(at)) {
      path.add(at);
      at = byId.get(at.parentSpanId ?? '');
    }
    if (at !== undefined && path.has(at)) cuts.add(earliestOfCycle(at, byId));
    for (const one of path) checked.add(one);
  }
  return cuts;
}

function earliestOfCycle(start: ViewedSpan, byId: ReadonlyMap<string, ViewedSpan>): ViewedSpan {
  let earliest = start;
  for (
    let at = byId.get(start.parentSpanId ?? '');
    at !== undefined && at !== start;
    at = byId.get(at.parentSpanId ?? '')
  )
    if (at.startTime < earliest.startTime) earliest = at;
  return earliest;
}
