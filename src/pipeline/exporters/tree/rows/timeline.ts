import { KIND_CLIENT, RESPONSE_TIME_TO_FIRST_CHUNK } from '../../../../facts/semconv.ts';
import { drawn, type Glyphs, type Piece, type Style } from '../cells/look.ts';
import { numberOfSpan } from '../spans/span-facts.ts';
import type { TreeSpan } from '../spans/tree-span.ts';

/** The stretch of time shared by all bars of a block. */
export interface TimeWindow {
  readonly startMs: number;
  readonly lengthMs: number;
}

/** From the first start to the last end. */
export function timeWindow(spans: readonly TreeSpan[]): TimeWindow {
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { startMs, durationMs } of spans) {
    start = Math.min(start, startMs);
    end = Math.max(end, startMs + durationMs);
  }
  return spans.length === 0 ? { startMs: 0, lengthMs: 0 } : { startMs: start, lengthMs: end - start };
}

/** The bar of a span: light while the first chunk is awaited, solid from then on. At least a cell. */
export function timelineBar(span: TreeSpan, window: TimeWindow, width: number, glyphs: Glyphs): Piece[] {
  const cells = (ms: number): number => {
    const at = Math.round((ms / (window.lengthMs || 1)) * width);
    return Number.isFinite(at) ? Math.max(0, Math.min(at, width)) : 0;
  };
  const begun = span.startMs - window.startMs;
  const from = Math.min(cells(begun), width - 1);
  const to = Math.max(from + 1, cells(begun + span.durationMs));
  const first = numberOfSpan(span, RESPONSE_TIME_TO_FIRST_CHUNK);
  const waiting = first === undefined ? 0 : Math.max(0, Math.min(cells(begun + first * 1000) - from, to - from - 1));
  const style: Style = span.failed ? 'red' : span.kind === KIND_CLIENT ? 'blue' : 'magenta';
  return [
    drawn(' '.repeat(from)),
    drawn(glyphs.waiting.repeat(waiting) + glyphs.receiving.repeat(to - from - waiting), style),
  ];
}
