import { isAbortBy } from '../../telemetry/error.ts';
import type { FailCall } from './stream-state.ts';

/**
 * Ends a call as cancelled if the application's signal is aborted, and as failed otherwise. The class of the error
 * cannot decide: some SDKs also throw `AbortError` for a timeout of the SDK, and throw errors of different names for an
 * abort in the middle of a stream. An error with the status of an HTTP error happened before the abort.
 */
export const failBySignal: FailCall = (operation, error, signal) => {
  if (isAbortBy(signal, error)) operation.cancel();
  else operation.fail(error);
};
