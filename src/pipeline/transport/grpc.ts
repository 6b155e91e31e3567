/**
 * OTLP over gRPC, which is an HTTP/2 POST with a five-byte frame: done with node:http2, because @grpc/grpc-js brings a
 * megabyte of name resolution and load balancing that one call to one collector does not use.
 */

import { setMaxListeners } from 'node:events';
import * as http2 from 'node:http2';
import { clearTimeout, setTimeout } from 'node:timers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Signal, Target } from '../../config/sdk/export-target.ts';
import { type SendOutcome, unanswered } from './outcome.ts';
import { isRetryableStatus, MOST_BODY_BYTES, partialOfProto, shownBody } from './response.ts';
import { retryInfoMs } from './retry-info.ts';
import { tlsOptions } from './tls-options.ts';

/** The function as it is when this file is loaded: see http.ts. */
const { connect } = http2;
const zip = promisify(gzip);
/** Sessions by endpoint and credentials: signals with different certificates never share one. */
const sessions = new Map<string, http2.ClientHttp2Session>();

const METHODS = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
} as const satisfies Record<Signal, string>;

/** Names of the statuses: https://grpc.io/docs/guides/status-codes/. */
const STATUSES: Readonly<Record<number, string>> = {
  1: 'CANCELLED',
  2: 'UNKNOWN',
  3: 'INVALID_ARGUMENT',
  4: 'DEADLINE_EXCEEDED',
  5: 'NOT_FOUND',
  6: 'ALREADY_EXISTS',
  7: 'PERMISSION_DENIED',
  8: 'RESOURCE_EXHAUSTED',
  9: 'FAILED_PRECONDITION',
  10: 'ABORTED',
  11: 'OUT_OF_RANGE',
  12: 'UNIMPLEMENTED',
  13: 'INTERNAL',
  14: 'UNAVAILABLE',
  15: 'DATA_LOSS',
  16: 'UNAUTHENTICATED',
};
/** Statuses that OTLP calls worth another try. */
const RETRYABLE: ReadonlySet<number> = new Set([1, 4, 8, 10, 11, 14, 15]);
const RESOURCE_EXHAUSTED = 8;
/** A request above this size may have been refused for its size: gRPC names no other status for it. */
const MAY_BE_TOO_LARGE = 1_048_576;
const FRAME_BYTES = 5;

/** Sends `body`, an OTLP protobuf request, to a gRPC endpoint. Never rejects. */
export async function sendGrpc(target: Target, body: Uint8Array, timeoutMs: number): Promise<SendOutcome> {
  try {
    const isCompressed = target.compression === 'gzip';
    const outcome = await call(target, frame(isCompressed ? await zip(body) : body, isCompressed), timeoutMs);
    return outcome.ok || outcome.status !== RESOURCE_EXHAUSTED || outcome.retryAfterMs !== undefined
      ? outcome
      : { ...outcome, tooLarge: body.byteLength > MAY_BE_TOO_LARGE };
  } catch (error) {
    return unanswered(error, target);
  }
}

function frame(message: Uint8Array, isCompressed: boolean): Buffer {
  const head = Buffer.alloc(FRAME_BYTES);
  head.writeUInt8(isCompressed ? 1 : 0, 0);
  head.writeUInt32BE(message.byteLength, 1);
  return Buffer.concat([head, message]);
}

function call(target: Target, framed: Buffer, timeoutMs: number): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const session = sessionOf(target);
    let isSettled = false;
    const settle = (outcome: SendOutcome): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      session.removeListener('error', fail);
      resolve(outcome);
    };
    const fail = (error: unknown): void => settle(unanswered(error, target));
    const stream = session.request({
      ':method': 'POST',
      ':path': METHODS[target.signal],
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': `${Math.min(timeoutMs, 99_999_999)}m`,
      ...(target.compression === 'gzip' ? { 'grpc-encoding': 'gzip' } : {}),
      ...target.headers,
    });
    // A request that takes too long is cancelled alone: the requests beside it go on.
    const timer = setTimeout(() => {
      fail(new Error(`no answer within ${timeoutMs} ms`));
      stream.close(http2.constants.NGHTTP2_CANCEL);
      if (session.connecting) session.destroy();
    }, timeoutMs);
    timer.unref();
    session.once('error', fail);
    let received: Record<string, unknown> = {};
    const chunks: Buffer[] = [];
    let length = 0;
    const add = (headers: Record<string, unknown>): void => {
      received = { ...received, ...headers };
    };
    stream.on('response', add);
    stream.on('trailers', add);
    stream.on('error', fail);
    stream.on('data', (chunk: Buffer) => {
      if (length < MOST_BODY_BYTES) chunks.push(chunk);
      length += chunk.length;
    });
    stream.on('close', () => settle(outcomeOf(received, Buffer.concat(chunks), target)));
    stream.end(framed);
  });
}

function outcomeOf(received: Readonly<Record<string, unknown>>, body: Buffer, target: Target): SendOutcome {
  const { 'grpc-status': status, 'grpc-message': message, ':status': http } = received;
  if (status === undefined) {
    if (http === undefined) return unanswered(new Error('the connection was closed without an answer'), target);
    const reason = `HTTP ${String(http)}, not a gRPC answer: a server without gRPC listens there`;
    return { ok: false, reason, retryable: isRetryableStatus(Number(http)), answered: true };
  }
  const code = Number(status);
  if (code === 0) return success(body);
  const words = typeof message === 'string' ? shownBody(Buffer.from(percentDecoded(message))) : '';
  return {
    ok: false,
    reason: `gRPC status ${code} ${STATUSES[code] ?? ''}`.trim() + (words === '' ? '' : ` (${words})`),
    retryable: RETRYABLE.has(code),
    answered: true,
    status: code,
    retryAfterMs: retryInfoMs(received['grpc-status-details-bin']),
  };
}

function success(body: Buffer): SendOutcome {
  try {
    return { ok: true, ...(body.length > FRAME_BYTES ? partialOfProto(body.subarray(FRAME_BYTES)) : {}) };
  } catch {
    return { ok: true };
  }
}

/** `grpc-message` is percent-encoded. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const keyOf = ({ url, tls }: Target): string =>
  [
    url,
    ...[tls.ca, tls.cert, tls.key].map((one) => (one === undefined ? '' : Buffer.from(one).toString('base64'))),
  ].join('\n');

function sessionOf(target: Target): http2.ClientHttp2Session {
  const key = keyOf(target);
  const open = sessions.get(key);
  if (open !== undefined && !open.closed && !open.destroyed) return open;
  const session = connect(target.url, tlsOptions(target));
  // One listener for each request that is on its way: more than ten are no leak.
  setMaxListeners(0, session);
  // As in http.ts: telemetry does not keep the process alive. An 'error' without a listener would be thrown.
  session.unref();
  const forget = (): void => {
    if (sessions.get(key) === session) sessions.delete(key);
  };
  session.on('error', forget);
  session.on('goaway', forget);
  session.on('close', forget);
  sessions.set(key, session);
  return session;
}
