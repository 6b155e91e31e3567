import { graphemeWidth, isPlain } from './cell-width.ts';
import { escapeControls } from './escape-controls.ts';

/** What a person takes for one character, as the terminal gets the character. */
export interface Grapheme {
  /** Safe to print. */
  readonly text: string;
  /** Cells. */
  readonly width: number;
  /** Code units of the source. */
  readonly length: number;
}

/** Longer ones are no writing: hundreds of marks on one letter. */
const LONGEST = 64;
const REPLACEMENT: Omit<Grapheme, 'length'> = { text: '\ufffd', width: 1 };

let segmenter: Intl.Segmenter | undefined;

/** The graphemes of `text`, read as far as the caller asks. */
export function* graphemesOf(text: string): Generator<Grapheme> {
  for (const piece of piecesOf(text)) {
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
