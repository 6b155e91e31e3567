/**
 * The raw body of an amended call: a Response of server-sent events that shows each event as `rewrite` leaves it. The
 * response stays the object it was, and nothing is read that the application does not read.
 */
import type { Readable } from 'node:stream';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { builtin } from '../../runtime/platform.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { bodyGetter } from './raw-response.ts';

type Rewrite = (event: string) => string;

/** Rewrites what `response` of `fetch` or node-fetch gives, except while `asIs()`. */
export function rewriteEvents(response: object, rewrite: Rewrite, asIs: () => boolean): void {
  // node-fetch reads `this.body` inside its readers.
  let reading = false;
  const direct = (): boolean => reading || asIs();
  const all = (text: string): string => new EventText(rewrite).feed(text, true);
  const read = <T>(run: () => T): T => {
    const outer = reading;
    reading = true;
    try {
      return run();
    } finally {
      reading = outer;
    }
  };
  const bytes = (data: ArrayBuffer | Uint8Array): Uint8Array => new TextEncoder().encode(all(decoded(data)));
  const answers: Readonly<Record<string, (given: never) => unknown>> = {
    text: all,
    arrayBuffer: (given: ArrayBuffer) => bytes(given).buffer,
    bytes,
    buffer: (given: Uint8Array) => Buffer.from(bytes(given)), // node-fetch
    blob: async (given: Blob) => new Blob([bytes(await given.arrayBuffer())], { type: given.type }),
  };
  for (const [name, change] of Object.entries(answers)) {
    const method = (response as Record<string, unknown>)[name];
    if (typeof method !== 'function') continue;
    defineHidden(response, name, (...args: unknown[]): unknown => {
      const given = read(() => Reflect.apply(method, response, args) as Promise<never>);
      return direct() ? given : given.then(change);
    });
  }
  const { clone } = response as { clone?: AnyFunction };
  if (typeof clone === 'function')
    defineHidden(response, 'clone', (...args: unknown[]): unknown => {
      const copy = read(() => Reflect.apply(clone, response, args) as object);
      if (!direct()) rewriteEvents(copy, rewrite, asIs);
      return copy;
    });
  rewriteBody(response, rewrite, direct);
}

function rewriteBody(response: object, rewrite: Rewrite, asIs: () => boolean): void {
  const get = bodyGetter(response);
  if (get === undefined) return;
  let source: unknown;
  let shown: unknown;
  Object.defineProperty(response, 'body', {
    configurable: true,
    enumerable: false,
    get(): unknown {
      const body: unknown = Reflect.apply(get, response, []);
      if (asIs()) return body;
      // Cloning gives the response another one.
      if (source !== body) shown = rewritten(body, new EventText(rewrite));
      source = body;
      return shown;
    },
  });
}

function rewritten(body: unknown, text: EventText): unknown {
  if (body instanceof ReadableStream) return webStream(body as ReadableStream<Uint8Array>, text);
  if (typeof (body as Partial<Readable> | null)?.pipe === 'function') return nodeStream(body as Readable, text);
  return body;
}

/** Locks the body when it is read and not before, so that the response can still be cloned. */
function webStream(body: ReadableStream<Uint8Array>, text: EventText): ReadableStream {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return new ReadableStream(
    {
      type: 'bytes',
      async pull(controller) {
        reader ??= body.getReader();
        for (;;) {
          const { value, done } = await reader.read();
          const rest = text.feed(decoder.decode(value, { stream: !done }), done);
          if (rest !== '') controller.enqueue(new TextEncoder().encode(rest));
          if (done) {
            controller.close();
            // A read into a buffer of the application's is answered too.
            (controller as ReadableByteStreamController).byobRequest?.respond(0);
          }
          if (done || rest !== '') return;
        }
      },
      cancel: (reason) => (reader === undefined ? body.cancel(reason) : reader.cancel(reason)),
    },
    { highWaterMark: 0 },
  );
}

/** What node-fetch gives; it needs Node. */
function nodeStream(body: Readable, text: EventText): Readable {
  const streams = builtin('node:stream');
  if (streams === undefined) return body;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const shown = new streams.Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      done(null, text.feed(decoder.decode(chunk, { stream: true }), false));
    },
    flush(done) {
      done(null, text.feed(decoder.decode(), true));
    },
  });
  streams.pipeline(body, shown, () => {});
  return shown;
}

const decoded = (data: ArrayBuffer | Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);

/** The end of an event: an empty line. */
const END = /\r\n\r\n|\n\n|\r\r/;

/** Text that comes in pieces, rewritten event by event. */
class EventText {
  readonly #rewrite: Rewrite;
  #rest = '';

  constructor(rewrite: Rewrite) {
    this.#rewrite = rewrite;
  }

  /** Takes `piece` in and gives what is complete; at the `end` all of it. */
  feed(piece: string, end: boolean): string {
    this.#rest += piece;
    let out = '';
    for (let match = END.exec(this.#rest); match !== null; match = END.exec(this.#rest)) {
      const length = match.index + match[0].length;
      out += this.#rewrite(this.#rest.slice(0, length));
      this.#rest = this.#rest.slice(length);
    }
    if (!end || this.#rest === '') return out;
    out += this.#rewrite(this.#rest);
    this.#rest = '';
    return out;
  }
}
