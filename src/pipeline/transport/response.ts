import type { SendOutcome } from './outcome.ts';
import { ProtoReader } from './proto-reader.ts';

/** What is read of the body of an answer. */
export const MOST_BODY_BYTES = 16_384;
/** What of the body stands in a message. */
const MOST_SHOWN = 200;
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** True for HTTP statuses that OTLP calls worth another try: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes. */
export const isRetryableStatus = (status: number): boolean => RETRYABLE.has(status);

/** An answer over HTTP. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly contentType: string;
  readonly contentEncoding?: string | undefined;
  readonly retryAfter: string | undefined;
  readonly body: Uint8Array;
}

/** What an answer over HTTP means. */
export function outcomeOf(answer: Answer, now: number): SendOutcome {
  const { status, statusText } = answer;
  const body = plain(answer);
  if (status >= 200 && status < 300) return isPage(answer, body) ? page(status) : success(answer, body);
  const words = isPage(answer, body) ? '' : shownBody(body);
  const meaning = MEANINGS[status];
  const text = `HTTP ${status} ${statusText}`.trim();
  return {
    ok: false,
    reason: `${text}${meaning === undefined ? '' : `: ${meaning}`}${words === '' ? '' : ` (${words})`}`,
    retryable: isRetryableStatus(status),
    answered: true,
    tooLarge: status === 413,
    status,
    retryAfterMs: retryAfterMs(answer.retryAfter, now),
  };
}

/** Statuses whose words alone do not say what to do. */
const MEANINGS: Readonly<Record<number, string>> = {
  400: 'the backend could not read the request',
  401: 'the backend does not know the key',
  403: 'the key may not write',
  404: 'there is nothing at this address',
  405: 'the address does not take telemetry',
  413: 'the request is larger than the backend takes',
};

const page = (status: number): SendOutcome => ({
  ok: false,
  reason: `HTTP ${status} with a web page: a web server answered, no OTLP receiver`,
  retryable: false,
  answered: true,
  status,
});

/** A page in HTML: an address without receiver, a login, a proxy. */
function isPage({ contentType }: Answer, body: Uint8Array): boolean {
  if (/^text\/html\b/i.test(contentType)) return true;
  for (const byte of body) if (byte > 0x20) return byte === 0x3c && !/protobuf/i.test(contentType);
  return false;
}

function plain({ contentEncoding, body }: Answer): Uint8Array {
  if (contentEncoding !== 'gzip') return body;
  try {
    // Loaded by need: most answers are empty.
    return process.getBuiltinModule('node:zlib').gunzipSync(body);
  } catch {
    return new Uint8Array();
  }
}

/** The text of a body in one line without tags, at most 200 characters; empty if the body is no text. */
export function shownBody(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8');
  if (/[^\s\x20-\x7e\u00a0-\ud7ff]/.test(text)) return '';
  const line = text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN - 3)}...` : line;
}

/** Milliseconds of a Retry-After header: seconds or a date. A negative number and words count as absent. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function success({ contentType }: Answer, body: Uint8Array): SendOutcome {
  try {
    return { ok: true, ...(/json/i.test(contentType) ? partialOfJson(body) : partialOfProto(body)) };
  } catch {
    return { ok: true };
  }
}

type Partial = { readonly rejected?: number; readonly message?: string };

function partialOfJson(body: Uint8Array): Partial {
  if (body.length === 0) return {};
  const { partialSuccess } = JSON.parse(Buffer.from(body).toString('utf8')) as {
    partialSuccess?: Record<string, unknown>;
  };
  const { rejectedSpans, rejectedLogRecords, rejectedDataPoints, errorMessage } = partialSuccess ?? {};
  const rejected = Number(rejectedSpans ?? rejectedLogRecords ?? rejectedDataPoints ?? 0);
  return {
    ...(rejected > 0 ? { rejected } : {}),
    ...(typeof errorMessage === 'string' && errorMessage !== ''
      ? { message: shownBody(Buffer.from(errorMessage)) }
      : {}),
  };
}

/** `partial_success` is field 1 of every response; in it the rejected count is field 1, the message field 2. */
export function partialOfProto(body: Uint8Array): Partial {
  let rejected = 0;
  let message = '';
  for (const { field, bytes } of new ProtoReader(body).fields()) {
    if (field !== 1 || bytes === undefined) continue;
    for (const one of new ProtoReader(bytes).fields()) {
      if (one.field === 1) rejected = one.number;
      if (one.field === 2 && one.bytes !== undefined) message = shownBody(one.bytes);
    }
  }
  return { ...(rejected > 0 ? { rejected } : {}), ...(message === '' ? {} : { message }) };
}
