/** Batches that wait for an answer when the process ends: nothing is lost, and what the backend has taken is not sent again. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flattenSpans } from '../support/otlp/flatten.ts';
import { REQUESTS } from '../support/otlp/messages.ts';
import { decode } from '../support/otlp/wire.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { ROOT, type RunResult } from '../support/spawn.ts';
import { runApplication } from './application.ts';

const ANSWER_MS = 300;

/** 512 spans are on their way when `end` runs, and 88 wait. `end` runs at SIGUSR2. */
const application = (end: string): string => `
  const { setTimeout: sleep } = require('node:timers/promises');
  const make = (name, count) => { for (let i = 0; i < count; i++) trace.getTracer('app').startSpan(name + i).end(); };
  const terminate = () => process.kill(process.pid, 'SIGTERM');
  setTimeout(() => {}, 15000);
  process.on('SIGUSR2', () => setTimeout(() => { ${end} }, 1));
  make('a', 600);
  console.log('made');`;

/** Runs `end` in an application as soon as the backend has the first request. */
async function endInFlight(receiver: OtlpReceiver, end: string, env: Record<string, string> = {}): Promise<RunResult> {
  const hasFirst = receiver.waitFor(() => receiver.count() > 0);
  return runApplication(application(end), {
    type: 'cjs',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_METRICS_EXPORTER: 'none', ...env },
    onStdout: (_, kill) => void hasFirst.then(() => kill('SIGUSR2')),
  });
}

interface End {
  readonly how: string;
  readonly end: string;
  readonly code: number | null;
  /** Spans that end late. */
  readonly more?: number;
  /** The event loop turns until the answers have come. */
  readonly turns?: true;
}

const ENDS: readonly End[] = [
  { how: 'an error in a timer', end: "throw new Error('boom');", code: 1 },
  { how: 'an unhandled rejection', end: "Promise.reject(new Error('nope'));", code: 1 },
  {
    how: 'process.exit() of a handler of errors',
    end: "process.on('uncaughtException', () => process.exit(3)); throw new Error('boom');",
    code: 3,
  },
  {
    how: 'process.exit() of a handler of rejections',
    end: "process.on('unhandledRejection', () => process.exit(4)); Promise.reject(new Error('nope'));",
    code: 4,
  },
  { how: 'process.exit()', end: 'process.exit(2);', code: 2 },
  { how: 'process.exit() while 2,000 more spans wait', end: "make('b', 2000); process.exit(2);", code: 2, more: 2000 },
  {
    how: 'an exit listener that throws',
    end: "process.on('exit', () => { throw new Error('boom'); }); process.exit(2);",
    code: 2,
  },
  { how: 'SIGTERM', end: 'terminate();', code: null, turns: true },
  { how: 'SIGTERM twice', end: 'terminate(); setTimeout(terminate, 40);', code: null, turns: true },
  { how: 'SIGTERM twice in a turn', end: 'terminate(); terminate();', code: null, turns: true },
  {
    how: 'SIGTERM, then SIGINT',
    end: "terminate(); setTimeout(() => process.kill(process.pid, 'SIGINT'), 40);",
    code: null,
    turns: true,
  },
  {
    how: 'SIGTERM in a burst of spans',
    end: "make('b', 2000); terminate(); setTimeout(terminate, 20);",
    code: null,
    more: 2000,
    turns: true,
  },
  {
    how: 'SIGTERM that is raised again after closing, as NestJS does',
    end: `const close = async (signal) => {
      await sleep(20);
      process.removeListener('SIGTERM', close);
      process.kill(process.pid, signal);
    };
    process.on('SIGTERM', close);
    terminate();`,
    code: null,
    turns: true,
  },
];

const TURNING = ENDS.filter(({ turns }) => turns);
const STANDING = ENDS.filter(({ turns }) => !turns);

const counts = (names: readonly string[]): { sent: number; twice: number } => {
  const sent = new Set(names).size;
  return { sent, twice: names.length - sent };
};
const namesAt = (receiver: OtlpReceiver): string[] => receiver.spans().map(({ name }) => name);

const TLS = join(ROOT, 'test/support/tls');
const CERTIFICATE = join(TLS, 'localhost-cert.pem');

describe('spans on their way at the end of the process', () => {
  it.each(ENDS)('are sent once: $how', async ({ end, code, more = 0 }) => {
    const receiver = await startOtlpReceiver({ delayMs: ANSWER_MS });
    const result = await endInFlight(receiver, end);
    expect(counts(namesAt(receiver))).toEqual({ sent: 600 + more, twice: 0 });
    expect(result.code).toBe(code);
    await receiver.close();
  });

  it.each(STANDING)('are sent once over TLS, compressed: $how', async ({ end, code, more = 0 }) => {
    const tls = { cert: readFileSync(CERTIFICATE), key: readFileSync(join(TLS, 'localhost-key.pem')) };
    const receiver = await startOtlpReceiver({ delayMs: ANSWER_MS }, tls);
    const env = { OTEL_EXPORTER_OTLP_CERTIFICATE: CERTIFICATE, OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' };
    const result = await endInFlight(receiver, end, env);
    expect(counts(namesAt(receiver))).toEqual({ sent: 600 + more, twice: 0 });
    expect(result.code).toBe(code);
    await receiver.close();
  });

  it.each([
    ['refuses for now', { status: 503, delayMs: ANSWER_MS }],
    ['never answers', { hang: true }],
  ])('are sent again where the backend %s', async (_, behaviour) => {
    const receiver = await startOtlpReceiver(behaviour);
    // The first request alone: nobody can know that a request of the last moments was lost.
    void receiver.waitFor(() => receiver.count() > 0).then(() => receiver.behave({}));
    await endInFlight(receiver, 'process.exit(2);', { LLM_OTEL_EXIT_TIMEOUT: '3000' });
    expect(counts(namesAt(receiver))).toEqual({ sent: 600, twice: 0 });
    await receiver.close();
  });

  it('are sent again where the connection is lost', async () => {
    const receiver = await startOtlpReceiver({ hang: true });
    void receiver
      .waitFor(() => receiver.count() > 0)
      .then(() => {
        receiver.behave({});
        setTimeout(() => receiver.disconnect(), 150);
      });
    const { ms } = await endInFlight(receiver, 'process.exit(2);');
    expect(counts(namesAt(receiver))).toEqual({ sent: 600, twice: 0 });
    expect(ms).toBeLessThan(5000); // LLM_OTEL_EXIT_TIMEOUT is 10,000
    await receiver.close();
  });

  it('of a worker thread are sent once', async () => {
    const receiver = await startOtlpReceiver({ delayMs: ANSWER_MS });
    const hasFirst = receiver.waitFor(() => receiver.count() > 0);
    const body = `const { isMainThread, parentPort, Worker } = require('node:worker_threads');
      if (isMainThread) {
        const worker = new Worker(process.argv[1]);
        worker.on('error', (error) => console.log(error.message));
        process.on('SIGUSR2', () => worker.postMessage('end'));
      } else {
        for (let i = 0; i < 600; i++) trace.getTracer('app').startSpan('a' + i).end();
        parentPort.on('message', () => { throw new Error('boom'); });
        console.log('made');
      }`;
    const { stdout } = await runApplication(body, {
      type: 'cjs',
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_METRICS_EXPORTER: 'none' },
      onStdout: (_, kill) => void hasFirst.then(() => kill('SIGUSR2')),
    });
    expect(stdout).toBe('made\nboom\n');
    expect(counts(namesAt(receiver))).toEqual({ sent: 600, twice: 0 });
    await receiver.close();
  });
});

/** A gRPC server that answers late, and keeps the names of the spans. */
async function startGrpc() {
  const names: string[] = [];
  let isAsked = (): void => {};
  const first = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  const server = createServer().on('stream', (stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', () => {});
    stream.on('end', () => {
      names.push(...flattenSpans(decode(REQUESTS.traces, Buffer.concat(chunks).subarray(5))).map(({ name }) => name));
      isAsked();
      setTimeout(() => {
        if (stream.destroyed) return;
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.end(Buffer.alloc(5));
      }, ANSWER_MS);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { names, first, url, close: () => server.close() };
}

// Answers over HTTP/2 are read by native code, and told in a later turn of the event loop.
describe('spans on their way over gRPC at the end of the process', () => {
  it.each([...STANDING.slice(0, 3), ...TURNING.slice(0, 2)])(
    'are not lost, and sent once if the event loop turns: $how',
    async ({ end, code, more = 0, turns }) => {
      const server = await startGrpc();
      const result = await runApplication(application(end), {
        type: 'cjs',
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
          OTEL_METRICS_EXPORTER: 'none',
        },
        onStdout: (_, kill) => void server.first.then(() => kill('SIGUSR2')),
      });
      const { sent, twice } = counts(server.names);
      expect([sent, twice]).toEqual([600 + more, turns === true ? 0 : 512]);
      expect(result.code).toBe(code);
      server.close();
    },
  );
});
