import { escapeControls } from '../../../escape-controls.ts';
import { graphemeWidth, isPlain } from './cell-width.ts';

/** A character in the eyes of a reader, in the form for the terminal. */
export interface Grapheme {
  /** Safe to print. */
  readonly text: string;
  /** Cells. */
  readonly width: number;
  /** Code units of the source. */
  readonly length: number;
}

/** Longer graphemes are no writing: hundreds of marks on a letter. */
const LONGEST = 64;
const REPLACEMENT: Omit<Grapheme, 'length'> = { text: '\ufffd', width: 1 };

let segmenter: Intl.Segmenter | undefined;

/** Code units read for a cell: the segmenter takes milliseconds for long texts, of which a few lines are shown. */
const UNITS_PER_CELL = 8;

/** The beginning of `text` with more than enough code units for `cells`. */
export const headOf = (text: string, cells: number): string => text.slice(0, (cells + 1) * UNITS_PER_CELL + LONGEST);

/** The graphemes of `text`; without the last grapheme of a text that `isCut`. */
export function* graphemesOf(text: string, isCut = false): Generator<Grapheme> {
  let at = 0;
  for (const piece of piecesOf(text)) {
    at += piece.length;
    if (isCut && at === text.length) return;
    if (piece.length > LONGEST) {
      yield { ...REPLACEMENT, length: piece.length };
      continue;
    }
    const safe = escapeControls(piece);
    yield { text: safe, width: graphemeWidth(safe), length: piece.length };
  }
}

function* piecesOf(text: string): Generator<string> {
  // A Node that was built without ICU has no Segmenter.
  if (isPlain(text) || Intl.Segmenter === undefined) {
    yield* text;
    return;
  }
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/** Cells of `text` once unsafe characters are written out. */
export function textWidth(text: string): number {
  if (isPlain(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemesOf(text)) width += grapheme.width;
  return width;
}

/** Number of characters (code points) of `text` from code unit `from` on. */
export function countCharacters(text: string, from = 0): number {
  let count = 0;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const next = text.charCodeAt(i + 1);
    if (code >= 0xd800 && code <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) i++;
    count++;
  }
  return count;
}
