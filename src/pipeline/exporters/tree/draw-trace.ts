import { drawn, glyphsOf, type Look, type Piece, paintLine } from './cells/look.ts';
import { arrangeSpans } from './rows/arrange-spans.ts';
import { type BlockLook, spanLine, titleLine } from './rows/columns.ts';
import { detailLines } from './rows/lines-below.ts';
import { timeWindow } from './rows/timeline.ts';
import {
  addSummaries,
  EMPTY_SUMMARY,
  otherSpans,
  summarize,
  summaryLines,
  type TraceSummary,
  traceNotes,
} from './rows/trace-summary.ts';
import type { TreeSpan } from './spans/tree-span.ts';

/** How a trace is drawn. */
export interface TreeOptions {
  /** No line takes more cells; 60 to 200. */
  readonly width: number;
  readonly colors: boolean;
  /** For terminals without further characters. */
  readonly ascii: boolean;
  /** Every span has a row, not only LLM spans and the ancestors of LLM spans. */
  readonly all: boolean;
  /** Captured content stands under model calls. */
  readonly content: boolean;
}

/** A drawing and the sums of the drawing. */
interface Block {
  readonly lines: readonly Piece[][];
  readonly summary: TraceSummary;
}

const NARROWEST = 60;
const WIDEST = 200;

const lookOf = ({ width, colors, ascii }: TreeOptions): Look => ({
  width: Math.max(NARROWEST, Math.min(Math.floor(width) || NARROWEST, WIDEST)),
  colors,
  glyphs: glyphsOf(ascii),
});

const paint = (lines: readonly Piece[][], { colors }: Look): string =>
  lines.map((line) => `${paintLine(line, colors)}\n`).join('');

function drawBlock(spans: readonly TreeSpan[], { all, content }: TreeOptions, look: Look): Block | undefined {
  const { rows, others } = arrangeSpans(spans, all);
  const [first] = rows;
  if (first === undefined) return undefined;
  const shown = rows.map(({ span }) => span);
  const block: BlockLook = { ...look, window: timeWindow(shown) };
  const lines = rows.flatMap((row) => [spanLine(row, block), ...detailLines(row, look, content)]);
  const summary = summarize(shown);
  const notes = traceNotes(block.window.lengthMs, first.span.traceId, others);
  if (rows.length > 1) lines.push(...summaryLines('', summary, notes, look));
  else for (const note of otherSpans(others)) lines.push([drawn(`  ${note}`, 'dim')]);
  return { lines, summary };
}

/** Draws trace after trace: titles once, and a total when at least two traces were drawn. */
export class TraceDrawer {
  readonly #options: () => TreeOptions;
  #titledWidth: number | undefined;
  #traces = 0;
  #total = EMPTY_SUMMARY;

  /** @param options asked for each trace, because the width of a terminal changes */
  constructor(options: () => TreeOptions) {
    this.#options = options;
  }

  /** Draws the spans of a trace. Empty for a trace without an LLM span. */
  draw(spans: readonly TreeSpan[]): string {
    const options = this.#options();
    const look = lookOf(options);
    const block = drawBlock(spans, options, look);
    if (block === undefined) return '';
    this.#traces++;
    this.#total = addSummaries(this.#total, block.summary);
    // With the width the columns change.
    const titles = this.#titledWidth === look.width ? [] : [titleLine(look)];
    this.#titledWidth = look.width;
    return paint([...titles, ...block.lines], look);
  }

  /** The total of all traces; empty after less than two. */
  drawTotal(): string {
    if (this.#traces < 2) return '';
    const look = lookOf(this.#options());
    return paint(summaryLines('total: ', this.#total, [`${this.#traces} traces`], look), look);
  }
}
