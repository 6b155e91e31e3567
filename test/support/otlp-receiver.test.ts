import { context, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.ts';

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.close());

const resource = resourceFromAttributes({ 'service.name': 'support' });
const attributes = { text: 'ä', whole: -3, real: 0.5, yes: true, many: ['a', 'b'] };

const encodings = [
  ['json', JsonTraces, JsonMetrics, JsonLogs, CompressionAlgorithm.NONE],
  ['protobuf', ProtoTraces, ProtoMetrics, ProtoLogs, CompressionAlgorithm.NONE],
  ['protobuf, gzip', ProtoTraces, ProtoMetrics, ProtoLogs, CompressionAlgorithm.GZIP],
] as const;

test.each(encodings)('reads the three signals sent as %s', async (_name, Traces, Metrics, Logs, compression) => {
  const to = (signal: string) => ({ url: `${receiver.url}/v1/${signal}`, compression });

  const tracing = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new Traces(to('traces')))],
  });
  const span = tracing.getTracer('scope', '1.2.3').startSpan('chat m', { kind: SpanKind.CLIENT, attributes });
  span.addEvent('chunk', { index: 1 });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
  span.end();
  await tracing.shutdown();

  const metering = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter: new Metrics(to('metrics')) })],
  });
  const meter = metering.getMeter('scope');
  meter
    .createHistogram('duration', { unit: 's', advice: { explicitBucketBoundaries: [1, 2] } })
    .record(1.5, { model: 'm' });
  meter.createCounter('tokens').add(7);
  await metering.shutdown();

  const logging = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: new Logs(to('logs')) })],
  });
  logging.getLogger('scope').emit({
    eventName: 'details',
    severityNumber: SeverityNumber.INFO,
    body: 'hello',
    attributes: { messages: [{ role: 'user', parts: [{ type: 'text' }] }] },
    context: context.active(),
  });
  await logging.shutdown();

  const [received] = receiver.spans();
  const { traceId, spanId, traceFlags } = span.spanContext();
  expect(traceFlags).toBe(TraceFlags.SAMPLED);
  expect(received).toMatchObject({
    traceId,
    spanId,
    parentSpanId: undefined,
    name: 'chat m',
    kind: SpanKind.CLIENT,
    attributes,
    events: [{ name: 'chunk', attributes: { index: 1 } }],
    status: { code: SpanStatusCode.ERROR, message: 'no' },
    scope: { name: 'scope', version: '1.2.3' },
    resource: { 'service.name': 'support' },
  });
  expect(received?.endTime).toBeGreaterThanOrEqual(received?.startTime ?? 0n);

  expect(receiver.metrics()).toMatchObject([
    {
      name: 'duration',
      unit: 's',
      type: 'histogram',
      points: [{ attributes: { model: 'm' }, count: 1, sum: 1.5, bounds: [1, 2], bucketCounts: [0, 1, 0] }],
    },
    { name: 'tokens', type: 'sum', monotonic: true, temporality: 'cumulative', points: [{ value: 7 }] },
  ]);
  expect(receiver.logs()).toMatchObject([
    {
      eventName: 'details',
      body: 'hello',
      attributes: { messages: [{ role: 'user', parts: [{ type: 'text' }] }] },
    },
  ]);
  expect(receiver.requests.map((r) => r.signal)).toEqual(['traces', 'metrics', 'logs']);
});

test('counts refused exports, keeps nothing of them, and recovers', async () => {
  const send = () => fetch(`${receiver.url}/v1/traces`, { method: 'POST', headers: { 'content-type': 'json' }, body });
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'a' }] }] }] });
  receiver.behave({ status: 503 });
  expect((await send()).status).toBe(503);
  expect(receiver.spans()).toEqual([]);
  receiver.behave({});
  const arrived = receiver.waitFor((r) => r.spans().length === 1);
  await send();
  await arrived;
  expect(receiver.count('traces')).toBe(2);
  await expect(receiver.waitFor(() => false, 20)).rejects.toThrow('2 requests, spans: a');
});
