/** Draws LLM spans as a table with a tree in its first column, a timeline, and the numbers people ask for. */
import type { ReceivedSpan } from '../../test/support/otlp-receiver.ts';
import type { Paint, Style } from './style.ts';

const BAR_WIDTH = 16;
const NAME_WIDTH = 34;

/** A span at its place in the tree; `indent` holds the lines in front of its name. */
interface Row {
  readonly span: ReceivedSpan;
  readonly indent: string;
}

/** The stretch of time all bars share, in nanoseconds. */
interface Window {
  readonly start: bigint;
  readonly length: bigint;
}

interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Parts of a cell in their styles. */
  readonly cell: (row: Row, window: Window) => readonly (readonly [Style | undefined, string])[];
  /** Not shown when the terminal is narrower than this. */
  readonly from?: number;
  /** Shown even when every cell is empty. */
  readonly always?: boolean;
}

const attribute = (key: string) => (row: Row) => {
  const value = row.span.attributes[key];
  return typeof value === 'number' ? ([[undefined, count(value)]] as const) : [];
};
/** As {@link attribute}, but 0 is not worth a look. */
const unlessZero = (key: string) => (row: Row) => (row.span.attributes[key] === 0 ? [] : attribute(key)(row));

const COLUMNS: readonly Column[] = [
  { title: 'span', align: 'left', cell: name, always: true },
  { title: 'timeline', align: 'left', cell: bar, from: 126, always: true },
  { title: 'time', align: 'right', cell: ({ span }) => [[undefined, time(duration(span))]], always: true },
  { title: 'first', align: 'right', cell: firstChunk },
  { title: 'chunks', align: 'right', cell: attribute('llm_otel.stream.chunks') },
  { title: 'in', align: 'right', cell: attribute('gen_ai.usage.input_tokens') },
  { title: 'cached', align: 'right', cell: unlessZero('gen_ai.usage.cache_read.input_tokens'), from: 96 },
  { title: 'out', align: 'right', cell: attribute('gen_ai.usage.output_tokens') },
  { title: 'thought', align: 'right', cell: unlessZero('gen_ai.usage.reasoning.output_tokens'), from: 96 },
  { title: 'cost', align: 'right', cell: cost, from: 138 },
  { title: 'finish', align: 'left', cell: finish, always: true },
];

/** Every span a line, under a line of titles; `width` is the terminal's. */
export function drawSpans(spans: readonly ReceivedSpan[], paint: Paint, width: number): string {
  const rows = arrange(spans);
  const ends = spans.map((span) => span.endTime);
  const start = spans.map((span) => span.startTime).reduce(least, spans[0]?.startTime ?? 0n);
  const window = { start, length: ends.reduce((a, b) => (a > b ? a : b), start) - start || 1n };
  const columns = COLUMNS.filter((column) => (column.from ?? 0) <= width)
    .map((column) => ({ ...column, cells: rows.map((row) => column.cell(row, window)) }))
    .filter((column) => column.always || column.cells.some((cell) => cell.length > 0))
    .map((column) => ({
      ...column,
      width: Math.max(column.title.length, ...column.cells.map((cell) => visible(cell))),
    }));
  const line = (parts: readonly string[]): string => `  ${parts.join('  ')}`.trimEnd();
  const fill = (column: (typeof columns)[number], used: number, text: string): string => {
    const space = ' '.repeat(column.width - used);
    return column.align === 'left' ? text + space : space + text;
  };
  return [
    line(columns.map((column) => fill(column, column.title.length, paint('dim', column.title)))),
    ...rows.map((_, i) =>
      line(
        columns.map((column) => {
          const cell = column.cells[i] ?? [];
          const text = cell.map(([style, part]) => (style === undefined ? part : paint(style, part))).join('');
          return fill(column, visible(cell), text);
        }),
      ),
    ),
  ].join('\n');
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

function visible(cell: ReturnType<Column['cell']>): number {
  return cell.reduce((sum, [, text]) => sum + text.length, 0);
}

/** Depth-first, by start; a span whose parent was not received stands at the root. */
function arrange(spans: readonly ReceivedSpan[]): Row[] {
  const known = new Set(spans.map((span) => span.spanId));
  const children = new Map<string, ReceivedSpan[]>();
  for (const span of [...spans].sort((a, b) => Number(a.startTime - b.startTime))) {
    const parent = span.parentSpanId !== undefined && known.has(span.parentSpanId) ? span.parentSpanId : '';
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const place = (parent: string, lines: string): Row[] =>
    (children.get(parent) ?? []).flatMap((span, i, all) => {
      const last = i === all.length - 1;
      const indent = parent === '' ? '' : `${lines}${last ? '└─ ' : '├─ '}`;
      const below = parent === '' ? '' : `${lines}${last ? '   ' : '│  '}`;
      return [{ span, indent }, ...place(span.spanId, below)];
    });
  return place('', '');
}

function name({ span, indent }: Row): ReturnType<Column['cell']> {
  const [operation = '', ...rest] = span.name.split(' ');
  const target = rest.join(' ');
  const room = NAME_WIDTH - indent.length - operation.length - 1;
  const short = target.length > room ? `${target.slice(0, room - 1)}…` : target;
  const mark: readonly [Style, string] = failed(span) ? ['red', '✗ '] : ['green', '● '];
  return [mark, ['dim', indent], ['bold', operation], ['cyan', short === '' ? '' : ` ${short}`]];
}

/** Waiting for the first chunk is drawn light, receiving solid. */
function bar({ span }: Row, window: Window): ReturnType<Column['cell']> {
  const scale = (nanoseconds: bigint): number => Math.floor((Number(nanoseconds) / Number(window.length)) * BAR_WIDTH);
  const from = Math.min(scale(span.startTime - window.start), BAR_WIDTH - 1);
  const to = Math.max(from + 1, Math.min(scale(span.endTime - window.start), BAR_WIDTH));
  const first = span.attributes['gen_ai.response.time_to_first_chunk'];
  const waited = typeof first === 'number' ? Math.min(scale(BigInt(Math.round(first * 1e9))), to - from - 1) : 0;
  const color: Style = failed(span) ? 'red' : span.kind === 2 ? 'blue' : 'magenta';
  return [
    [undefined, ' '.repeat(from)],
    [color, '░'.repeat(waited)],
    [color, '█'.repeat(to - from - waited)],
    [undefined, ' '.repeat(BAR_WIDTH - to)],
  ];
}

function firstChunk({ span }: Row): ReturnType<Column['cell']> {
  const seconds = span.attributes['gen_ai.response.time_to_first_chunk'];
  return typeof seconds === 'number' ? [[undefined, time(seconds * 1000)]] : [];
}

function cost({ span }: Row): ReturnType<Column['cell']> {
  const usd = span.attributes['gen_ai.usage.cost'];
  return typeof usd === 'number' ? [[undefined, dollars(usd)]] : [];
}

function finish({ span }: Row): ReturnType<Column['cell']> {
  if (failed(span)) return [['red', String(span.attributes['error.type'] ?? span.status.message ?? 'error')]];
  const outcome = span.attributes['llm_otel.stream.outcome'];
  if (outcome === 'cancelled' || outcome === 'abandoned') return [['yellow', outcome]];
  const reasons = span.attributes['gen_ai.response.finish_reasons'];
  if (!Array.isArray(reasons) || reasons.length === 0) return [];
  const text = reasons.join(', ');
  return [[text === 'stop' || text === 'tool_calls' ? 'dim' : 'yellow', text]];
}

/** Whether the span's status is ERROR. */
export function failed(span: ReceivedSpan): boolean {
  return span.status.code === 2;
}

function duration(span: ReceivedSpan): number {
  return Number(span.endTime - span.startTime) / 1e6;
}

function time(ms: number): string {
  return ms >= 10_000
    ? `${(ms / 1000).toFixed(1)} s`
    : ms >= 1000
      ? `${(ms / 1000).toFixed(2)} s`
      : `${Math.round(ms)} ms`;
}

/** An amount in USD; a call may cost a few millionths. */
export function dollars(usd: number): string {
  return usd > 0 && usd < 1e-6 ? '<$0.000001' : `$${usd.toFixed(6)}`;
}

/** A count with separators for thousands. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
