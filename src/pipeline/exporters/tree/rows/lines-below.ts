import { fitText, wrapText } from '../cells/fit-text.ts';
import { textWidth } from '../cells/graphemes.ts';
import { drawn, type Look, type Piece, piecesWidth, type Style } from '../cells/look.ts';
import { errorOf, isModelCall } from '../spans/span-facts.ts';
import type { Row } from './arrange-spans.ts';
import { spanColumnWidth } from './columns.ts';
import { type ContentEntry, contentEntries } from './content-entries.ts';
import { formatCount } from './formats.ts';
import { linesBelow } from './tree-lines.ts';

const ERROR_LINES = 2;
const CONTENT_LINES = 3;
const LABEL_CELLS = 5;

/** Lines under the line of a span: the error, and the content of a model call. */
export function detailLines(row: Row, look: Look, content: boolean): Piece[][] {
  const before = linesBelow(row, spanColumnWidth(look.width), look.glyphs);
  const lines = errorLines(row, look, piecesWidth(before));
  if (content && isModelCall(row.span))
    for (const entry of contentEntries(row.span)) lines.push(...contentLines(entry, look, piecesWidth(before)));
  return lines.map((line) => [...before, ...line]);
}

function errorLines({ span }: Row, { width, glyphs }: Look, used: number): Piece[][] {
  const text = errorOf(span);
  if (text === undefined) return [];
  const room = width - used - 2;
  const { lines, rest } = wrapText(text, room, ERROR_LINES);
  return lines.map((line, i) => {
    const isCut = rest > 0 && i === lines.length - 1;
    const shown = isCut ? withEllipsis(line.text, room, glyphs.ellipsis) : line;
    return [drawn(i === 0 ? '! ' : '  ', 'red'), { ...shown, style: 'red' }];
  });
}

const withEllipsis = (text: string, room: number, ellipsis: string) =>
  textWidth(text) + ellipsis.length <= room
    ? { text: text + ellipsis, width: textWidth(text) + ellipsis.length }
    : fitText(`${text}${' '.repeat(room)}`, room, ellipsis);

const STYLES: Readonly<Record<string, Style>> = { think: 'dim', tool: 'dim', call: 'cyan' };

function contentLines({ label, text }: ContentEntry, { width, glyphs }: Look, used: number): Piece[][] {
  const room = width - used - LABEL_CELLS - 2;
  const { lines, rest } = wrapText(text, room, CONTENT_LINES);
  const shown = fitText(label, LABEL_CELLS, '');
  const name = shown.text + ' '.repeat(LABEL_CELLS - shown.width);
  const blank = ' '.repeat(LABEL_CELLS);
  const style = STYLES[label];
  const all: Piece[] = lines.map((line) => ({ ...line, style }));
  if (rest > 0) all.push(drawn(`${glyphs.ellipsis} +${formatCount(rest)} character${rest === 1 ? '' : 's'}`, 'dim'));
  return all.map((line, i) => [drawn(`${i === 0 ? name : blank}${glyphs.bar} `, 'dim'), line]);
}
