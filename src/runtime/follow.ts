/** Observes the result of a function of the application: a value, a promise, or an error. */
import { swallow } from './guard.ts';

/** Handlers for the end of a call. */
export interface ResultHandlers {
  /** The call returned `value`, or a promise of `value`. Returns the value for the application. */
  answered(value: unknown): unknown;
  /** The call threw `error`, or its promise was rejected with `error`. */
  failed(error: unknown): void;
}

/** Is `value` a promise, of any realm or library? */
export function isThenable(value: unknown): value is Promise<unknown> {
  try {
    return typeof (value as Partial<Promise<unknown>> | null | undefined)?.then === 'function';
  } catch {
    return false; // a proxy, or a getter that throws
  }
}

/** The handlers look at objects that the application or the provider made: an error of a getter or a proxy ends in here. */
function answeredSafely(handlers: ResultHandlers, value: unknown, unread: (error: unknown) => void): unknown {
  try {
    return handlers.answered(value);
  } catch (error) {
    unread(error);
    return value;
  }
}

/** Hands an error to the handlers. Never throws. */
export function failedSafely(handlers: ResultHandlers, thrown: unknown): void {
  try {
    handlers.failed(thrown);
  } catch (error) {
    swallow(error);
  }
}

/**
 * Calls `handlers` with the value or the error of `result`. A promise is continued by one link of the same chain,
 * without a branch, so that a rejection is unhandled as before.
 * @param unread called with an error of `answered`, whose value nobody could read; never throws
 */
export function follow(result: unknown, handlers: ResultHandlers, unread: (error: unknown) => void = swallow): unknown {
  if (!isThenable(result)) return answeredSafely(handlers, result, unread);
  return result.then(
    (value) => answeredSafely(handlers, value, unread),
    (error: unknown) => {
      failedSafely(handlers, error);
      throw error;
    },
  );
}
