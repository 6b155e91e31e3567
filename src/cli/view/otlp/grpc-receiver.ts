/** OTLP over gRPC, as far as unary calls need: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { type AccessRules, refusalOf } from '../serve/access.ts';
import { protoAnswer } from './export-answer.ts';
import { RequestError, readBody, unpack } from './read-body.ts';
import type { Signal } from './read-request.ts';
import { type Receive, receiveBytes } from './receive.ts';

const PATHS = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export': 'logs',
} as const satisfies Record<string, Signal>;

/** gRPC statuses by the HTTP statuses of {@link RequestError}; every further one is INTERNAL. */
const STATUSES: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 404: 12, 413: 8, 415: 12 };
const INTERNAL = 13;
const FRAME_BYTES = 5;

/** A server for the gRPC port. The caller listens. */
export function grpcServer(receive: Receive, rules: AccessRules): Http2Server {
  const server = createServer();
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {}); // the client has gone
    answer(receive, rules, stream, headers)
      .then((message) => end(stream, 0, '', message))
      .catch((error: unknown) => {
        const status = error instanceof RequestError ? (STATUSES[error.status] ?? INTERNAL) : INTERNAL;
        end(stream, status, (error as Error).message, undefined);
      });
  });
  return server;
}

async function answer(
  receive: Receive,
  rules: AccessRules,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<Buffer> {
  const refusal = refusalOf({ host: headers[':authority'], headers }, rules);
  if (refusal !== undefined) throw new RequestError(refusal.status, refusal.message);
  const path = headers[':path'] ?? '';
  const signal = Object.hasOwn(PATHS, path) ? PATHS[path as keyof typeof PATHS] : undefined;
  if (signal === undefined) throw new RequestError(404, 'unknown method');
  const framed = await readBody(stream);
  if (framed.length < FRAME_BYTES || framed.readUInt32BE(1) !== framed.length - FRAME_BYTES)
    throw new RequestError(400, 'expected one message');
  const encoding = framed[0] === 1 ? String(headers['grpc-encoding'] ?? 'gzip') : undefined;
  const body = await unpack(framed.subarray(FRAME_BYTES), encoding);
  return protoAnswer(receiveBytes(receive, signal, body, 'proto'));
}

function end(stream: ServerHttp2Stream, status: number, message: string, body: Buffer | undefined): void {
  if (stream.destroyed || stream.closed) return;
  const trailers = {
    'grpc-status': String(status),
    ...(message !== '' && { 'grpc-message': encodeURIComponent(message) }),
  };
  if (body === undefined) {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...trailers }, { endStream: true });
    return;
  }
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  const head = Buffer.alloc(FRAME_BYTES);
  head.writeUInt32BE(body.length, 1);
  stream.end(Buffer.concat([head, body]));
}
