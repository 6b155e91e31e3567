import { spanForest } from '../../pipeline/exporters/tree/spans/span-forest.ts';
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
  const { roots, childrenOf } = spanForest([...byId.values()].sort((a, b) => a.startTime - b.startTime));
  const rows: TreeRow[] = [];
  const waiting = roots.map((span) => ({ span, level: 1 })).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const below = childrenOf(next.span);
    const isOpen = !closed.has(next.span.spanId);
    rows.push({ ...next, hasChildren: below.length > 0, isOpen });
    if (isOpen) for (const span of below.toReversed()) waiting.push({ span, level: next.level + 1 });
  }
  return rows;
}
