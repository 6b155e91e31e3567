import type { AnyFunction } from '../../runtime/any-function.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { keepAlive } from '../streams/abandonment.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { isThenable } from '../wrapping/follow-result.ts';

/**
 * Observes a `fetch` Response that the application took instead of a parsed answer. The response stays the object it
 * was; own methods on it tell when its body has been read.
 */

const READERS = ['json', 'text', 'arrayBuffer', 'blob', 'bytes', 'formData'] as const;

type Response = { readonly body?: unknown } & Partial<Record<(typeof READERS)[number] | 'clone', AnyFunction>>;

/** Is this a Response of `fetch` or node-fetch? */
export function isResponse(value: unknown): value is Response {
  const response = value as Response | null | undefined;
  return (
    typeof response === 'object' && typeof response?.json === 'function' && typeof response.arrayBuffer === 'function'
  );
}

/** How a call whose response is raw ends. */
export interface RawEnd {
  /** The SDK parses this response after all: not ours to observe. */
  parsing(): boolean;
  /** The body was read; `body` if it was JSON. */
  read(body?: unknown): void;
  failed(error: unknown): void;
}

/** The end of a call whose raw response is the normal answer (speech, file content). */
export function endByReading(operation: Operation): RawEnd {
  return {
    parsing: () => false,
    read: () => operation.end(undefined),
    failed: (error) => operation.fail(error),
  };
}

/**
 * Ends the call when the body of `response` is read, fails, or is taken. `token` is held by the response's own methods
 * and by every read in flight.
 */
export function observeResponse(response: Response, end: RawEnd, token: object): void {
  // node-fetch reads `this.body` inside json() and the others: that is no taking of the body.
  let reading = false;
  for (const name of READERS) {
    const method = response[name];
    if (typeof method !== 'function') continue;
    defineHidden(response, name, (...args: unknown[]): unknown => {
      const outer = reading;
      reading = true;
      try {
        const result: unknown = Reflect.apply(method, response, args);
        if (outer || end.parsing() || !isThenable(result)) return result;
        return result.then(
          (body) => {
            end.read(name === 'json' ? body : undefined);
            return keepAlive(token, body);
          },
          (error: unknown) => {
            end.failed(error);
            throw error;
          },
        );
      } finally {
        reading = outer;
      }
    });
  }
  const { clone } = response;
  if (typeof clone === 'function')
    defineHidden(response, 'clone', (...args: unknown[]): unknown => {
      const outer = reading;
      reading = true;
      try {
        const copy: unknown = Reflect.apply(clone, response, args);
        if (!end.parsing() && isResponse(copy)) observeResponse(copy, end, token);
        return copy;
      } finally {
        reading = outer;
      }
    });
  observeBody(response, end, () => reading);
}

function observeBody(response: Response, end: RawEnd, reading: () => boolean): void {
  const get = bodyGetter(response);
  if (get === undefined) return;
  Object.defineProperty(response, 'body', {
    configurable: true,
    enumerable: false,
    get(): unknown {
      if (!reading() && !end.parsing()) end.read();
      return Reflect.apply(get, response, []);
    },
  });
}

/** The getter of the body, wherever in the prototype chain it is. */
export function bodyGetter(response: object): (() => unknown) | undefined {
  for (let o: object | null = response; o !== null; o = Object.getPrototypeOf(o)) {
    const descriptor = Object.getOwnPropertyDescriptor(o, 'body');
    if (descriptor !== undefined) return descriptor.get;
  }
  return undefined;
}
