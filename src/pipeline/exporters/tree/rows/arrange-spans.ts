import { operationOf } from '../spans/span-facts.ts';
import { type SpanForest, spanForest } from '../spans/span-forest.ts';
import type { TreeSpan } from '../spans/tree-span.ts';

/** Lines in front of a span, a letter a level: `p`ass or `g`ap, and `b`ranch or `l`ast for the level of the span. */
export type Levels = string;

/** A span at the place of the span in the tree. */
export interface Row {
  readonly span: TreeSpan;
  /** In front of the span. */
  readonly levels: Levels;
  /** In front of lines under the span. */
  readonly below: Levels;
  readonly hasChildren: boolean;
}

/** Spans of a trace in the order of the drawing. */
export interface Arranged {
  readonly rows: readonly Row[];
  /** Spans without a row. */
  readonly others: number;
}

/** No width has room for more levels, and whole prefixes of deep trees would take quadratic memory. */
const MOST_LEVELS = 80;

/**
 * Arranges the spans of a trace depth-first, children by start. Rows are the LLM spans and the ancestors of LLM spans, or
 * `all` spans of a trace with an LLM span. A span without its parent stands at the root; a cycle is cut at the earliest span.
 */
export function arrangeSpans(spans: readonly TreeSpan[], all: boolean): Arranged {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const unique = [...byId.values()].sort((a, b) => a.startMs - b.startMs);
  const shown = all && unique.some(isLlm) ? new Set(unique) : withAncestors(unique.filter(isLlm), byId);
  const forest = spanForest(unique.filter((span) => shown.has(span)));
  return { rows: placeRows(forest), others: shown.size === 0 ? 0 : unique.length - shown.size };
}

const isLlm = (span: TreeSpan): boolean => operationOf(span) !== undefined;

function withAncestors(spans: readonly TreeSpan[], byId: ReadonlyMap<string, TreeSpan>): Set<TreeSpan> {
  const found = new Set<TreeSpan>();
  for (const span of spans)
    for (let at: TreeSpan | undefined = span; at !== undefined && !found.has(at); at = byId.get(at.parentSpanId ?? ''))
      found.add(at);
  return found;
}

/** Without recursion, because a trace may be thousands of levels deep. */
function placeRows({ roots, childrenOf }: SpanForest<TreeSpan>): Row[] {
  const rows: Row[] = [];
  const open = roots.map((span) => ({ span, levels: '', below: '' })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const below = next.below;
    const inside = childrenOf(next.span);
    rows.push({ ...next, hasChildren: inside.length > 0 });
    for (let i = inside.length - 1; i >= 0; i--) {
      const isLast = i === inside.length - 1;
      const span = inside[i] as TreeSpan;
      open.push({ span, levels: deeper(below, isLast ? 'l' : 'b'), below: deeper(below, isLast ? 'g' : 'p') });
    }
  }
  return rows;
}

const deeper = (levels: Levels, level: string): Levels => (levels + level).slice(-MOST_LEVELS);
