import type { AnyFunction } from '../../runtime/any-function.ts';
import { isThenable } from '../../runtime/follow.ts';
import { readSafely } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { keepAlive } from '../streams/abandonment.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';

/**
 * Observes a `fetch` Response that the application takes instead of a parsed answer. The application gets the same
 * response object; methods put on the response observe when the body is read.
 */

const READERS = ['json', 'text', 'arrayBuffer', 'blob', 'bytes', 'formData'] as const;

type Response = { readonly body?: unknown } & Partial<Record<(typeof READERS)[number] | 'clone', AnyFunction>>;

/** Is `value` a Response of `fetch` or node-fetch? */
export function isResponse(value: unknown): value is Response {
  const response = value as Response | null | undefined;
  if (typeof response !== 'object' || response === null) return false;
  return readSafely(() => typeof response.json === 'function' && typeof response.arrayBuffer === 'function', false);
}

/** Handlers for the end of a call whose response is raw. */
export interface RawResponseHandlers {
  /** True while the SDK itself reads the body: the raw response must not end the call then. */
  parsing(): boolean;
  /** The body was read. `body` is the parsed body if the application called `json()`. */
  read(body?: unknown): void;
  failed(error: unknown): void;
}

/** Handlers for a call whose normal answer is a raw response (speech, file content): reading the body ends the call. */
export function endWhenRead(operation: Operation): RawResponseHandlers {
  return {
    parsing: () => false,
    read: () => operation.end(undefined),
    failed: (error) => operation.fail(error),
  };
}

/**
 * Calls `handlers` when the body of `response` is read or fails, or when the application takes the body. The methods
 * put on the response and every read in flight hold `token`.
 */
export function observeResponse(response: Response, handlers: RawResponseHandlers, token: object): void {
  // node-fetch reads `this.body` inside json() and every other reader: then the application has not taken the body.
  let reading = false;
  for (const name of READERS) {
    const method = response[name];
    if (typeof method !== 'function') continue;
    defineHidden(response, name, (...args: unknown[]): unknown => {
      const outer = reading;
      reading = true;
      try {
        const result: unknown = Reflect.apply(method, response, args);
        if (outer || handlers.parsing() || !isThenable(result)) return result;
        return result.then(
          (body) => {
            handlers.read(name === 'json' ? body : undefined);
            return keepAlive(token, body);
          },
          (error: unknown) => {
            handlers.failed(error);
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
        if (!handlers.parsing() && isResponse(copy)) observeResponse(copy, handlers, token);
        return copy;
      } finally {
        reading = outer;
      }
    });
  observeBody(response, handlers, () => reading);
}

function observeBody(response: Response, handlers: RawResponseHandlers, reading: () => boolean): void {
  const get = bodyGetter(response);
  if (get === undefined) return;
  Object.defineProperty(response, 'body', {
    configurable: true,
    enumerable: false,
    get(): unknown {
      if (!reading() && !handlers.parsing()) handlers.read();
      return Reflect.apply(get, response, []);
    },
  });
}

/** Finds the getter of `body` in the prototype chain of `response`. */
export function bodyGetter(response: object): (() => unknown) | undefined {
  for (let object: object | null = response; object !== null; object = Object.getPrototypeOf(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, 'body');
    if (descriptor !== undefined) return descriptor.get;
  }
  return undefined;
}
