/** The checks of receivers, against real servers. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import '../../pipeline/support/parts.ts';
import { ROOT } from '../../support/spawn.ts';
import { askDoctor, HEALTHY, writeProject } from './sample-project.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../../pipeline/support/load.ts'));

const servers: { close(): unknown }[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

let dir = '';
beforeAll(() => {
  dir = writeProject(HEALTHY);
});

async function portOf(server: Pick<Server, 'listen' | 'address' | 'close'>): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return (server.address() as AddressInfo).port;
}

/** A server with one status for every path, or a status for each signal. Keeps the requests. */
async function httpServer(
  status: number | Readonly<Record<string, number>>,
): Promise<{ port: number; requests: { url: string; body: Buffer }[] }> {
  const requests: { url: string; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const url = request.url ?? '';
      requests.push({ url, body: Buffer.concat(parts) });
      response.statusCode = typeof status === 'number' ? status : (status[url.split('/').at(-1) ?? ''] ?? 200);
      response.end();
    });
  });
  return { port: await portOf(server), requests };
}

async function ask(
  env: Record<string, string>,
  more: { send?: boolean; timeoutMs?: number } = {},
): Promise<Record<string, string>> {
  const findings = await askDoctor({ dir, env, network: true, ...more });
  return Object.fromEntries(
    findings
      .filter(({ id }) => /^otlp-|^prometheus/.test(id))
      .map(({ id, status, message, fix }) => [id, `${status}: ${message}${fix === undefined ? '' : ` => ${fix}`}`]),
  );
}

const endpoint = (port: number, scheme = 'http'): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: `${scheme}://127.0.0.1:${port}`,
});
const TRACES = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

describe('receivers', () => {
  test('that answer are fine, and get nothing', async () => {
    const { port, requests } = await httpServer(200);
    expect(await ask(endpoint(port))).toEqual({
      'otlp-traces': `ok: traces: http://127.0.0.1:${port}/v1/traces answers`,
      'otlp-metrics': `ok: metrics: http://127.0.0.1:${port}/v1/metrics answers`,
      'otlp-logs': `ok: logs: http://127.0.0.1:${port}/v1/logs answers`,
    });
    expect(requests.map(({ body }) => body.length)).toEqual([0, 0, 0]);
  });

  test.each(['http/json', 'http/protobuf'])('get a span on request (%s)', async (protocol) => {
    const { port, requests } = await httpServer(200);
    const env = { ...endpoint(port), OTEL_EXPORTER_OTLP_PROTOCOL: protocol };
    expect(await ask(env, { send: true })).toMatchObject({
      'otlp-traces': expect.stringMatching(/^ok: .*has taken the span/),
    });
    expect(requests[0]?.body.toString('latin1')).toContain('llm-otel doctor');
    expect(requests[1]?.body.toString()).toBe(protocol === 'http/json' ? '{"resourceMetrics":[]}' : '');
  });

  test('that refuse a request without content are there', async () => {
    const { port } = await httpServer(400);
    expect((await ask(endpoint(port)))['otlp-traces']).toMatch(/^ok: .*answers$/);
  });

  test.each([
    [401, /^fail: .*HTTP 401.* => set the key of the backend/],
    [403, /^fail: .*HTTP 403.* => set the key of the backend/],
    [404, /^fail: .*HTTP 404.* => correct the address/],
    [405, /^fail: .*HTTP 405.* => correct the address/],
    [500, /^fail: .*HTTP 500.* => look into the log of the receiver/],
  ])('that answer with %i to traces', async (status, says) => {
    const { port } = await httpServer(status);
    const env = { ...endpoint(port), ...TRACES, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20topsecretkey' };
    const found = await ask(env);
    expect(found['otlp-traces']).toMatch(says);
    expect(JSON.stringify(found)).not.toContain('topsecretkey');
  });

  test.each([404, 405, 501])(
    'that answer with %i to metrics and logs cause warnings, gone with the fix',
    async (status) => {
      const { port } = await httpServer({ metrics: status, logs: status });
      const found = await ask(endpoint(port));
      expect(found['otlp-traces']).toMatch(/^ok/);
      expect(found['otlp-metrics']).toMatch(/^warn: .* => export OTEL_METRICS_EXPORTER=none$/);
      expect(found['otlp-logs']).toMatch(/^warn: .* => export OTEL_LOGS_EXPORTER=none$/);
      expect((await ask({ ...endpoint(port), ...TRACES }))['otlp-metrics']).toMatch(/^skip/);
    },
  );

  test('that are not there', async () => {
    const server = createServer();
    const port = await portOf(server);
    server.close();
    const found = await ask({ ...endpoint(port), ...TRACES });
    expect(found['otlp-traces']).toMatch(
      /^fail: .*ECONNREFUSED.* => start the receiver at 127\.0\.0\.1:\d+, or .*LLM_OTEL_CONSOLE=1$/,
    );
    expect((await ask({ ...endpoint(port), LLM_OTEL_CONSOLE: '1' }))['otlp-traces']).toMatch(/^skip/);
  });

  test('whose host is unknown', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://no-such-host.invalid:4318', ...TRACES };
    expect((await ask(env))['otlp-traces']).toMatch(
      /^fail: .*no-such-host\.invalid is not known.* => correct the host/,
    );
  });

  test('that never answer', async () => {
    const server = createNetServer(() => {});
    const port = await portOf(server as unknown as Server);
    expect((await ask({ ...endpoint(port), ...TRACES }, { timeoutMs: 200 }))['otlp-traces']).toMatch(
      /^fail: .* => start the receiver/,
    );
  });

  test('with a certificate that nobody trusts, and with the fix', async () => {
    const [key, cert] = ['localhost-key.pem', 'localhost-cert.pem'].map((name) =>
      readFileSync(join(ROOT, 'test/support/tls', name)),
    );
    // Connections are kept by address, so a server for each question.
    const httpsServer = async (): Promise<Record<string, string>> => {
      const server = createHttpsServer({ key, cert }, (_request, response) => response.end());
      return {
        OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${await portOf(server as unknown as Server)}`,
        ...TRACES,
      };
    };
    const found = await ask(await httpsServer());
    expect(found['otlp-traces']).toMatch(/^fail: .*certificate.* => export OTEL_EXPORTER_OTLP_CERTIFICATE=/);
    const trusted = { OTEL_EXPORTER_OTLP_CERTIFICATE: join(ROOT, 'test/support/tls/localhost-cert.pem') };
    expect((await ask({ ...(await httpsServer()), ...trusted }))['otlp-traces']).toMatch(/^ok/);
  });

  test('that speak no TLS', async () => {
    const { port } = await httpServer(200);
    expect((await ask({ ...endpoint(port, 'https'), ...TRACES }))['otlp-traces']).toMatch(
      /^fail: .*does not speak TLS.* => use http:\/\//,
    );
  });

  test('that speak gRPC on a port of HTTP, and with the fix', async () => {
    const server = createHttp2Server();
    server.on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.alloc(5));
    });
    const port = await portOf(server as unknown as Server);
    const env = { ...endpoint(port), ...TRACES };
    expect((await ask(env))['otlp-traces']).toMatch(/^fail: .* => export OTEL_EXPORTER_OTLP_PROTOCOL=grpc$/);
    expect((await ask({ ...env, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }))['otlp-traces']).toMatch(/^ok/);
  });

  test('that speak HTTP on a port of gRPC', async () => {
    const { port } = await httpServer(200);
    const env = { ...endpoint(port), ...TRACES, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    expect((await ask(env))['otlp-traces']).toMatch(/^fail: .* => export OTEL_EXPORTER_OTLP_PROTOCOL=http\/protobuf$/);
  });
});

test('the port of Prometheus is free, or taken', async () => {
  const port = await portOf(createNetServer() as unknown as Server);
  const env = {
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
    LLM_OTEL_CONSOLE: '1',
  };
  expect(await ask({ ...env, OTEL_EXPORTER_PROMETHEUS_PORT: String(port) })).toMatchObject({
    'prometheus-port': expect.stringMatching(/^fail: port \d+ is taken.* => export OTEL_EXPORTER_PROMETHEUS_PORT=\d+/),
  });
  for (const server of servers.splice(-1)) await new Promise((resolve) => (server as Server).close(resolve));
  expect(await ask({ ...env, OTEL_EXPORTER_PROMETHEUS_PORT: String(port) })).toMatchObject({
    'prometheus-port': `ok: port ${port} is free`,
  });
});
