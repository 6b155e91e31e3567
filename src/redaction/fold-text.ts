/**
 * Look-alikes: texts that read like a secret but differ in characters. No-break and other spaces, other hyphens, full-width
 * characters, percent-encoded characters, and characters without width inside of a word.
 */

/** No em dash: the em dash is common in prose and in no number. */
const FOLDABLE = /[\u00a0\u00ad\u2000-\u2013\u202f\u2060\u2212\u3000\ufeff\uff01-\uff5e]|%[2-7][0-9A-Fa-f]/g;
const WITHOUT_WIDTH = /[\u00ad\u200b-\u200f\u2060\ufeff]/;
const SPACE = /[\u00a0\u2000-\u200a\u202f\u3000]/;

/** A text without look-alikes. */
export interface FoldedText {
  readonly text: string;
  /** Where the character at `index` of the folded text begins in the original; at the end, the end of the original. */
  place(index: number): number;
}

/** The folded `text`; `undefined` if the text has no look-alikes. */
export function foldText(text: string): FoldedText | undefined {
  let folded = '';
  let from = 0;
  /** After each look-alike: the place in the folded text, and the place in the original. */
  const foldedPlaces: number[] = [0];
  const places: number[] = [0];
  for (const { 0: found, index } of text.matchAll(FOLDABLE)) {
    folded += text.slice(from, index) + foldCharacter(found);
    from = index + found.length;
    foldedPlaces.push(folded.length);
    places.push(from);
  }
  if (from === 0) return undefined;
  folded += text.slice(from);
  return {
    text: folded,
    place(index) {
      let low = 0;
      let high = foldedPlaces.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((foldedPlaces[middle] as number) <= index) low = middle;
        else high = middle - 1;
      }
      return (places[low] as number) + index - (foldedPlaces[low] as number);
    },
  };
}

function foldCharacter(found: string): string {
  if (found.length > 1) return String.fromCharCode(Number.parseInt(found.slice(1), 16));
  if (WITHOUT_WIDTH.test(found)) return '';
  if (SPACE.test(found)) return ' ';
  const code = found.charCodeAt(0);
  return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : '-';
}
