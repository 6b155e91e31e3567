/** What comes of a method that is called for the application: a value, a promise, or an error. */

import { callWith } from '../../otel/globals.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import type { Operation } from '../../telemetry/call/operation.ts';

/** Is told how a call ends. */
export interface ResultHandlers {
  /** It gave `value`. Returns what the application gets. */
  answered(value: unknown): unknown;
  /** It threw, or its promise was rejected. */
  failed(error: unknown): void;
}

/** Is this a promise, of whichever realm or library? */
export function isThenable(value: unknown): value is Promise<unknown> {
  return typeof (value as Partial<Promise<unknown>> | null | undefined)?.then === 'function';
}

/** Tells `outcome` what `result` is or becomes. One link more of the same chain, so that a rejection is unhandled as before. */
export function follow(result: unknown, outcome: ResultHandlers): unknown {
  if (!isThenable(result)) return outcome.answered(result);
  return result.then(
    (value) => outcome.answered(value),
    (error: unknown) => {
      outcome.failed(error);
      throw error;
    },
  );
}

/** Calls the method inside the operation, and follows what comes of it. */
export function callFollowed(
  operation: Operation,
  method: AnyFunction,
  self: unknown,
  args: readonly unknown[],
  outcome: ResultHandlers,
): unknown {
  let result: unknown;
  try {
    result = callWith(operation.context, method, self, args);
  } catch (error) {
    outcome.failed(error);
    throw error;
  }
  return follow(result, outcome);
}
