/**
 * The attribute `exception.stacktrace` as a getter. V8 formats `error.stack` when `stack` is read for the first time, and then
 * forgets where the error was made: Node prints other source lines above the stack of an error that ends the process. So the
 * stack is read when an SDK copies the attributes, and the SDK of `register` reads the stack with the batch.
 */
import type { Attributes } from '@opentelemetry/api';

/** Here and not with the other names: the SDK of `register` starts without the code that records calls. */
export const EXCEPTION_STACKTRACE = 'exception.stacktrace';

/** Reads a stack; `undefined` if there is no stack. */
export type ReadStack = () => string | undefined;

/** Gives `attributes` a stack that is read with the attribute, and not before. `read` must not throw. */
export function addLateStack(attributes: Attributes, read: () => string): void {
  Object.defineProperty(attributes, EXCEPTION_STACKTRACE, { get: read, enumerable: true, configurable: true });
}

/** The reader of the late stack of `attributes`; `undefined` if the attributes have none. */
export function lateStackOf(attributes: object): ReadStack | undefined {
  return Object.getOwnPropertyDescriptor(attributes, EXCEPTION_STACKTRACE)?.get as ReadStack | undefined;
}
