import { boundedName } from '../../runtime/bounded-name.ts';
import { asRecord, exceptionName } from '../../runtime/exception-name.ts';
import { readSafely } from '../../runtime/guard.ts';

/** Classes by which SDKs, `fetch` and `AbortSignal.timeout()` say that a time limit has passed. */
const TIMEOUTS: ReadonlySet<unknown> = new Set(['TimeoutError', 'APIConnectionTimeoutError', 'APITimeoutError']);
/** Codes of undici and of sockets for the same. */
const TIMEOUT_CODES: ReadonlySet<unknown> = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** The HTTP status of an error of an SDK. */
export function statusOf(error: unknown): number | undefined {
  return readSafely(() => {
    const { status, statusCode } = asRecord(error);
    const code = status ?? statusCode;
    return typeof code === 'number' && Number.isInteger(code) ? code : undefined;
  }, undefined);
}

/** Did a time limit end the call: of this package, of an SDK, of the transport? */
export function isTimeout(error: unknown): boolean {
  return readSafely(() => {
    const { name, code } = asRecord(error);
    return TIMEOUTS.has(name) || TIMEOUTS.has(exceptionName(error)) || TIMEOUT_CODES.has(code);
  }, false);
}

/** `error.type` of a span or a metric of a primitive: the HTTP status, `timeout`, or the class of the error. Never throws. */
export function errorTypeOf(error: unknown): string {
  const status = statusOf(error);
  if (status !== undefined && status >= 400) return String(status);
  return isTimeout(error) ? 'timeout' : boundedName(readSafely(() => exceptionName(error), '_OTHER'));
}
