import { USAGE_COST, USAGE_INPUT_TOKENS, USAGE_OUTPUT_TOKENS } from '../../../../facts/semconv.ts';
import { fitText } from '../cells/fit-text.ts';
import type { Look, Piece } from '../cells/look.ts';
import { isModelCall, numberOfSpan } from '../spans/span-facts.ts';
import type { TreeSpan } from '../spans/tree-span.ts';
import { formatCost, formatCount, formatTime } from './formats.ts';

/** Sums of a trace or of several traces. A sum of unknown numbers is undefined. */
export interface TraceSummary {
  readonly calls: number;
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cost: number | undefined;
  readonly errors: number;
}

/** Nothing yet. */
export const EMPTY_SUMMARY: TraceSummary = {
  calls: 0,
  input: undefined,
  output: undefined,
  cost: undefined,
  errors: 0,
};

/** Sums up the spans with a row. */
export function summarize(spans: readonly TreeSpan[]): TraceSummary {
  const counted = withoutCountedTwice(spans);
  const sum = (key: string): number | undefined =>
    counted.reduce<number | undefined>((total, span) => add(total, numberOfSpan(span, key)), undefined);
  return {
    calls: spans.filter(isModelCall).length,
    input: sum(USAGE_INPUT_TOKENS),
    output: sum(USAGE_OUTPUT_TOKENS),
    cost: sum(USAGE_COST),
    errors: spans.filter(({ failed }) => failed).length,
  };
}

/** The sum of two summaries. */
export function addSummaries(a: TraceSummary, b: TraceSummary): TraceSummary {
  return {
    calls: a.calls + b.calls,
    input: add(a.input, b.input),
    output: add(a.output, b.output),
    cost: add(a.cost, b.cost),
    errors: a.errors + b.errors,
  };
}

const add = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined ? b : a + (b ?? 0));

/** Model calls, and agents without spans of their model calls. An agent's counts are the sum of the calls in the agent. */
function withoutCountedTwice(spans: readonly TreeSpan[]): TreeSpan[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const around = new Set<TreeSpan>();
  for (const call of spans.filter(isModelCall)) {
    let at = byId.get(call.parentSpanId ?? '');
    for (; at !== undefined && !around.has(at); at = byId.get(at.parentSpanId ?? '')) around.add(at);
  }
  return spans.filter((span) => isModelCall(span) || !around.has(span));
}

const plural = (n: number, noun: string): string => `${formatCount(n)} ${noun}${n === 1 ? '' : 's'}`;

/** `Σ 2 model calls · 1,412 in · 3 out · $0.000216 · 1 error`, with `more` behind; a second line where the width is too small. */
export function summaryLines(title: string, summary: TraceSummary, more: readonly string[], look: Look): Piece[][] {
  const { calls, input, output, cost, errors } = summary;
  const parts = [
    calls > 0 && plural(calls, 'model call'),
    input !== undefined && `${formatCount(input)} in`,
    output !== undefined && `${formatCount(output)} out`,
    cost !== undefined && formatCost(cost),
    errors > 0 && plural(errors, 'error'),
    ...more,
  ].filter((part) => typeof part === 'string');
  const { sum, dot, ellipsis } = look.glyphs;
  const lines: string[] = [];
  let line = `${sum} ${title}`;
  for (const [i, part] of parts.entries()) {
    const next = i === 0 ? line + part : `${line} ${dot} ${part}`;
    if (next.length > look.width) lines.push(line);
    line = next.length > look.width ? `  ${part}` : next;
  }
  // The total of all traces stands out.
  const style = title === '' ? 'dim' : undefined;
  return [...lines, line].map((text) => [{ ...fitText(text, look.width, ellipsis), style }]);
}

/** `+12 other spans`; nothing for none. */
export const otherSpans = (count: number): string[] => (count === 0 ? [] : [`+${plural(count, 'other span')}`]);

/** The time of a block, and the beginning of the trace id. */
export const traceNotes = (lengthMs: number, traceId: string, others: number): string[] => [
  formatTime(lengthMs),
  ...otherSpans(others),
  traceId.slice(0, 8),
];
