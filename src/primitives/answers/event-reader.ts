/**
 * Reads server-sent events from bytes: the data of each event, as soon as the event is whole.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class EventReader {
  readonly #onData: (data: string) => void;
  readonly #maxLength: number;
  readonly #decoder = new TextDecoder();
  #line = '';
  #data: string[] = [];

  /** A line longer than `maxLength` is dropped: an entry would be too large anyway. */
  constructor(maxLength: number, onData: (data: string) => void) {
    this.#maxLength = maxLength;
    this.#onData = onData;
  }

  read(bytes: Uint8Array): void {
    const text = this.#line + this.#decoder.decode(bytes, { stream: true });
    let start = 0;
    for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r(?!$)/g)) {
      this.#readLine(text.slice(start, index));
      start = index + end.length;
    }
    this.#line = text.length - start > this.#maxLength ? '' : text.slice(start);
  }

  #readLine(line: string): void {
    if (line === '') {
      if (this.#data.length > 0) this.#onData(this.#data.join('\n'));
      this.#data = [];
    } else if (line.startsWith('data:')) this.#data.push(line.slice(line[5] === ' ' ? 6 : 5));
  }
}

/** Data after the last event of OpenAI's chat completions, and of servers of that format. */
const DONE = '[DONE]';

/** The JSON of the data of an event; `undefined` for other data, and {@link DONE} for the end. */
export function eventValue(data: string): unknown {
  if (data.trim() === DONE) return DONE;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** Is `value` the end mark of {@link eventValue}? */
export const isDone = (value: unknown): boolean => value === DONE;
