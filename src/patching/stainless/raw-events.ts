/**
 * Rewrites the raw body of an amended request: a Response of server-sent events, whose events `rewrite` changes. The
 * application gets the same response object, and the body is only read as far as the application reads.
 */
import type { Readable } from 'node:stream';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { builtin } from '../../runtime/platform.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { bodyGetter } from './raw-response.ts';

type Rewrite = (event: string) => string;

/** Rewrites the body of `response`, of `fetch` or node-fetch. No change while `isUnchanged()` returns true. */
export function rewriteEvents(response: object, rewrite: Rewrite, isUnchanged: () => boolean): void {
  // node-fetch reads `this.body` inside the readers: then the body must not be rewritten twice.
  let reading = false;
  const isDirect = (): boolean => reading || isUnchanged();
  const rewriteText = (text: string): string => new EventText(rewrite).push(text, true);
  const readDirectly = <T>(run: () => T): T => {
    const outer = reading;
    reading = true;
    try {
      return run();
    } finally {
      reading = outer;
    }
  };
  const bytes = (data: ArrayBuffer | Uint8Array): Uint8Array => new TextEncoder().encode(rewriteText(decode(data)));
  const rewriters: Readonly<Record<string, (body: never) => unknown>> = {
    text: rewriteText,
    arrayBuffer: (body: ArrayBuffer) => bytes(body).buffer,
    bytes,
    buffer: (body: Uint8Array) => Buffer.from(bytes(body)), // node-fetch
    blob: async (body: Blob) => new Blob([bytes(await body.arrayBuffer())], { type: body.type }),
  };
  for (const [name, rewriteBody] of Object.entries(rewriters)) {
    const method = (response as Record<string, unknown>)[name];
    if (typeof method !== 'function') continue;
    defineHidden(response, name, (...args: unknown[]): unknown => {
      const body = readDirectly(() => Reflect.apply(method, response, args) as Promise<never>);
      return isDirect() ? body : body.then(rewriteBody);
    });
  }
  const { clone } = response as { clone?: AnyFunction };
  if (typeof clone === 'function')
    defineHidden(response, 'clone', (...args: unknown[]): unknown => {
      const copy = readDirectly(() => Reflect.apply(clone, response, args) as object);
      if (!isDirect()) rewriteEvents(copy, rewrite, isUnchanged);
      return copy;
    });
  replaceBody(response, rewrite, isDirect);
}

function replaceBody(response: object, rewrite: Rewrite, isDirect: () => boolean): void {
  const get = bodyGetter(response);
  if (get === undefined) return;
  let source: unknown;
  let rewritten: unknown;
  Object.defineProperty(response, 'body', {
    configurable: true,
    enumerable: false,
    get(): unknown {
      const body: unknown = Reflect.apply(get, response, []);
      if (isDirect()) return body;
      // `clone()` gives the response a new body.
      if (source !== body) rewritten = rewrittenBody(body, new EventText(rewrite));
      source = body;
      return rewritten;
    },
  });
}

function rewrittenBody(body: unknown, text: EventText): unknown {
  if (body instanceof ReadableStream) return webStream(body as ReadableStream<Uint8Array>, text);
  if (typeof (body as Partial<Readable> | null)?.pipe === 'function') return nodeStream(body as Readable, text);
  return body;
}

/** Locks the body on the first read and not before, so that the response can still be cloned. */
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
          const complete = text.push(decoder.decode(value, { stream: !done }), done);
          if (complete !== '') controller.enqueue(new TextEncoder().encode(complete));
          if (done) {
            controller.close();
            // A pending read into a buffer of the application has to end as well.
            (controller as ReadableByteStreamController).byobRequest?.respond(0);
          }
          if (done || complete !== '') return;
        }
      },
      cancel: (reason) => (reader === undefined ? body.cancel(reason) : reader.cancel(reason)),
    },
    { highWaterMark: 0 },
  );
}

/** The body of node-fetch, a stream of Node. */
function nodeStream(body: Readable, text: EventText): Readable {
  const streams = builtin('node:stream');
  if (streams === undefined) return body;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const transform = new streams.Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      done(null, text.push(decoder.decode(chunk, { stream: true }), false));
    },
    flush(done) {
      done(null, text.push(decoder.decode(), true));
    },
  });
  streams.pipeline(body, transform, () => {});
  return transform;
}

const decode = (data: ArrayBuffer | Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);

/** The end of an event: an empty line. */
const EVENT_END = /\r\n\r\n|\n\n|\r\r/;

/** Rewrites text that arrives in pieces, event by event. */
class EventText {
  readonly #rewrite: Rewrite;
  /** Text of an incomplete event. */
  #incomplete = '';

  constructor(rewrite: Rewrite) {
    this.#rewrite = rewrite;
  }

  /**
   * Adds `piece`, and returns the events that are complete now. With `isLast`, the text left over counts as complete.
   */
  push(piece: string, isLast: boolean): string {
    this.#incomplete += piece;
    let complete = '';
    for (let match = EVENT_END.exec(this.#incomplete); match !== null; match = EVENT_END.exec(this.#incomplete)) {
      const length = match.index + match[0].length;
      complete += this.#rewrite(this.#incomplete.slice(0, length));
      this.#incomplete = this.#incomplete.slice(length);
    }
    if (!isLast || this.#incomplete === '') return complete;
    complete += this.#rewrite(this.#incomplete);
    this.#incomplete = '';
    return complete;
  }
}
