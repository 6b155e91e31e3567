import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { SpanKind } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { TraceDetail } from '../../../src/viewer/page-data.ts';
import { otlpSpan, spanId, traceRequest } from './otlp-json.ts';
import { runningView, type TestView } from './running-view.ts';

async function onlyTrace(view: TestView): Promise<TraceDetail> {
  const { traces } = (await (await view.page('/api/traces')).json()) as { traces: { traceId: string }[] };
  expect(traces).toHaveLength(1);
  return (await (await view.page(`/api/traces/${traces[0]?.traceId}`)).json()) as TraceDetail;
}

/** Values that the two encodings write in different ways. */
const ATTRIBUTES = {
  text: 'grüße',
  yes: true,
  zero: 0,
  negative: -7,
  large: 2 ** 40,
  beyond: -(2 ** 53) - 2,
  fraction: 0.25,
  list: ['a', 'b'],
  numbers: [1, 2.5],
};

async function sendSpan(exporter: SpanExporter): Promise<void> {
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const span = provider.getTracer('t', '1').startSpan('one', { kind: SpanKind.CLIENT, attributes: ATTRIBUTES });
  span.addEvent('event', { index: 3 });
  span.setStatus({ code: 2, message: 'no' });
  span.end();
  await provider.forceFlush();
  await provider.shutdown();
}

test.each([
  ['JSON', (url: string) => new JsonExporter({ url: `${url}/v1/traces` })],
  ['protobuf', (url: string) => new ProtoExporter({ url: `${url}/v1/traces` })],
  ['packed protobuf', (url: string) => new ProtoExporter({ url: `${url}/v1/traces`, compression: 'gzip' as never })],
])('a span of the SDK arrives by %s', async (_, exporter) => {
  const view = await runningView();
  await sendSpan(exporter(view.otlp));
  const { spans } = await onlyTrace(view);
  expect(spans).toHaveLength(1);
  expect(spans[0]).toMatchObject({
    name: 'one',
    kind: 'client',
    scope: 't 1',
    status: 'error',
    statusMessage: 'no',
    attributes: { ...ATTRIBUTES, beyond: String(BigInt(ATTRIBUTES.beyond)) },
    events: [{ name: 'event', attributes: { index: 3 } }],
  });
  expect(spans[0]?.parentSpanId).toBeUndefined();
});

test('log records and metrics of the SDK arrive', async () => {
  const view = await runningView();
  const logs = new LoggerProvider({
    processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${view.otlp}/v1/logs` }) })],
  });
  logs.getLogger('l').emit({ body: { a: [1] }, severityNumber: 17, eventName: 'e', attributes: { k: 'v' } });
  await logs.forceFlush();
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url: `${view.otlp}/v1/metrics` }),
  });
  const meters = new MeterProvider({ readers: [reader] });
  meters.getMeter('m').createCounter('calls', { unit: '{call}' }).add(2, { model: 'x' });
  meters.getMeter('m').createHistogram('time').record(1.5);
  await meters.forceFlush();
  onTestFinished(() => Promise.all([logs.shutdown(), meters.shutdown()]).then(() => {}));
  expect(await (await view.page('/api/logs')).json()).toMatchObject({
    logs: [{ eventName: 'e', severity: 'ERROR', body: { a: [1] }, attributes: { k: 'v' } }],
  });
  expect(await (await view.page('/api/metrics')).json()).toMatchObject({
    metrics: [
      { name: 'calls', unit: '{call}', kind: 'sum', series: [{ attributes: { model: 'x' }, points: [{ value: 2 }] }] },
      { name: 'time', kind: 'histogram', series: [{ points: [{ count: 1, sum: 1.5 }] }] },
    ],
  });
});

const JSON_TYPE = { 'content-type': 'application/json' };
const ONE = JSON.stringify(traceRequest([otlpSpan({})]));

describe('answers of the OTLP port', () => {
  test.each<[what: string, path: string, init: RequestInit, status: number]>([
    ['a request', '/v1/traces', { method: 'POST', headers: JSON_TYPE, body: ONE }, 200],
    ['an empty request', '/v1/traces', { method: 'POST', headers: JSON_TYPE, body: '{}' }, 200],
    [
      'a packed request',
      '/v1/traces',
      { method: 'POST', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: gzipSync(ONE) },
      200,
    ],
    [
      'a charset',
      '/v1/traces',
      { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-8' }, body: ONE },
      200,
    ],
    ['no JSON', '/v1/traces', { method: 'POST', headers: JSON_TYPE, body: '{' }, 400],
    ['another JSON', '/v1/traces', { method: 'POST', headers: JSON_TYPE, body: '[]' }, 400],
    ['lists that are none', '/v1/traces', { method: 'POST', headers: JSON_TYPE, body: '{"resourceSpans":1}' }, 400],
    [
      'no protobuf',
      '/v1/traces',
      { method: 'POST', headers: { 'content-type': 'application/x-protobuf' }, body: Buffer.of(0x0a, 0xff) },
      400,
    ],
    [
      'not packed',
      '/v1/traces',
      { method: 'POST', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: ONE },
      400,
    ],
    ['another path', '/v1/spans', { method: 'POST', headers: JSON_TYPE, body: ONE }, 404],
    ['another method', '/v1/traces', { method: 'GET' }, 405],
    ['a text', '/v1/traces', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: ONE }, 415],
    [
      'a form',
      '/v1/traces',
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: ONE },
      415,
    ],
    [
      'another encoding',
      '/v1/traces',
      { method: 'POST', headers: { ...JSON_TYPE, 'content-encoding': 'br' }, body: ONE },
      415,
    ],
    [
      'a bomb',
      '/v1/traces',
      {
        method: 'POST',
        headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
        body: gzipSync(Buffer.alloc(65 * 2 ** 20, 0x20)),
      },
      413,
    ],
  ])('%s', async (_, path, init, status) => {
    const view = await runningView();
    const answer = await fetch(view.otlp + path, init);
    expect(answer.status).toBe(status);
    if (status !== 200) expect(((await answer.text()) || 'x').length).toBeGreaterThan(0);
    // The receiver goes on.
    expect((await fetch(`${view.otlp}/v1/traces`, { method: 'POST', headers: JSON_TYPE, body: ONE })).status).toBe(200);
  });

  test('a body that never stops is cut', async () => {
    const view = await runningView();
    const status = await new Promise<number | string>((resolve) => {
      const sent = httpRequest(`${view.otlp}/v1/traces`, { method: 'POST', headers: JSON_TYPE });
      sent.on('response', (answer) => resolve(answer.statusCode ?? 0));
      sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
      const block = Buffer.alloc(2 ** 20, 0x20);
      const write = (left: number): void => {
        if (left > 0 && !sent.destroyed) sent.write(block, () => write(left - 1));
      };
      write(80);
    });
    expect([413, 'EPIPE', 'ECONNRESET']).toContain(status);
    expect((await fetch(`${view.otlp}/v1/traces`, { method: 'POST', headers: JSON_TYPE, body: ONE })).status).toBe(200);
  });

  test('a bad span is refused alone, in the encoding of the request', async () => {
    const view = await runningView();
    const bad = [{ ...otlpSpan({}), traceId: 'xyz' }, { ...otlpSpan({}), spanId: '0'.repeat(16) }, 5 as never];
    const answer = await fetch(`${view.otlp}/v1/traces`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(traceRequest([otlpSpan({}), ...bad])),
    });
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toEqual({
      partialSuccess: { rejectedSpans: '3', errorMessage: 'span without a valid traceId (32 hexadecimal digits)' },
    });
    expect((await onlyTrace(view)).spans.map((span) => span.spanId)).toEqual([spanId(1)]);
  });
});

test('values that nest without an end are refused alone', async () => {
  const view = await runningView();
  const [depth, opened, closed] = [5000, '{"arrayValue":{"values":[', ']}}'];
  const deep = `${opened.repeat(depth)}{}${closed.repeat(depth)}`;
  const spans = [otlpSpan({}), { ...otlpSpan({ span: 2 }), attributes: [{ key: 'a', value: 'DEEP' }] }];
  const body = JSON.stringify(traceRequest(spans)).replace('"DEEP"', deep);
  const answer = await fetch(`${view.otlp}/v1/traces`, { method: 'POST', headers: JSON_TYPE, body });
  expect(await answer.json()).toEqual({
    partialSuccess: { rejectedSpans: '1', errorMessage: 'values that nest too deep' },
  });
  expect((await onlyTrace(view)).spans).toHaveLength(1);
});
