import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as backends from '../../../src/config/backends/backends.ts';
import { readPipelineOptions } from '../../../src/config/file/options/read-pipeline-options.ts';
import { sdkSettings } from '../../../src/config/sdk/sdk-settings.ts';
import { settingsOfProvider } from '../../../src/config/start/settings-from-code.ts';
import { type RunningSdk, startNamedProvider, startSdk } from '../../../src/pipeline/sdk/start-sdk.ts';
import { flushAll } from '../../../src/pipeline/shipping/process-end.ts';
import { status } from '../../../src/pipeline/status.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver.ts';
import '../support/parts.ts';

vi.mock(import('../../../src/config/backends/load-backends.ts'), () => ({ loadBackends: () => backends }));

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

let receiver: OtlpReceiver;
let printed: string;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  printed = '';
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await receiver.close();
});

/** One span, one count and one log record through an SDK with these variables; resolves when everything was sent. */
async function work(env: Readonly<Record<string, string>>): Promise<RunningSdk> {
  const sdk = startSdk(sdkSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SERVICE_NAME: 'shop', ...env }));
  const span = sdk.trace?.getTracer('app').startSpan('order', { kind: SpanKind.CLIENT, attributes: { id: 7 } });
  span?.addEvent('paid', { euro: 3 });
  span?.setStatus({ code: SpanStatusCode.ERROR, message: 'no stock' });
  span?.end();
  sdk.metrics?.getMeter('app').createCounter('hits').add(3, { page: 'a' });
  sdk.metrics?.getMeter('app').createHistogram('time').record(2);
  sdk
    .logs?.()
    .getLogger('app')
    .emit({ body: 'hello' } as never);
  await sdk.flush();
  await flushAll(10_000);
  sdk.stopMetrics();
  await flushAll(10_000);
  return sdk;
}

test('spans for a product are translated, after their stacks were read', async () => {
  const env = {
    LLM_OTEL_BACKEND: 'arize',
    ARIZE_SPACE_ID: 'a',
    ARIZE_API_KEY: 'b',
    ARIZE_COLLECTOR_ENDPOINT: receiver.url,
  };
  const sdk = startSdk(sdkSettings(env));
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o' };
  const span = sdk.trace?.getTracer('@x/llm-otel/openai').startSpan('chat', { attributes });
  span?.recordException(new Error('no'));
  span?.end();
  await sdk.flush();
  await flushAll(10_000);
  expect(receiver.requests.map(({ signal, headers }) => [signal, headers['arize-space-id']])).toEqual([
    ['traces', 'a'],
  ]);
  expect(receiver.spans()).toMatchObject([
    {
      attributes: { ...attributes, 'openinference.span.kind': 'LLM', 'llm.model_name': 'gpt-4o' },
      events: [{ attributes: { 'exception.stacktrace': expect.stringContaining('Error: no') } }],
      resource: { 'openinference.project.name': 'default' },
    },
  ]);
  expect(sdk.metrics).toBeUndefined();
  expect(printed).toBe('');
});

describe('all signals arrive', () => {
  test.each([
    ['http/protobuf', {}],
    ['http/protobuf', { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }],
    ['http/json', {}],
    ['http/protobuf', { LLM_OTEL_BATCH_ADAPTIVE: 'true', LLM_OTEL_BREAKER: 'off' }],
  ])('over %s with %o', async (protocol, env) => {
    const sdk = await work({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol, ...env });
    expect(receiver.spans()).toMatchObject([
      {
        name: 'order',
        kind: SpanKind.CLIENT,
        attributes: { id: 7 },
        events: [{ name: 'paid', attributes: { euro: 3 } }],
        status: { code: SpanStatusCode.ERROR, message: 'no stock' },
        resource: { 'service.name': 'shop', 'telemetry.distro.name': '@x/llm-otel' },
      },
    ]);
    expect(receiver.metrics().map(({ name }) => name)).toEqual(expect.arrayContaining(['hits', 'time']));
    expect(receiver.logs()).toMatchObject([{ body: 'hello' }]);
    expect(sdk.summary).toMatch(/^service shop, traces to .*\/v1\/traces, metrics to .*, logs to /);
    expect(printed).toBe('');
  });

  test('and the account of each pipeline balances', async () => {
    const known = status().pipelines.length;
    await work({});
    const mine = status().pipelines.slice(known);
    expect(mine.map(({ name, signal }) => [name, signal])).toEqual([
      ['otlp', 'metrics'],
      ['otlp', 'traces'],
      ['otlp', 'logs'],
    ]);
    for (const { ended, exported, dropped, inflight, queue } of mine)
      expect({ ended, dropped, inflight, size: queue.size }).toEqual({
        ended: exported,
        dropped: {},
        inflight: 0,
        size: 0,
      });
  });
});

test.each([
  ['delta', 'delta'],
  ['cumulative', 'cumulative'],
  ['lowmemory', 'delta'],
])('temporality %s sends counters as %s', async (preference, temporality) => {
  await work({ OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: preference });
  expect(receiver.metrics().find(({ name }) => name === 'hits')?.temporality).toBe(temporality);
});

test('exponential histograms', async () => {
  await work({ OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram' });
  expect(receiver.metrics().find(({ name }) => name === 'time')?.type).toBe('exponentialHistogram');
});

test('numbers that have not changed are not sent again at the end', async () => {
  await work({ OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' });
  expect(receiver.count('metrics')).toBe(1);
});

test('the console prints every signal', async () => {
  await work({ OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'console', OTEL_LOGS_EXPORTER: 'console' });
  for (const word of ["name: 'order'", "name: 'hits'", "body: 'hello'"]) expect(printed).toContain(word);
  expect(receiver.count()).toBe(0);
});

test('a backend that refuses is told with its words, without the key, and what was refused is counted', async () => {
  receiver.behave({ status: 401 });
  await work({ OTEL_EXPORTER_OTLP_HEADERS: 'api-key=0123456789abcdef', OTEL_METRICS_EXPORTER: 'none' });
  expect(printed).toMatch(/pipeline otlp: 1 span was refused by .*\/v1\/traces and is lost: HTTP 401/);
  expect(printed).not.toContain('0123456789abcdef');
  expect(status().pipelines.filter(({ dropped }) => dropped.rejected === 1)).toHaveLength(2);
});

test('telemetry uses neither the timers nor the node:http of the application', async () => {
  const { default: http } = await import('node:http');
  const original = http.request;
  const seen: unknown[] = [];
  const sdk = startSdk(
    sdkSettings({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
    }),
  );
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval'] });
  http.request = ((...args: unknown[]) => {
    seen.push(args[0]);
    return original(...(args as [string]));
  }) as typeof http.request;
  try {
    sdk
      .logs?.()
      .getLogger('app')
      .emit({ body: 'late' } as never);
    const sent = flushAll(10_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(await sent).toBe(true);
  } finally {
    http.request = original;
    vi.useRealTimers();
  }
  expect(receiver.logs()).toMatchObject([{ body: 'late' }]);
  expect(seen).toEqual([]);
});

test('a provider by name sends past the node:https that a test tool replaces', async () => {
  const { default: https } = await import('node:https');
  const original = https.request;
  const seen: unknown[] = [];
  const pipelines = [{ exporter: { otlp_http: { endpoint: 'https://127.0.0.1:1/v1/traces' } } }];
  const named = startNamedProvider(settingsOfProvider({ pipelines }, {}, () => readPipelineOptions));
  https.request = ((...args: unknown[]) => {
    seen.push(args[0]);
    return original(...(args as [string]));
  }) as typeof https.request;
  try {
    named.provider.getTracer('app').startSpan('late').end();
    await named.shutdown(500);
  } finally {
    https.request = original;
  }
  expect(status().pipelines.at(-1)?.ended).toBe(1);
  expect(seen).toEqual([]);
});

test('a body with a getter that throws reaches neither emit() nor the record beside', async () => {
  const sdk = startSdk(sdkSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_METRICS_EXPORTER: 'none' }));
  const body = {
    get secret(): string {
      throw new Error('not for you');
    },
  };
  const logger = sdk.logs?.().getLogger('app');
  expect(() => logger?.emit({ body } as never)).not.toThrow();
  logger?.emit({ body: 'fine' } as never);
  await flushAll(10_000);
  expect(receiver.logs().map((log) => log.body)).toContain('fine');
});

describe('Zipkin', () => {
  let zipkin: Server;
  let bodies: string[];
  beforeEach(async () => {
    bodies = [];
    zipkin = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(202).end();
      });
    }).listen(0, '127.0.0.1');
    await once(zipkin, 'listening');
  });
  afterEach(() => void zipkin.close());

  test('gets spans in its own form', async () => {
    const { port } = zipkin.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/api/v2/spans`;
    const sdk = startSdk(
      sdkSettings({
        OTEL_SERVICE_NAME: 'shop',
        OTEL_TRACES_EXPORTER: 'zipkin',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_EXPORTER_ZIPKIN_ENDPOINT: url,
        OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '3',
      }),
    );
    const tracer = sdk.trace?.getTracer('app', '1.0');
    const client = tracer?.startSpan('call', {
      kind: SpanKind.CLIENT,
      attributes: { 'server.address': 'api.test', 'server.port': 443, list: ['a', 'b'], dropped: true },
    });
    client?.addEvent('first');
    client?.addEvent('second', { n: 1 });
    client?.setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
    client?.end();
    const plain = tracer?.startSpan('plain');
    plain?.setStatus({ code: SpanStatusCode.OK });
    plain?.end();
    await sdk.flush();
    expect(await flushAll(10_000)).toBe(true);
    expect(bodies).toHaveLength(1);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject([
      {
        name: 'call',
        kind: 'CLIENT',
        localEndpoint: { serviceName: 'shop' },
        remoteEndpoint: { serviceName: 'api.test', port: 443 },
        annotations: [{ value: 'first' }, { value: '"second": {"n":1}' }],
        tags: {
          list: '["a","b"]',
          'otel.scope.name': 'app',
          'otel.scope.version': '1.0',
          'otel.status_code': 'ERROR',
          error: 'no',
          'otel.dropped_attributes_count': '1',
        },
      },
      { name: 'plain', tags: { 'otel.status_code': 'OK' }, annotations: [] },
    ]);
  });
});
