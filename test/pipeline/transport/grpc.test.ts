import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Target } from '../../../src/config/sdk/export-target.ts';
import { sendGrpc } from '../../../src/pipeline/transport/grpc.ts';

let server: Http2Server;
let sessions = 0;
let answer: (stream: ServerHttp2Stream, bytes: number) => void;

beforeEach(async () => {
  sessions = 0;
  server = createServer();
  server.on('session', () => sessions++);
  server.on('stream', (stream) => {
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    stream.on('error', () => {});
    stream.on('end', () => answer(stream, bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
});

const end = (stream: ServerHttp2Stream, status: number, message = ''): void => {
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status), 'grpc-message': message }));
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.end();
};

const target = (change: Partial<Target> = {}): Target => ({
  signal: 'traces',
  transport: 'grpc',
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  headers: {},
  compression: 'none',
  timeoutMs: 10_000,
  tls: {},
  ...change,
});

test('a request that takes too long is cancelled alone: the session and the requests beside it go on', async () => {
  let first: ServerHttp2Stream | undefined;
  const waiting: ServerHttp2Stream[] = [];
  answer = (stream) => {
    if (first === undefined) first = stream;
    else waiting.push(stream);
  };
  const slow = sendGrpc(target(), Buffer.from('slow'), 300);
  await vi.waitFor(() => expect(first).toBeDefined());
  const others = Array.from({ length: 20 }, () => sendGrpc(target(), Buffer.from('x'), 20_000));
  await vi.waitFor(() => expect(waiting).toHaveLength(20));
  expect(await slow).toMatchObject({ ok: false, retryable: true, reason: 'no answer within 300 ms' });
  for (const stream of waiting) end(stream, 0);
  expect(await Promise.all(others)).toEqual(Array(20).fill({ ok: true }));
  expect(sessions).toBe(1);
});

test('twenty requests at once cause no warning about listeners', async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error): void => void warnings.push(warning);
  process.on('warning', listen);
  answer = (stream) => end(stream, 0);
  await Promise.all(Array.from({ length: 20 }, () => sendGrpc(target(), Buffer.from('x'), 20_000)));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});

test.each([
  ['RESOURCE_EXHAUSTED of a small request is retried', 8, 1000, { retryable: true, tooLarge: false }],
  ['RESOURCE_EXHAUSTED above 1 MiB may mean the size', 8, 2_000_000, { retryable: true, tooLarge: true }],
  ['UNAVAILABLE is retried', 14, 10, { retryable: true, reason: 'gRPC status 14 UNAVAILABLE (try later)' }],
  ['INVALID_ARGUMENT is final', 3, 10, { retryable: false }],
  ['UNAUTHENTICATED is final', 16, 10, { retryable: false, reason: 'gRPC status 16 UNAUTHENTICATED (try later)' }],
])('%s', async (_what, status, bytes, expected) => {
  answer = (stream) => end(stream, status, 'try%20later');
  expect(await sendGrpc(target(), Buffer.alloc(bytes), 20_000)).toMatchObject({ ok: false, ...expected });
});

test('signals with other certificates get a session of their own', async () => {
  answer = (stream) => end(stream, 0);
  await sendGrpc(target(), Buffer.from('x'), 20_000);
  await sendGrpc(target({ tls: { key: Buffer.from('other') } }), Buffer.from('x'), 20_000);
  expect(sessions).toBe(2);
});
