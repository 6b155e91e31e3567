/** Codes of errors at the place where the AI SDK has them: `data`, which is the body of the provider's answer. */
import type { CallReader } from '../../facts/call.ts';
import { errorCode } from '../../runtime/exception-name.ts';
import { codeInBody } from '../../telemetry/error.ts';
import { googleErrorCode } from '../reading/error-codes.ts';
import { asObject } from '../reading/unknown-values.ts';

/** An error of a provider's package keeps the provider's code; a code of the error itself goes before the body. */
export const vercelFailure: NonNullable<CallReader['failure']> = (error) => {
  const { code, type: kind, error: body, data } = asObject(error) ?? {};
  const sent = body ?? data;
  const ownCode = error instanceof DOMException ? undefined : errorCode(code);
  const type = googleErrorCode(error, sent) ?? ownCode ?? errorCode(kind) ?? codeInBody(sent);
  return type === undefined ? undefined : { type };
};
