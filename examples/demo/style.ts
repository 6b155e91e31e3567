/** Colours of the terminal, or none. */

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;

/** A colour or weight. */
export type Style = keyof typeof CODES;

/** Wraps text in a style; without colours it gives the text back. */
export type Paint = (style: Style, text: string) => string;

/** A {@link Paint} with or without colours. */
export function painter(colors: boolean): Paint {
  return (style, text) => (colors && text !== '' ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

/** Whether `stream` should get colours: a terminal does, unless NO_COLOR says otherwise. https://no-color.org */
export function wantsColor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}
