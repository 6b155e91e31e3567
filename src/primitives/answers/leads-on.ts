import { asRecord, exceptionName } from '../../runtime/exception-name.ts';
import { readSafely } from '../../runtime/guard.ts';
import { isTimeout, statusOf } from '../telemetry/error-type.ts';

/** Statuses below 500 that are the fault of the provider or of the account: a stale answer is better than such an error. */
const OTHERS_FAULT: ReadonlySet<number> = new Set([401, 403, 404, 408, 409, 429]);

/** Codes of sockets, of DNS and of undici for a connection that failed. */
const NETWORK_CODE = /^(?:E(?:CONN|HOST|NET|PIPE|AI_|NOTFOUND|PROTO)|UND_ERR_)/;

/** Does a response with this status let a stale answer stand in? */
export const statusLeadsOn = (status: number): boolean => OTHERS_FAULT.has(status) || status >= 500;

/** Does `error` let a stale answer stand in: a network error, a time limit, a status of the table? Never throws. */
export function leadsOn(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined ? isTimeout(error) || isNetworkError(error) : statusLeadsOn(status);
}

function isNetworkError(error: unknown): boolean {
  return readSafely(() => {
    const { code, cause, message } = asRecord(error);
    if (exceptionName(error) === 'APIConnectionError') return true;
    if (error instanceof TypeError && message === 'fetch failed') return true;
    return [code, asRecord(cause).code].some((one) => typeof one === 'string' && NETWORK_CODE.test(one));
  }, false);
}
