import { isPlain } from './cell-width.ts';
import { countCharacters, type Grapheme, graphemesOf, headOf } from './graphemes.ts';

/** Text without unsafe characters, and the cells of the text. */
export interface Fitted {
  readonly text: string;
  readonly width: number;
}

/** `text` in at most `room` cells; a longer text ends with `ellipsis`. */
export function fitText(text: string, room: number, ellipsis: string): Fitted {
  if (room <= 0) return { text: '', width: 0 };
  if (isPlain(text)) return fitPlain(text, room, ellipsis);
  const mark = ellipsis.slice(0, room);
  let kept = '';
  let keptWidth = 0;
  let whole = '';
  let width = 0;
  const head = headOf(text, room);
  const isCut = head.length < text.length;
  for (const grapheme of graphemesOf(head, isCut)) {
    if (width + grapheme.width > room) return { text: kept + mark, width: keptWidth + mark.length };
    whole += grapheme.text;
    width += grapheme.width;
    if (width <= room - mark.length) [kept, keptWidth] = [whole, width];
  }
  return isCut ? { text: kept + mark, width: keptWidth + mark.length } : { text: whole, width };
}

function fitPlain(text: string, room: number, ellipsis: string): Fitted {
  if (text.length <= room) return { text, width: text.length };
  const mark = ellipsis.slice(0, room);
  return { text: text.slice(0, room - mark.length) + mark, width: room };
}

/** Lines of a text, and how many characters found no room. */
export interface Wrapped {
  readonly lines: readonly Fitted[];
  readonly rest: number;
}

/** A line with room left. */
interface OpenLine {
  readonly graphemes: Grapheme[];
  width: number;
}

/** `text` in at most `most` lines of `room` cells, broken at spaces where a line has spaces. */
export function wrapText(text: string, room: number, most: number): Wrapped {
  const lines: Fitted[] = [];
  let line: OpenLine = { graphemes: [], width: 0 };
  let taken = 0;
  const head = headOf(text, room * most);
  for (const grapheme of graphemesOf(head, head.length < text.length)) {
    if (line.width + grapheme.width > room && line.graphemes.length > 0) {
      const next = breakLine(line, grapheme);
      lines.push(fitted(line));
      if (lines.length === most) {
        const moved = next.graphemes.reduce((sum, { length }) => sum + length, 0);
        return { lines, rest: countCharacters(text, taken - moved) };
      }
      line = next;
    }
    taken += grapheme.length;
    if (grapheme.text === ' ' && line.graphemes.length === 0 && lines.length > 0) continue;
    // An escape may be wider than the room.
    const piece = grapheme.width > room ? { ...grapheme, ...fitText(grapheme.text, room, '') } : grapheme;
    line.graphemes.push(piece);
    line.width += piece.width;
  }
  if (line.graphemes.length > 0) lines.push(fitted(line));
  return { lines, rest: countCharacters(text, taken) };
}

/** Takes the begun word off a full line; returns the next line, begun with the word. */
function breakLine(line: OpenLine, next: Grapheme): OpenLine {
  const at = next.text === ' ' ? -1 : line.graphemes.findLastIndex(({ text }) => text === ' ');
  // A word that takes more than half of the line is broken.
  const word = at >= line.graphemes.length / 2 ? line.graphemes.splice(at + 1) : [];
  return { graphemes: word, width: word.reduce((sum, { width }) => sum + width, 0) };
}

function fitted({ graphemes }: OpenLine): Fitted {
  const end = graphemes.findLastIndex(({ text }) => text !== ' ') + 1;
  const shown = graphemes.slice(0, end);
  return { text: shown.map(({ text }) => text).join(''), width: shown.reduce((sum, { width }) => sum + width, 0) };
}
