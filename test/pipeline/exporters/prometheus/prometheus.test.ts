/** The exporter as the SDK starts the exporter: a server, and scrapes over HTTP. */
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type RequestOptions } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { detectResources, resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MetricReaderSettings } from '../../../../src/config/sdk/metrics-settings.ts';
import { sdkSettings } from '../../../../src/config/sdk/sdk-settings.ts';
import { startMetrics } from '../../../../src/pipeline/sdk/metrics/start-metrics.ts';
import { type RunningSdk, startSdk } from '../../../../src/pipeline/sdk/start-sdk.ts';
import { freePort } from '../../../support/free-ports.ts';
import '../../support/parts.ts';

vi.mock(import('../../../../src/pipeline/load.ts'), () => import('../../support/load.ts'));

let printed: string;
let sdk: RunningSdk;
let port: number;
const agent = new Agent({ keepAlive: true });

beforeEach(async () => {
  printed = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  port = await freePort();
  sdk = startSdk(
    sdkSettings({
      OTEL_SERVICE_NAME: 'shop',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
    }),
  );
});
afterEach(() => {
  sdk.stopMetrics();
  vi.restoreAllMocks();
});

interface Answer extends Pick<IncomingMessage, 'statusCode' | 'headers'> {
  readonly body: Buffer;
}

async function scrape(path = '/metrics', headers = {}, options: RequestOptions = {}): Promise<Answer> {
  const request = get({ host: '127.0.0.1', port, path, headers, agent, ...options });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { statusCode: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

const textOf = async (headers = {}): Promise<string> => String((await scrape('/metrics', headers)).body);

describe('a scrape', () => {
  test('gets the numbers since the start, again and again', async () => {
    const counter = sdk.metrics?.getMeter('app').createCounter('hits');
    for (const total of [1, 2]) {
      counter?.add(1);
      expect(await textOf()).toContain(`\nhits_total{otel_scope_name="app"} ${total}\n`);
    }
    const { headers } = await scrape();
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(sdk.prometheusUrl()).toBe(`http://127.0.0.1:${port}/metrics`);
    expect(await textOf()).toMatch(/^target_info\{.*service_name="shop".*\} 1$/m);
  });

  test('gets OpenMetrics', async () => {
    sdk.metrics?.getMeter('app').createHistogram('wait', { unit: 's' }).record(1);
    const { headers, body } = await scrape('/metrics?name=x', { accept: 'application/openmetrics-text;version=1.0.0' });
    expect(headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(String(body)).toMatch(/# UNIT wait_seconds seconds\n(.*\n)+# EOF\n$/);
  });

  test('gets gzip for a large page, and plain text for a small page or a scraper that does not ask', async () => {
    const encodings = { 'accept-encoding': 'gzip' };
    const counter = sdk.metrics?.getMeter('app').createCounter('hits');
    for (let i = 0; i < 50; i++) counter?.add(1, { page: `p${i}` });
    const { headers, body } = await scrape('/metrics', encodings);
    expect(headers['content-encoding']).toBe('gzip');
    expect(Number(headers['content-length'])).toBe(body.length);
    expect(String(gunzipSync(body))).toBe(await textOf());
  });

  test('waits for asynchronous callbacks, and a callback that fails costs nothing else', async () => {
    const meter = sdk.metrics?.getMeter('app');
    meter?.createObservableGauge('slow').addCallback(async (result) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      result.observe(7);
    });
    meter?.createObservableGauge('broken').addCallback(() => Promise.reject(new Error('no database')));
    expect(await textOf()).toContain('\nslow{otel_scope_name="app"} 7\n');
    expect(printed).toBe('@x/llm-otel: warning: a callback of an observable instrument failed: Error: no database\n');
  });

  test('of something else is answered with a hint', async () => {
    expect(await scrape('/')).toMatchObject({ statusCode: 404, body: Buffer.from('Metrics are at /metrics.\n') });
    expect(await scrape('//[')).toMatchObject({ statusCode: 404 });
    expect(await scrape('/metrics', {}, { method: 'DELETE' })).toMatchObject({
      statusCode: 405,
      headers: { allow: 'GET, HEAD' },
    });
    const head = await scrape('/metrics', {}, { method: 'HEAD' });
    expect([head.statusCode, head.body.length, Number(head.headers['content-length']) > 0]).toEqual([200, 0, true]);
  });

  test('that the SDK cannot answer is an error for the scraper and a warning for the user', async () => {
    sdk.metrics
      ?.getMeter('app')
      .createGauge('g')
      .record(1, { list: ['a'] });
    vi.spyOn(JSON, 'stringify').mockImplementation(() => {
      throw new Error('broken');
    });
    const answer = await scrape();
    vi.mocked(JSON.stringify).mockRestore();
    expect([answer.statusCode, String(answer.body)]).toEqual([500, 'The metrics cannot be served.\n']);
    expect(printed).toContain('warning: Prometheus metrics cannot be served: Error: broken');
  });
});

test('connections do not outlive the SDK', async () => {
  await scrape();
  sdk.stopMetrics();
  await expect(scrape()).rejects.toThrow(/ECONNREFUSED|ECONNRESET|socket hang up/);
  const again = createServer().listen(port, '127.0.0.1');
  await once(again, 'listening');
  again.close();
});

test('a server that is stopped before it listens never listens', async () => {
  const second = await freePort();
  const settings = sdkSettings({
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_HOST: 'localhost',
    OTEL_EXPORTER_PROMETHEUS_PORT: String(second),
  }).metrics;
  if (settings === undefined) throw new Error('no metrics');
  const metrics = startMetrics(settings, resourceFromAttributes({}));
  metrics.stop();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(scrape('/metrics', {}, { port: second, host: 'localhost' })).rejects.toThrow(/ECONNREFUSED/);
});

test('a port that cannot be opened is a warning', async () => {
  const settings = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_HOST: '203.0.113.1' };
  const second = startSdk(sdkSettings({ ...settings, OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }));
  await vi.waitFor(() => expect(second.prometheusUrl()).toBeUndefined());
  expect(printed).toMatch(
    /Prometheus metrics are not served, port 9464 on 203.0.113.1 cannot be opened: listen EADDRNOTAVAIL/,
  );
  second.stopMetrics();
});

/** The reader of a meter provider of its own. */
function readerAt(second: number): MetricReaderSettings {
  const env = { OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1', OTEL_EXPORTER_PROMETHEUS_PORT: String(second) };
  const [reader] = sdkSettings({ OTEL_METRICS_EXPORTER: 'prometheus', ...env }).metrics?.readers ?? [];
  if (reader === undefined) throw new Error('no reader');
  return reader;
}

test('the first page waits for attributes of the resource that are looked up', async () => {
  const second = await freePort();
  const late = new Promise<string>((resolve) => setTimeout(() => resolve('eu-1'), 200));
  const resource = detectResources({ detectors: [{ detect: () => ({ attributes: { 'cloud.region': late } }) }] });
  const { stop } = startMetrics({ readers: [readerAt(second)], views: [] }, resource);
  expect(String((await scrape('/metrics', {}, { port: second })).body)).toContain('cloud_region="eu-1"');
  stop();
});

test('a reader of a file keeps to its limit of attribute sets', async () => {
  const second = await freePort();
  const reader = readerAt(second);
  const settings = { readers: [{ ...reader, cardinalityLimits: { default: 9, counter: 3 } }], views: [] };
  const { provider, stop } = startMetrics(settings, resourceFromAttributes({}));
  const meter = provider.getMeter('app');
  const instruments = [meter.createCounter('c'), meter.createUpDownCounter('u')];
  for (const instrument of instruments) for (let n = 0; n < 20; n++) instrument.add(1, { n });
  const page = String((await scrape('/metrics', {}, { port: second })).body);
  expect([page.match(/^c_total/gm)?.length, page.match(/^u\{/gm)?.length]).toEqual([3, 9]);
  stop();
});
