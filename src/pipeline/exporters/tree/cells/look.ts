import type { Fitted } from './fit-text.ts';

/** Drawings of the tree; every string is as many cells as characters. */
export interface Glyphs {
  readonly ok: string;
  readonly failed: string;
  /** Three cells each. */
  readonly branch: string;
  readonly last: string;
  readonly pass: string;
  readonly gap: string;
  /** Stands beside content, and beside lines under a span with children. */
  readonly bar: string;
  readonly ellipsis: string;
  readonly waiting: string;
  readonly receiving: string;
  readonly sum: string;
  readonly dot: string;
}

const UNICODE: Glyphs = {
  ok: '●',
  failed: '✗',
  branch: '├─ ',
  last: '└─ ',
  pass: '│  ',
  gap: '   ',
  bar: '│',
  ellipsis: '…',
  waiting: '░',
  receiving: '█',
  sum: 'Σ',
  dot: '·',
};

const ASCII: Glyphs = {
  ok: '*',
  failed: 'x',
  branch: '|- ',
  last: '`- ',
  pass: '|  ',
  gap: '   ',
  bar: '|',
  ellipsis: '...',
  waiting: '.',
  receiving: '#',
  sum: '=',
  dot: '|',
};

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;

/** A colour or weight. */
export type Style = keyof typeof CODES;

/** A text in a single style. */
export interface Piece extends Fitted {
  readonly style?: Style | undefined;
}

/** How everything is drawn. */
export interface Look {
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly colors: boolean;
}

/** The drawings of a terminal with Unicode, or with ASCII alone. */
export const glyphsOf = (ascii: boolean): Glyphs => (ascii ? ASCII : UNICODE);

/** A piece made of drawings, each character a cell. */
export const drawn = (text: string, style?: Style): Piece => ({ text, width: text.length, style });

/** Cells of all pieces. */
export const piecesWidth = (pieces: readonly Piece[]): number => pieces.reduce((sum, { width }) => sum + width, 0);

/** One line of pieces, without spaces at the end. */
export function paintLine(pieces: readonly Piece[], colors: boolean): string {
  const end = pieces.findLastIndex(({ text }) => text.trim() !== '') + 1;
  return pieces
    .slice(0, end)
    .map(({ text, style }, i) => {
      const shown = i === end - 1 ? text.trimEnd() : text;
      return colors && style !== undefined && shown !== '' ? `\u001b[${CODES[style]}m${shown}\u001b[0m` : shown;
    })
    .join('');
}
