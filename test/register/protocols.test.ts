import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { REQUESTS } from '../support/otlp/messages.ts';
import { decode } from '../support/otlp/wire.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runApplication, WORK } from './application.ts';

const EXIT = 'process.exit(0);';
const ENDS = [
  ['by itself', ''],
  ['by process.exit()', EXIT],
] as const;

const LOGS = `const { logs } = require('@opentelemetry/api-logs');
logs.getLogger('app').emit({
  eventName: 'gen_ai.client.inference.operation.details',
  severityNumber: 9,
  body: { text: 'hello' },
  attributes: { 'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'hi', n: 1.5, ok: true }] }] },
});`;

describe.concurrent('OTLP over HTTP', () => {
  for (const protocol of ['http/protobuf', 'http/json'])
    for (const compression of ['none', 'gzip'])
      it.each(ENDS)(`${protocol}, ${compression}: all three signals of a process that ends %s`, async (_, end) => {
        const receiver = await startOtlpReceiver();
        const { stderr } = await runApplication(WORK + LOGS + end, {
          env: {
            OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
            OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
            OTEL_EXPORTER_OTLP_COMPRESSION: compression,
            OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20secret,x-team=a',
            OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'X-Team=b',
          },
        });
        expect(stderr).toBe('');
        expect(receiver.spans()).toHaveLength(2);
        expect(receiver.metrics()).toHaveLength(1);
        expect(receiver.logs()).toMatchObject([
          {
            eventName: 'gen_ai.client.inference.operation.details',
            body: { text: 'hello' },
            attributes: {
              'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'hi', n: 1.5, ok: true }] }],
            },
          },
        ]);
        for (const { signal, headers } of receiver.requests) {
          expect(headers.authorization).toBe('Bearer secret');
          expect(headers['x-team']).toBe(signal === 'traces' ? 'b' : 'a');
          expect(headers['content-encoding']).toBe(compression === 'gzip' ? 'gzip' : undefined);
        }
        await receiver.close();
      });

  it('a signal can have its own endpoint and protocol', async () => {
    const [one, other] = [await startOtlpReceiver(), await startOtlpReceiver()];
    await runApplication(WORK, {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: one.url,
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${other.url}/v1/traces`,
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      },
    });
    expect([one.count('traces'), one.count('metrics'), other.count('traces')]).toEqual([0, 1, 1]);
    expect(other.requests[0]?.headers['content-type']).toBe('application/json');
    await Promise.all([one.close(), other.close()]);
  });

  it('tries again after a 503', async () => {
    const receiver = await startOtlpReceiver({ status: 503 });
    const running = runApplication(`${WORK} setTimeout(() => {}, 4000);`, {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '10' },
    });
    await receiver.waitFor(() => receiver.count('traces') === 1);
    receiver.behave({});
    await receiver.waitFor(() => receiver.spans().length === 2);
    const { stderr } = await running;
    expect(stderr).toBe('');
    await receiver.close();
  });

  it('says what to check when the collector refuses the credentials', async () => {
    const receiver = await startOtlpReceiver({ status: 401 });
    const { stderr } = await runApplication(WORK, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    expect(stderr).toContain(
      `/v1/traces and are lost: HTTP 401 Unauthorized: the backend does not know the key. Check the address`,
    );
    // Spans and metrics: one line for each pipeline.
    expect(stderr.trim().split('\n')).toHaveLength(2);
    await receiver.close();
  });
});

/** A gRPC server as far as OTLP goes: unary calls, answered with `status`. */
async function startGrpc(status = 0) {
  const calls: { headers: IncomingHttpHeaders; message: Buffer }[] = [];
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const body = Buffer.concat(chunks);
      calls.push({ headers, message: body.subarray(5, 5 + body.readUInt32BE(1)) });
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status), 'grpc-message': 'no' }));
      stream.end(Buffer.alloc(5));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { calls, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

describe.concurrent('OTLP over gRPC', () => {
  it.each(ENDS)('all three signals of a process that ends %s', async (_, end) => {
    const server = await startGrpc();
    const { stderr } = await runApplication(WORK + LOGS + end, {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_HEADERS: 'X-Team=a',
      },
    });
    expect(stderr).toBe('');
    expect(server.calls.map(({ headers }) => headers[':path']).sort()).toEqual([
      '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
      '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    ]);
    const traces = server.calls.find(({ headers }) => headers[':path']?.includes('trace'));
    expect(traces?.headers['x-team']).toBe('a');
    expect(JSON.stringify(decode(REQUESTS.traces, traces?.message ?? Buffer.alloc(0)), plain)).toContain('inner');
    server.close();
  });

  it('reports the status it is refused with', async () => {
    const server = await startGrpc(16);
    const { stderr } = await runApplication(WORK, {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: server.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    });
    expect(stderr).toContain('gRPC status 16 UNAUTHENTICATED (no)');
    server.close();
  });
});

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

describe.concurrent('other exporters', () => {
  it.each(ENDS)('Zipkin gets the spans of a process that ends %s', async (_, end) => {
    const bodies: unknown[] = [];
    const server = createHttpServer((req, res) => {
      let text = '';
      req.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      req.on('end', () => {
        bodies.push(...JSON.parse(text));
        res.writeHead(202).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2/spans`;
    const env = { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: url, OTEL_METRICS_EXPORTER: 'none' };
    const { stderr } = await runApplication(WORK + end, { env });
    expect(stderr).toBe('');
    expect(bodies).toMatchObject([{ name: 'inner' }, { name: 'outer', localEndpoint: { serviceName: '@x/llm-otel' } }]);
    server.close();
  });

  it('the console prints all three signals, beside OTLP if both are listed', async () => {
    const receiver = await startOtlpReceiver();
    const { stdout } = await runApplication(WORK + LOGS + EXIT, {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_TRACES_EXPORTER: 'otlp,console',
        OTEL_METRICS_EXPORTER: 'console,otlp',
        OTEL_LOGS_EXPORTER: 'console',
      },
    });
    expect(stdout).toContain("name: 'inner'");
    expect(stdout).toContain("name: 'hits'");
    expect(stdout).toContain("eventName: 'gen_ai.client.inference.operation.details'");
    expect([receiver.spans().length, receiver.metrics().length, receiver.count('logs')]).toEqual([2, 1, 0]);
    await receiver.close();
  });

  it('Prometheus is served by the main process alone; a taken port is a warning', async () => {
    const taken = createHttpServer(() => {}).listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const env = {
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
    };
    const refused = await runApplication(`${WORK} setTimeout(() => {}, 200);`, { env });
    expect(refused.code).toBe(0);
    expect(refused.stderr).toBe(
      `@x/llm-otel: warning: Prometheus metrics are not served, port ${port} on 127.0.0.1 cannot be opened: it is in use. Set OTEL_EXPORTER_PROMETHEUS_PORT, or OTEL_METRICS_EXPORTER=none.\n`,
    );
    taken.close();
    await once(taken, 'close');
    const served = await runApplication(
      `${WORK}
      const { fork } = require('node:child_process');
      const { Worker } = require('node:worker_threads');
      setTimeout(async () => {
        const text = await (await fetch('http://127.0.0.1:${port}/metrics')).text();
        console.log(/^hits_total.* 3$/m.test(text));
        new Worker('0', { eval: true, execArgv: ['--require', '@x/llm-otel/register'] }).on('exit', () =>
          fork(process.argv[1].replace(/main\\..*/, 'none.cjs'), { execArgv: ['--require', '@x/llm-otel/register', '-e', '0'] }));
      }, 300);`,
      { env },
    );
    expect(served).toMatchObject({ code: 0, stdout: 'worked\ntrue\n', stderr: '' });
  });
});
