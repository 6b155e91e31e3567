import { readSafely } from '../../runtime/guard.ts';
import type { FailCall } from './stream-state.ts';

/**
 * Ends a call as cancelled if the application's signal is aborted, and as failed otherwise. The class of the error
 * cannot decide: some SDKs also throw `AbortError` for a timeout of the SDK, and throw errors of different names for an
 * abort in the middle of a stream. An error with an HTTP status happened before the abort.
 */
export const failBySignal: FailCall = (operation, error, signal) => {
  if (signal?.aborted === true && !hasStatus(error)) operation.cancel();
  else operation.fail(error);
};

function hasStatus(error: unknown): boolean {
  const thrown = error as { readonly status?: unknown; readonly statusCode?: unknown } | null | undefined;
  return readSafely(() => typeof (thrown?.status ?? thrown?.statusCode) === 'number', false);
}
