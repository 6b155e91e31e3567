import type { FailCall } from './stream-state.ts';

/**
 * Ends a call as cancelled if the application's signal is aborted, and as failed otherwise. The class of the error
 * cannot decide: some SDKs also throw `AbortError` for a timeout of the SDK, and throw errors of different names for an
 * abort in the middle of a stream. An error with an HTTP status happened before the abort.
 */
export const failBySignal: FailCall = (operation, error, signal) => {
  const { status, statusCode } = (error ?? {}) as { readonly status?: unknown; readonly statusCode?: unknown };
  if (signal?.aborted === true && typeof (status ?? statusCode) !== 'number') operation.cancel();
  else operation.fail(error);
};
