import { operationOf } from '../spans/span-facts.ts';
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
  const roots: TreeSpan[] = [];
  const children = new Map<TreeSpan, TreeSpan[]>();
  const cuts = cycleCuts(unique, byId);
  for (const span of unique) {
    if (!shown.has(span)) continue;
    const parent = cuts.has(span) ? undefined : byId.get(span.parentSpanId ?? '');
    const brothers = parent === undefined ? roots : children.get(parent);
    if (brothers !== undefined) brothers.push(span);
    else if (parent !== undefined) children.set(parent, [span]);
  }
  return { rows: placeRows(roots, children), others: shown.size === 0 ? 0 : unique.length - shown.size };
}

const isLlm = (span: TreeSpan): boolean => operationOf(span) !== undefined;

function withAncestors(spans: readonly TreeSpan[], byId: ReadonlyMap<string, TreeSpan>): Set<TreeSpan> {
  const found = new Set<TreeSpan>();
  for (const span of spans)
    for (let at: TreeSpan | undefined = span; at !== undefined && !found.has(at); at = byId.get(at.parentSpanId ?? ''))
      found.add(at);
  return found;
}

/** Spans to be cut from the parent, so that no span is an ancestor of itself. `spans` are sorted by start. */
function cycleCuts(spans: readonly TreeSpan[], byId: ReadonlyMap<string, TreeSpan>): Set<TreeSpan> {
  const cuts = new Set<TreeSpan>();
  const safe = new Set<TreeSpan>();
  for (const span of spans) {
    const path: TreeSpan[] = [];
    const onPath = new Set<TreeSpan>();
    let at: TreeSpan | undefined = span;
    while (at !== undefined && !safe.has(at) && !onPath.has(at)) {
      path.push(at);
      onPath.add(at);
      at = byId.get(at.parentSpanId ?? '');
    }
    if (at !== undefined && onPath.has(at)) {
      const cycle = path.slice(path.indexOf(at));
      cuts.add(cycle.reduce((first, one) => (one.startMs < first.startMs ? one : first)));
    }
    for (const one of path) safe.add(one);
  }
  return cuts;
}

/** Without recursion, because a trace may be thousands of levels deep. */
function placeRows(roots: readonly TreeSpan[], children: ReadonlyMap<TreeSpan, readonly TreeSpan[]>): Row[] {
  const rows: Row[] = [];
  const open = roots.map((span) => ({ span, levels: '', below: '' })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const below = next.below;
    const inside = children.get(next.span) ?? [];
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
