/** Codes of errors at places of single SDKs; `telemetry/error.ts` reads the places that all SDKs share. */
import type { CallReader } from '../../facts/call.ts';
import { asObject } from './unknown-values.ts';

/** `RESOURCE_EXHAUSTED`. A proxy answers with other words in the same place (`Bad Gateway`). */
const GOOGLE_CODE = /^[A-Z]+(?:_[A-Z]+)*$/;

/**
 * Google's word for an error, from `status` of the body. `ApiError` of `@google/genai` has no body: its message
 * is the body as JSON, with `got status: INTERNAL. ` in front for streams.
 * @param sent the body of the answer, if not in `error` of the error
 */
export function googleErrorCode(error: unknown, sent?: unknown): string | undefined {
  const thrown = asObject(error);
  const body = asObject(thrown?.error ?? sent);
  const code =
    asObject(body?.error)?.status ??
    body?.status ??
    (thrown?.name === 'ApiError' ? errorInMessage(thrown.message)?.status : undefined);
  return typeof code === 'string' && GOOGLE_CODE.test(code) ? code : undefined;
}

/** Reads errors of SDKs with clients of Google: Gemini, Vertex AI, and Google's endpoints for further protocols. */
export const googleFailure: NonNullable<CallReader['failure']> = (error) => {
  const type = googleErrorCode(error);
  return type === undefined ? undefined : { type };
};

/** `error` of a body in a message, as JSON. */
export function errorInMessage(message: unknown): Record<string, unknown> | undefined {
  if (typeof message !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(message.slice(message.search(/[[{]/)));
    return asObject(asObject(Array.isArray(parsed) ? parsed[0] : parsed)?.error);
  } catch {
    return undefined; // no JSON
  }
}
