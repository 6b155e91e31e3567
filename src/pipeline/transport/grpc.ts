/**
 * OTLP over gRPC: an HTTP/2 POST with a five-byte frame, sent with node:http2. @grpc/grpc-js would bring a megabyte of name
 * resolution and load balancing, which a call to one collector does not use.
 */
import * as http2 from 'node:http2';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Signal, Target } from '../../config/sdk/export-target.ts';
import { pem } from './http.ts';
import { type SendOutcome, unanswered } from './outcome.ts';

const zip = promisify(gzip);
const sessions = new Map<string, http2.ClientHttp2Session>();

const METHODS = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
} as const satisfies Record<Signal, string>;

/** gRPC statuses worth another try: cancelled, deadline exceeded, resource exhausted, aborted, out of range, unavailable, data loss. */
const RETRYABLE = new Set([1, 4, 8, 10, 11, 14, 15]);
const UNAUTHENTICATED = 16;

/** Sends `body`, an OTLP protobuf request, to a gRPC endpoint. Never rejects. */
export async function sendGrpc(target: Target, body: Uint8Array, timeoutMs: number): Promise<SendOutcome> {
  try {
    const compressed = target.compression === 'gzip';
    return await call(target, frame(compressed ? await zip(body) : body, compressed), timeoutMs);
  } catch (error) {
    return unanswered(error);
  }
}

function frame(message: Uint8Array, compressed: boolean): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(compressed ? 1 : 0, 0);
  head.writeUInt32BE(message.byteLength, 1);
  return Buffer.concat([head, message]);
}

function call(target: Target, framed: Buffer, timeoutMs: number): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const session = sessionOf(target);
    let settled = false;
    const settle = (outcome: SendOutcome): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      session.removeListener('error', fail);
      resolve(outcome);
    };
    const fail = (error: unknown): void => settle(unanswered(error));
    const timer = setTimeout(() => {
      fail(new Error(`no answer within ${timeoutMs} ms`));
      session.destroy();
    }, timeoutMs);
    timer.unref();
    session.once('error', fail);
    const stream = session.request({
      ':method': 'POST',
      ':path': METHODS[target.signal],
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': `${Math.min(timeoutMs, 99_999_999)}m`,
      ...(target.compression === 'gzip' ? { 'grpc-encoding': 'gzip' } : {}),
      ...target.headers,
    });
    let headers: Record<string, unknown> = {};
    let trailers: Record<string, unknown> = {};
    stream.on('response', (received) => {
      headers = received;
    });
    stream.on('trailers', (received) => {
      trailers = received;
    });
    stream.on('error', fail);
    stream.on('close', () => settle(outcomeOf({ ...headers, ...trailers })));
    stream.resume();
    stream.end(framed);
  });
}

function outcomeOf(received: Readonly<Record<string, unknown>>): SendOutcome {
  const { 'grpc-status': status, 'grpc-message': message, ':status': http } = received;
  if (status === undefined) {
    if (http === undefined) return unanswered(new Error('the connection was closed without an answer'));
    const retryable = http === 429 || http === 502 || http === 503 || http === 504;
    return { ok: false, reason: `HTTP ${String(http)}, not a gRPC answer`, retryable, answered: true };
  }
  const code = Number(status);
  if (code === 0) return { ok: true };
  const words = typeof message === 'string' ? ` (${message.slice(0, 200)})` : '';
  const name = code === UNAUTHENTICATED ? 'gRPC status 16 UNAUTHENTICATED' : `gRPC status ${code}`;
  return { ok: false, reason: `${name}${words}`, retryable: RETRYABLE.has(code), answered: true };
}

function sessionOf(target: Target): http2.ClientHttp2Session {
  const { url, tls } = target;
  const open = sessions.get(url);
  if (open !== undefined && !open.closed && !open.destroyed) return open;
  const { ca, cert, key } = tls;
  const session = http2.connect(url, {
    ...(ca && { ca: pem(ca) }),
    ...(cert && { cert: pem(cert) }),
    ...(key && { key: pem(key) }),
  });
  // As in http.ts: telemetry does not keep the process alive. An 'error' event without a listener would be thrown.
  session.unref();
  session.on('error', () => sessions.delete(url));
  session.on('goaway', () => sessions.delete(url));
  sessions.set(url, session);
  return session;
}
