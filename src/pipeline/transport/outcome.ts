import type { Target } from '../../config/sdk/export-target.ts';

/** Least length of a secret: shorter pieces of a header are words like `Basic`. */
const LEAST_SECRET = 8;

/** The reason of a failure, for a message. A collector may quote a refused key, so sent secrets are replaced by `***`. */
export function shownReason(target: Target, reason: string): string {
  const { password, searchParams } = new URL(target.url);
  const { 'user-agent': _agent, 'content-type': _type, ...headers } = target.headers;
  const sent = [...Object.values(headers), ...searchParams.values(), password];
  const secrets = sent.flatMap((value) => value.split(/\s+/)).filter(({ length }) => length >= LEAST_SECRET);
  return secrets.reduce((words, secret) => words.replaceAll(secret, '***'), reason);
}

/** The outcome of a request. */
export type SendOutcome =
  | {
      readonly ok: true;
      /** Items that the backend refused although it took the request. */
      readonly rejected?: number | undefined;
      /** Words of the backend beside its success. */
      readonly message?: string | undefined;
    }
  | {
      readonly ok: false;
      /** In words, without a period: `connect ECONNREFUSED 127.0.0.1:4318`, `HTTP 401 Unauthorized`. */
      readonly reason: string;
      /** Whether the same bytes may succeed later. */
      readonly retryable: boolean;
      /** Whether the request got an answer. */
      readonly answered: boolean;
      readonly retryAfterMs?: number | undefined;
      /** The request is larger than the backend takes: halves may succeed. */
      readonly tooLarge?: boolean | undefined;
      /** Reason under which the items are counted, where `rejected` is wrong. */
      readonly drop?: 'exporter_error' | undefined;
    };

/** The outcome of a request without an answer. */
export function unanswered(error: unknown): SendOutcome {
  const { message, code } = error as { message?: string; code?: string };
  // A refused connection to a name with several addresses is an AggregateError, whose message is empty.
  const [reason = ''] = (message || code || String(error)).split('\n', 1);
  return { ok: false, reason, retryable: true, answered: false };
}
