/** Observes the result of a method that is called for the application: a value, a promise, or an error. */

import { callWith } from '../../otel/globals.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { failedSafely, follow, type ResultHandlers } from '../../runtime/follow.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { endUnobserved } from './end-unobserved.ts';

/**
 * Calls the method in the context of the operation, and calls `handlers` with the result. A result that the handlers cannot
 * observe ends the operation too.
 */
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
    failedSafely(handlers, error);
    throw error;
  }
  return follow(result, handlers, (error) => endUnobserved(operation, error));
}
