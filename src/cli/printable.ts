// Control characters, marks and overrides of direction, separators of lines and halves of characters: a terminal acts on
// them, or shows a text in another order than the text has.
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A line without characters that a terminal acts on: `\n`, `\x1b` and `\u202e` in their places. */
export function printable(line: string): string {
  return line.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    const hex = code.toString(16);
    return SHORT[character] ?? (code < 256 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`);
  });
}
