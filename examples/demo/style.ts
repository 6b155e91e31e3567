/** Styles of the lines around the tree. */

const CODES = { bold: 1, dim: 2, red: 31, yellow: 33 } as const;

/** Wraps text in a style; without colours it gives the text back. */
export type Paint = (style: keyof typeof CODES, text: string) => string;

/** A {@link Paint} with or without colours. */
export function painter(colors: boolean): Paint {
  return (style, text) => (colors && text !== '' ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}
