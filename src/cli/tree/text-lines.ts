/** A line of a text, and the number of the line from 1. */
export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/**
 * The lines of a stream of bytes, without empty lines. Lines end with a line feed alone: a JSON text may hold U+2028, where the
 * lines of `node:readline` end.
 */
export async function* textLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<NumberedLine> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let number = 0;
  const numbered = (text: string): NumberedLine[] => {
    number++;
    const line = text.trim();
    return line === '' ? [] : [{ number, text: line }];
  };
  for await (const chunk of bytes) {
    const [first = '', ...more] = decoder.decode(chunk, { stream: true }).split('\n');
    parts.push(first);
    for (const next of more) {
      yield* numbered(parts.join(''));
      parts = [next];
    }
  }
  yield* numbered(parts.join('') + decoder.decode());
}
