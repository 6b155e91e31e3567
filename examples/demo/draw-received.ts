/** Draws what a collector received with the drawer of `LLM_OTEL_CONSOLE`. */
import { TraceDrawer, type TreeOptions } from '../../src/pipeline/exporters/tree/draw-trace.ts';
import type { TreeSpan } from '../../src/pipeline/exporters/tree/spans/tree-span.ts';
import type { ReceivedSpan } from '../../test/support/otlp-receiver.ts';

const STATUS_ERROR = 2;

/** Every trace a block, the earliest first, and the total. */
export function drawReceived(spans: readonly ReceivedSpan[], options: TreeOptions): string {
  const traces = new Map<string, TreeSpan[]>();
  const inOrder = [...spans].sort((a, b) => Number(a.startTime - b.startTime));
  for (const span of inOrder) {
    const trace = traces.get(span.traceId) ?? [];
    traces.set(span.traceId, [...trace, treeSpanOf(span)]);
  }
  const drawer = new TraceDrawer(() => options);
  return [...traces.values()].map((trace) => drawer.draw(trace)).join('') + drawer.drawTotal();
}

function treeSpanOf(span: ReceivedSpan): TreeSpan {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: span.kind,
    startMs: Number(span.startTime) / 1e6,
    durationMs: Number(span.endTime - span.startTime) / 1e6,
    failed: span.status.code === STATUS_ERROR,
    description: span.status.message,
    attributes: span.attributes,
  };
}
