/** Observes the result of a method that is called for the application: a value, a promise, or an error. */

import { callWith } from '../../otel/globals.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import type { Operation } from '../../telemetry/call/operation.ts';

/** Handlers for the end of a call. */
export interface ResultHandlers {
  /** The call returned `value`, or a promise of `value`. Returns the value for the application. */
  answered(value: unknown): unknown;
  /** The call threw `error`, or its promise was rejected with `error`. */
  failed(error: unknown): void;
}

/** Is `value` a promise, of any realm or library? */
export function isThenable(value: unknown): value is Promise<unknown> {
  return typeof (value as Partial<Promise<unknown>> | null | undefined)?.then === 'function';
}

/**
 * Calls `handlers` with the value or the error of `result`. A promise is continued by one link of the same chain,
 * without a branch, so that a rejection is unhandled as before.
 */
export function follow(result: unknown, handlers: ResultHandlers): unknown {
  if (!isThenable(result)) return handlers.answered(result);
  return result.then(
    (value) => handlers.answered(value),
    (error: unknown) => {
      handlers.failed(error);
      throw error;
    },
  );
}

/** Calls the method in the context of the operation, and calls `handlers` with the result. */
export function callFollowed(
  operation: Operation,
  method: AnyFunction,
  self: unknown,
  args: readonly unknown[],
  handlers: ResultHandlers,
): unknown {
  let result: unknown;
  try {
    result = callWith(operation.context, method, self, args);
  } catch (error) {
    handlers.failed(error);
    throw error;
  }
  return follow(result, handlers);
}
