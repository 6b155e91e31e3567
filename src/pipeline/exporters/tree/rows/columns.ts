import {
  RESPONSE_TIME_TO_FIRST_CHUNK,
  STREAM_CHUNKS,
  USAGE_CACHE_READ_INPUT_TOKENS,
  USAGE_COST,
  USAGE_INPUT_TOKENS,
  USAGE_OUTPUT_TOKENS,
  USAGE_REASONING_OUTPUT_TOKENS,
} from '../../../../facts/semconv.ts';
import { fitText } from '../cells/fit-text.ts';
import { drawn, type Look, type Piece, piecesWidth, type Style } from '../cells/look.ts';
import { endOf, numberOfSpan, operationOf, type SpanEnd } from '../spans/span-facts.ts';
import type { TreeSpan } from '../spans/tree-span.ts';
import type { Row } from './arrange-spans.ts';
import { narrowCost, narrowCount, narrowTime } from './formats.ts';
import { type TimeWindow, timelineBar } from './timeline.ts';
import { treeLines } from './tree-lines.ts';

/** The look and the time shared by the cells of a block. */
export interface BlockLook extends Look {
  readonly window: TimeWindow;
}

interface Column {
  readonly title: string;
  readonly width: number;
  /** Narrowest line with the column. */
  readonly from: number;
  readonly align: 'left' | 'right';
  cell(span: TreeSpan, width: number, look: BlockLook): readonly Piece[];
}

const GAP = 2;

type Narrow = (value: number, room: number) => string;

/** A number; 0 in the style `zero`. */
const number =
  (key: string, narrow: Narrow, scale = 1, zero?: Style): Column['cell'] =>
  (span, width) => {
    const value = numberOfSpan(span, key);
    return value === undefined ? [] : [drawn(narrow(value * scale, width), value === 0 ? zero : undefined)];
  };

const count = (key: string): Column['cell'] => number(key, narrowCount);
const part = (key: string): Column['cell'] => number(key, narrowCount, 1, 'dim');

const MOODS: Readonly<Record<SpanEnd['mood'], Style>> = { error: 'red', attention: 'yellow', fine: 'dim' };

/** The columns behind the span, from left to right. */
const COLUMNS: readonly Column[] = [
  {
    title: 'timeline',
    width: 16,
    from: 132,
    align: 'left',
    cell: (span, width, { window, glyphs }) => timelineBar(span, window, width, glyphs),
  },
  {
    title: 'time',
    width: 8,
    from: 0,
    align: 'right',
    cell: ({ durationMs }, width) => [drawn(narrowTime(durationMs, width))],
  },
  { title: 'first', width: 8, from: 92, align: 'right', cell: number(RESPONSE_TIME_TO_FIRST_CHUNK, narrowTime, 1000) },
  { title: 'chunks', width: 7, from: 152, align: 'right', cell: count(STREAM_CHUNKS) },
  { title: 'in', width: 7, from: 80, align: 'right', cell: count(USAGE_INPUT_TOKENS) },
  { title: 'cached', width: 7, from: 112, align: 'right', cell: part(USAGE_CACHE_READ_INPUT_TOKENS) },
  { title: 'out', width: 7, from: 80, align: 'right', cell: count(USAGE_OUTPUT_TOKENS) },
  { title: 'thought', width: 7, from: 112, align: 'right', cell: part(USAGE_REASONING_OUTPUT_TOKENS) },
  { title: 'cost', width: 10, from: 0, align: 'right', cell: number(USAGE_COST, narrowCost) },
  { title: 'end', width: 12, from: 0, align: 'left', cell: endCell },
];

function endCell(span: TreeSpan, width: number, { glyphs }: BlockLook): readonly Piece[] {
  const end = endOf(span);
  return end === undefined ? [] : [{ ...fitText(end.text, width, glyphs.ellipsis), style: MOODS[end.mood] }];
}

const columnsOf = (width: number): readonly Column[] => COLUMNS.filter(({ from }) => width >= from);

/** Cells of the first column: the rest of the line. */
export function spanColumnWidth(width: number): number {
  return columnsOf(width).reduce((left, column) => left - GAP - column.width, width);
}

/** The names of all columns. */
export function titleLine({ width }: Look): Piece[] {
  const first = drawn('span', 'dim');
  return lineOf(first.width, [first], width, ({ title }) => [drawn(title, 'dim')]);
}

/** The line of a span. */
export function spanLine(row: Row, look: BlockLook): Piece[] {
  const name = nameCell(row, spanColumnWidth(look.width), look);
  return lineOf(piecesWidth(name), name, look.width, (column) => column.cell(row.span, column.width, look));
}

function lineOf(
  used: number,
  first: readonly Piece[],
  width: number,
  cellOf: (column: Column) => readonly Piece[],
): Piece[] {
  const line = [...first, drawn(' '.repeat(spanColumnWidth(width) - used))];
  for (const column of columnsOf(width)) {
    const cell = cellOf(column);
    const space = ' '.repeat(Math.max(0, column.width - piecesWidth(cell)));
    line.push(drawn(' '.repeat(GAP)));
    if (column.align === 'left') line.push(...cell, drawn(space));
    else line.push(drawn(space), ...cell);
  }
  return line;
}

function nameCell({ span, levels }: Row, width: number, { glyphs }: Look): Piece[] {
  const lines = treeLines(levels, width, glyphs);
  const mark = span.failed ? drawn(`${glyphs.failed} `, 'red') : drawn(`${glyphs.ok} `, 'green');
  const room = width - lines.width - mark.width;
  const operation = operationOf(span) ?? '';
  const name = fitText(span.name, room, glyphs.ellipsis);
  if (!`${name.text} `.startsWith(`${operation} `)) return [lines, mark, name];
  const rest = { text: name.text.slice(operation.length), width: name.width - operation.length };
  return [lines, mark, drawn(operation, 'bold'), rest];
}
