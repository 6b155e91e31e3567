import type { FailCall } from './stream-state.ts';

/**
 * Ends a call by the application's own signal: some SDKs throw the same `AbortError` for a timeout of their own, and
 * errors of other names for an abort in the middle of a stream. What has an HTTP status failed before the abort.
 */
export const failBySignal: FailCall = (operation, error, signal) => {
  const { status, statusCode } = (error ?? {}) as { readonly status?: unknown; readonly statusCode?: unknown };
  if (signal?.aborted === true && typeof (status ?? statusCode) !== 'number') operation.cancel();
  else operation.fail(error);
};
