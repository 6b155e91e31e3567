import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { pipelinesOf, type SdkSettings } from '../../../src/config/sdk/sdk-settings.ts';
import { freshWarnings } from '../../support/warnings.ts';

const said = freshWarnings();
const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const certificate = join(folder, 'ca.pem');
writeFileSync(certificate, 'a certificate');

async function read(env: Readonly<Record<string, string>>): Promise<SdkSettings> {
  const { sdkSettings } = await import('../../../src/config/sdk/sdk-settings.ts');
  return sdkSettings(env);
}

/** The target of the first exporter of a signal. */
function targetOf(settings: SdkSettings, signal: 'traces' | 'metrics' | 'logs' = 'traces') {
  const exporter = pipelinesOf(settings)[signal][0]?.exporter;
  return exporter !== undefined && 'target' in exporter ? exporter.target : undefined;
}

test('nothing is set: OTLP over HTTP to this machine, and the defaults of the specification', async () => {
  const settings = await read({});
  expect(targetOf(settings)).toMatchObject({
    transport: 'http',
    url: 'http://localhost:4318/v1/traces',
    compression: 'none',
    timeoutMs: 10_000,
    tls: {},
    headers: { 'content-type': 'application/x-protobuf' },
  });
  expect(targetOf(settings, 'metrics')?.url).toBe('http://localhost:4318/v1/metrics');
  expect(targetOf(settings, 'logs')?.url).toBe('http://localhost:4318/v1/logs');
  expect(settings.traces?.pipelines).toMatchObject([
    {
      name: 'otlp',
      signal: 'traces',
      maxRequestSize: 4_194_304,
      retry: { initialInterval: 1000, multiplier: 1.5, maxInterval: 5000, maxAttempts: 5 },
      breaker: { failures: 5, openFor: 5000, maxOpenFor: 30_000 },
      spool: null,
      batch: {
        scheduleDelay: 5000,
        exportTimeout: 30_000,
        maxQueueSize: null,
        maxExportBatchSize: 512,
        overflow: 'drop_newest',
        adaptive: false,
      },
    },
  ]);
  expect(settings.traces?.sampler).toMatchObject({ kind: 'parent_based', root: { kind: 'always_on' } });
  expect(settings.logs?.pipelines[0]?.batch.scheduleDelay).toBe(1000);
  expect(settings.metrics?.readers[0]).toMatchObject({
    intervalMs: 60_000,
    timeoutMs: 30_000,
    temporality: 'cumulative',
  });
  expect(settings.exitTimeout).toBe(1500);
  expect(said()).toBe('');
});

describe('where OTLP goes', () => {
  test.each([
    ['a general endpoint is a base', { ENDPOINT: 'http://c:1/otel/?key=a' }, 'http://c:1/otel/v1/traces?key=a'],
    ['an endpoint of the signal is used as it is', { TRACES_ENDPOINT: 'http://c:2/x' }, 'http://c:2/x'],
    ['and goes first', { ENDPOINT: 'http://c:1', TRACES_ENDPOINT: 'http://c:2/x' }, 'http://c:2/x'],
    ['gRPC has a port of its own', { PROTOCOL: 'grpc' }, 'http://localhost:4317'],
    ['gRPC without a scheme means TLS', { PROTOCOL: 'grpc', ENDPOINT: 'c:3' }, 'https://c:3'],
    ['unless it is insecure', { PROTOCOL: 'grpc', ENDPOINT: 'c:3', INSECURE: 'true' }, 'http://c:3'],
    ['gRPC has no path', { PROTOCOL: 'grpc', ENDPOINT: 'http://c:3/v1/traces' }, 'http://c:3'],
  ])('%s', async (_, variables, url) => {
    const env = Object.entries(variables).map(([name, value]) => [`OTEL_EXPORTER_OTLP_${name}`, value]);
    expect(targetOf(await read(Object.fromEntries(env)))?.url).toBe(url);
    expect(said()).toBe('');
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', 'http://localhost:4318/v1/traces'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'ftp://c', 'http://localhost:4318/v1/traces'],
  ])('a %s that is no URL is told, and the default stays', async (name, value, url) => {
    expect(
      targetOf(await read({ [name]: value, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }))?.url,
    ).toBe(url);
    expect(said()).toContain(`${name}: `);
    expect(said()).toContain('expected a URL that starts with http:// or https://');
  });

  test('headers, compression, time and certificates of the signal go before the general ones', async () => {
    const settings = await read({
      OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=general,team=search',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'api-key=traces',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'none',
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
      OTEL_EXPORTER_OTLP_CERTIFICATE: certificate,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    });
    expect(targetOf(settings)).toMatchObject({
      headers: { 'api-key': 'traces', team: 'search', 'content-type': 'application/json' },
      compression: 'none',
      timeoutMs: 500,
      tls: { ca: Buffer.from('a certificate') },
    });
    expect(targetOf(settings, 'metrics')).toMatchObject({ compression: 'gzip', headers: { 'api-key': 'general' } });
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a b=c,fine=yes', 'an entry whose name is no valid header name'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'key=%0a', 'its value is no valid header value'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/nowhere/ca.pem', 'the file cannot be read (ENOENT)'],
  ])('%s=%s is told', async (name, value, message) => {
    await read({ [name]: value });
    expect(said()).toContain(message);
  });
});

describe('exporters', () => {
  test.each([
    ['otlp,console', ['otlp', 'console'], [5000, 0]],
    ['zipkin', ['zipkin'], [5000]],
    ['llm-console', ['tree'], [0]],
  ])('OTEL_TRACES_EXPORTER=%s', async (names, kinds, delays) => {
    const { traces } = await read({ OTEL_TRACES_EXPORTER: names });
    expect(traces?.pipelines.map(({ exporter }) => exporter.kind)).toEqual(kinds);
    expect(traces?.pipelines.map(({ batch }) => batch.scheduleDelay)).toEqual(delays);
  });

  test('none turns a signal off', async () => {
    const off = await read({
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    });
    expect([off.traces, off.metrics, off.logs]).toEqual([undefined, undefined, undefined]);
  });

  test('Zipkin has an address and a time of its own', async () => {
    const env = { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'http://z:1/api/v2/spans' };
    expect(targetOf(await read({ ...env, OTEL_EXPORTER_ZIPKIN_TIMEOUT: '70' }))).toMatchObject({
      url: 'http://z:1/api/v2/spans',
      timeoutMs: 70,
      headers: { 'content-type': 'application/json' },
    });
    expect(targetOf(await read({ ...env, OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'z' }))?.url).toBe(
      'http://localhost:9411/api/v2/spans',
    );
    expect(said()).toContain('OTEL_EXPORTER_ZIPKIN_ENDPOINT');
  });

  test('Prometheus, temporality and histograms', async () => {
    const { metrics } = await read({
      OTEL_METRICS_EXPORTER: 'prometheus,otlp',
      OTEL_EXPORTER_PROMETHEUS_PORT: '9999',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
      OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_METRIC_EXPORT_TIMEOUT: '2000',
    });
    expect(metrics).toMatchObject({
      readers: [
        { pipeline: { exporter: { kind: 'prometheus', host: 'localhost', port: 9999 } } },
        {
          pipeline: { exporter: { kind: 'otlp' } },
          temporality: 'delta',
          histograms: 'base2_exponential_bucket_histogram',
          intervalMs: 1000,
          timeoutMs: 1000,
        },
      ],
    });
    expect(said()).toContain('it is longer than the interval');
  });

  test('LLM_OTEL_CONSOLE beside exporters that do not print says so', async () => {
    await read({ LLM_OTEL_CONSOLE: '1', OTEL_TRACES_EXPORTER: 'otlp' });
    expect(said()).toContain('LLM_OTEL_CONSOLE prints nothing because of OTEL_TRACES_EXPORTER=otlp.');
  });
});

describe('the queue', () => {
  test('bounds, sizes and delays', async () => {
    const { traces, logs } = await read({
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '200',
      OTEL_BSP_SCHEDULE_DELAY: '20',
      OTEL_BLRP_SCHEDULE_DELAY: '30',
      LLM_OTEL_QUEUE_MAX_BYTES: '4096',
      LLM_OTEL_QUEUE_OVERFLOW: 'drop_oldest',
      LLM_OTEL_BATCH_ADAPTIVE: 'true',
      LLM_OTEL_MAX_REQUEST_SIZE: '2048',
      LLM_OTEL_EXIT_TIMEOUT: '0',
    });
    expect(traces?.pipelines[0]).toMatchObject({
      maxRequestSize: 2048,
      batch: {
        maxQueueSize: 100,
        maxExportBatchSize: 100,
        scheduleDelay: 20,
        maxQueueBytes: 4096,
        overflow: 'drop_oldest',
        adaptive: true,
      },
    });
    expect(logs?.pipelines[0]?.batch).toMatchObject({ scheduleDelay: 30, maxQueueSize: null });
    expect(said()).toContain('OTEL_BSP_MAX_EXPORT_BATCH_SIZE');
  });

  test.each([
    ['off', null, ''],
    ['3,250', { failures: 3, openFor: 250, maxOpenFor: 30_000 }, ''],
    ['3,60000', { failures: 3, openFor: 60_000, maxOpenFor: 60_000 }, ''],
    ['3', { failures: 5, openFor: 5000, maxOpenFor: 30_000 }, 'expected failures and milliseconds'],
    ['0,5', { failures: 5, openFor: 5000, maxOpenFor: 30_000 }, 'expected failures and milliseconds'],
  ])('LLM_OTEL_BREAKER=%s', async (text, breaker, message) => {
    expect((await read({ LLM_OTEL_BREAKER: text })).traces?.pipelines[0]?.breaker).toEqual(breaker);
    expect(said()).toContain(message);
  });

  test('a spool is for OTLP, and never for metrics', async () => {
    const settings = await read({
      OTEL_TRACES_EXPORTER: 'otlp,console',
      LLM_OTEL_SPOOL: '/var/spool/llm',
      LLM_OTEL_SPOOL_MODE: 'write_ahead',
      LLM_OTEL_SPOOL_MAX_BYTES: '1000',
      LLM_OTEL_SPOOL_MAX_AGE: '2000',
    });
    const spool = { directory: '/var/spool/llm', mode: 'write_ahead', maxBytes: 1000, maxAge: 2000 };
    expect(settings.traces?.pipelines.map((one) => one.spool)).toMatchObject([spool, null]);
    expect(settings.logs?.pipelines.map((one) => one.spool)).toMatchObject([spool]);
    expect(pipelinesOf(settings).metrics.map((one) => one.spool)).toEqual([null]);
  });
});

test.each([
  [
    { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
    { kind: 'trace_id_ratio_based', ratio: 0.25 },
    '',
  ],
  [
    { OTEL_TRACES_SAMPLER: 'traceidratio' },
    { kind: 'trace_id_ratio_based', ratio: 1 },
    'a ratio sampler needs a number',
  ],
  [{ OTEL_TRACES_SAMPLER: 'always_off' }, { kind: 'always_off' }, ''],
])('sampler %o', async (env, sampler, message) => {
  expect((await read(env)).traces?.sampler).toMatchObject(sampler);
  expect(said()).toContain(message);
});
