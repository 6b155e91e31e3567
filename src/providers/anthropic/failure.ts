/** Codes of errors at places that only Anthropic's SDK and endpoints use. */
import type { CallReader } from '../../facts/call.ts';
import { errorCode, exceptionName } from '../../runtime/exception-name.ts';
import { errorInMessage, googleErrorCode } from '../reading/error-codes.ts';

/**
 * Claude on Vertex AI answers with Google's errors. Before 0.50 an error event in a stream became a connection error, with
 * the event as JSON in the message.
 */
export const anthropicFailure: NonNullable<CallReader['failure']> = (error) => {
  const inMessage = (): string | undefined =>
    exceptionName(error) === 'APIConnectionError'
      ? errorCode(errorInMessage((error as Error).message)?.type)
      : undefined;
  const type = googleErrorCode(error) ?? inMessage();
  return type === undefined ? undefined : { type };
};
