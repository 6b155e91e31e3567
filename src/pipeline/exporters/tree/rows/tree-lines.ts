import { drawn, type Glyphs, type Piece } from '../cells/look.ts';
import type { Levels, Row } from './arrange-spans.ts';

/** Cells of a level. */
const LEVEL = 3;
/** Cells of a name in the deepest tree, mark included, unless half of the column is more. */
const NAME_CELLS = 14;

const LINES: Readonly<Record<string, 'pass' | 'gap' | 'branch' | 'last'>> = {
  p: 'pass',
  g: 'gap',
  b: 'branch',
  l: 'last',
};

/** The lines in front of a span, in dim; where the tree is too deep for the column, the lines are cut on the left. */
export function treeLines(levels: Levels, column: number, glyphs: Glyphs): Piece {
  const most = Math.max(1, Math.floor((column - Math.max(NAME_CELLS, column / 2)) / LEVEL));
  const parts = [...levels.slice(-most)].map((level) => glyphs[LINES[level] ?? 'gap']);
  if (levels.length > most && parts.length > 1) parts[0] = glyphs.ellipsis.padEnd(LEVEL);
  return drawn(parts.join(''), 'dim');
}

/** The lines in front of errors and content under a span. */
export function linesBelow(row: Row, column: number, glyphs: Glyphs): Piece[] {
  const lines = treeLines(row.below, column, glyphs);
  return row.hasChildren ? [lines, drawn(`${glyphs.bar} `, 'dim')] : [lines];
}
