import type { Target } from '../../config/sdk/export-target.ts';

/** Shorter pieces of a header are words like `Basic`, not secrets. */
const LEAST_SECRET = 8;

/** Why a request failed, in words. A collector may quote the key it does not accept, so what was sent is taken out. */
export function shownReason(target: Target, reason: string): string {
  const { password, searchParams } = new URL(target.url);
  const { 'user-agent': _agent, 'content-type': _type, ...headers } = target.headers;
  const sent = [...Object.values(headers), ...searchParams.values(), password];
  const secrets = sent.flatMap((value) => value.split(/\s+/)).filter(({ length }) => length >= LEAST_SECRET);
  return secrets.reduce((words, secret) => words.replaceAll(secret, '***'), reason);
}

/** What became of one request. */
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
      /** Whether the request got an answer at all. */
      readonly answered: boolean;
      readonly retryAfterMs?: number | undefined;
      /** HTTP status, or gRPC status over gRPC. */
      readonly status?: number | undefined;
      /** The request is larger than the backend takes: halves may succeed. */
      readonly tooLarge?: boolean | undefined;
      /** Reason under which the items are counted, where `rejected` is wrong. */
      readonly drop?: 'exporter_error' | undefined;
    };

/** Errors of sockets whose words are the words of a library, and what happened in plain words. */
const SENTENCES: readonly (readonly [pattern: RegExp, sentence: (target: Target) => string])[] = [
  [
    /Expected HTTP\/|HPE_INVALID_CONSTANT|Parse Error/i,
    () => 'the answer is not HTTP/1.1: a gRPC port? OTEL_EXPORTER_OTLP_PROTOCOL=grpc speaks gRPC',
  ],
  [
    /Protocol error|ERR_HTTP2_ERROR|NGHTTP2_PROTOCOL_ERROR|ERR_HTTP2_SESSION_ERROR/i,
    () => 'the answer is not gRPC: a port of OTLP over HTTP? OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf speaks HTTP',
  ],
  [
    /wrong version number|packet length too long|ERR_SSL_WRONG_VERSION_NUMBER|EPROTO/i,
    ({ url }) => `the server does not speak TLS: http://${new URL(url).host} instead of https://?`,
  ],
  [/ENOTFOUND|EAI_AGAIN/, ({ url }) => `the host ${new URL(url).hostname} is not known`],
  [
    /self.signed certificate|unable to verify the first certificate|UNABLE_TO_GET_ISSUER_CERT/i,
    () =>
      'the certificate of the server is not trusted: OTEL_EXPORTER_OTLP_CERTIFICATE names the file of its authority',
  ],
];

/** Of a request that got no answer. */
export function unanswered(error: unknown, target: Target): SendOutcome {
  const { message, code } = error as { message?: string; code?: string };
  // A refused connection to a name with several addresses is an AggregateError, whose message is empty.
  const [raw = ''] = (message || code || String(error)).split('\n', 1);
  const sentence = SENTENCES.find(([pattern]) => pattern.test(`${raw} ${code ?? ''}`))?.[1](target);
  const reason = sentence === undefined ? raw : `${sentence} (${raw})`;
  return { ok: false, reason, retryable: true, answered: false };
}
