/** Ranges of East Asian Wide and Fullwidth characters, without emoji. https://www.unicode.org/reports/tr11/ */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

const EMOJI = /\p{Emoji_Presentation}/u;
const PICTOGRAPH = /\p{Extended_Pictographic}/u;
/** Marks drawn over the character before, and characters without width. */
const ZERO = /[\p{Mn}\p{Me}\u1160-\u11ff\u200b-\u200d\u2060-\u2064\ud7b0-\ud7ff\ufeff\u{e0000}-\u{e0fff}]/u;
const PLAIN = /^[\x20-\x7e]*$/;
const VARIANT_EMOJI = '\ufe0f';

/** True if every character of `text` is a single cell. */
export const isPlain = (text: string): boolean => PLAIN.test(text);

/**
 * Cells of a grapheme. The widths of all characters are added, because many terminals draw the members of a joined emoji
 * side by side: a line may end early, and never late.
 */
export function graphemeWidth(grapheme: string): number {
  if (isPlain(grapheme)) return grapheme.length;
  let width = 0;
  for (const char of grapheme) width += charWidth(char, char.codePointAt(0) ?? 0);
  return width === 1 && grapheme.includes(VARIANT_EMOJI) ? 2 : width;
}

function charWidth(char: string, code: number): number {
  if (code < 0x300) return 1;
  if (ZERO.test(char)) return 0;
  return isWide(char, code) ? 2 : 1;
}

function isWide(char: string, code: number): boolean {
  // A flag is a pair of regional indicators of a cell each.
  if (code >= 0x1f1e6 && code <= 0x1f1ff) return false;
  if (EMOJI.test(char) || (code >= 0x1f000 && PICTOGRAPH.test(char))) return true;
  return WIDE.some(([first, last]) => code >= first && code <= last);
}
