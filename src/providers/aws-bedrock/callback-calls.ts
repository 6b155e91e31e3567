/** `send(command, callback)`: the answer goes to a callback, and `send` returns nothing. */

import { activeContext, callWith } from '../../otel/globals.ts';
import { type IterableParts, iterableCalls, iterableHandlers } from '../../patching/calls/iterable-calls.ts';
import { endUnobserved } from '../../patching/wrapping/end-unobserved.ts';
import type { MakeCall } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { failedSafely } from '../../runtime/follow.ts';

/** Makes recorded calls that return a promise, or have a callback `(error, answer)` as the second or third argument. */
export function callbackCalls(parts: IterableParts): MakeCall {
  const makePromised = iterableCalls(parts);
  return (operation, method, self, args) => {
    const index = typeof args[1] === 'function' ? 1 : 2;
    const callback = args[index];
    if (typeof callback !== 'function') return makePromised(operation, method, self, args);
    const handlers = iterableHandlers(operation, parts, self, args);
    // The callback is code of the application, and runs in the context of the application.
    const outside = activeContext();
    const observed = (error: unknown, ...answer: unknown[]): unknown => {
      try {
        if (error) handlers.failed(error);
        else handlers.answered(answer[0]);
      } catch (unreadable) {
        endUnobserved(operation, unreadable);
      }
      return callWith(outside, callback as AnyFunction, undefined, [error, ...answer]);
    };
    const passed = [...args.slice(0, index), observed, ...args.slice(index + 1)];
    try {
      return callWith(operation.context, method, self, passed);
    } catch (error) {
      failedSafely(handlers, error);
      throw error;
    }
  };
}
