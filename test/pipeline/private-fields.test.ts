/**
 * Private fields of the OpenTelemetry packages that are bundled into the build: sdk-trace-base `_spanLimits`,
 * sdk-metrics `_sdkMetricProducer` and `descriptor.type`, `_exportInfo` of the console exporters. Fails after an update that takes one of them away.
 */
import { ROOT_CONTEXT, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { ConsoleLogRecordExporter } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, ConsoleSpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { samplerSettings } from '../../src/config/sampling/environment-sampler.ts';
import { spanLimits } from '../../src/config/sdk/limits.ts';
import { collectNow } from '../../src/pipeline/sdk/metrics/collect-now.ts';
import { startTraces } from '../../src/pipeline/sdk/start-traces.ts';

test('tracers of this package have limits of their own', () => {
  const settings = {
    pipelines: [],
    sampler: samplerSettings({}),
    limits: spanLimits({}),
  };
  const { provider } = startTraces(settings, resourceFromAttributes({}), { isCounted: false, isLogged: false });
  const kept = (scope: string): number => {
    const span = provider.getTracer(scope).startSpan('s', {}, ROOT_CONTEXT);
    for (let i = 0; i < 300; i++) span.setAttribute(`a.${i}`, i);
    return Object.keys((span as unknown as ReadableSpan).attributes).length;
  };
  expect([kept('app'), kept('@x/llm-otel/openai')]).toEqual([128, 300]);
});

function metering() {
  const reader = new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
    exportIntervalMillis: 3_600_000,
  });
  const provider = new MeterProvider({ readers: [reader], resource: resourceFromAttributes({ a: 'b' }) });
  return { reader, provider, meter: provider.getMeter('m', '1.2.3') };
}

test('what is collected at once is what the SDK collects', async () => {
  const { reader, provider, meter } = metering();
  meter.createCounter('calls', { unit: '{call}' }).add(3, { model: 'm' });
  meter.createHistogram('duration').record(0.5);
  provider.getMeter('other').createUpDownCounter('open').add(-1);
  const now = collectNow(reader);
  const { resourceMetrics, errors } = await reader.collect();
  const plain = (value: object): unknown =>
    JSON.parse(JSON.stringify(value, (key, field: unknown) => (key === 'endTime' ? undefined : field)));
  expect(errors).toEqual([]);
  expect(now.scopeMetrics).toHaveLength(2);
  expect(plain(now.scopeMetrics)).toEqual(plain(resourceMetrics.scopeMetrics));
  expect(now.resource.attributes).toEqual(resourceMetrics.resource.attributes);
  await provider.shutdown();
});

test('a collected metric says by which kind of instrument it was made', async () => {
  const { reader, provider, meter } = metering();
  meter.createCounter('a').add(1);
  meter.createHistogram('b').record(1);
  meter.createObservableGauge('c').addCallback((result) => result.observe(1));
  const { resourceMetrics } = await reader.collect();
  const kinds = resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
    metrics.map(({ descriptor }) => [descriptor.name, Reflect.get(descriptor, 'type') as unknown]),
  );
  expect(Object.fromEntries(kinds)).toEqual({
    a: InstrumentType.COUNTER,
    b: InstrumentType.HISTOGRAM,
    c: InstrumentType.OBSERVABLE_GAUGE,
  });
  await provider.shutdown();
});

test('a span context can lose its sampled flag', () => {
  const span = new BasicTracerProvider().getTracer('t').startSpan('s');
  expect(Reflect.set(span.spanContext(), 'traceFlags', TraceFlags.NONE)).toBe(true);
  expect(span.spanContext().traceFlags).toBe(TraceFlags.NONE);
});

test('the console exporters choose the printed fields in a method', () => {
  expect(typeof Reflect.get(new ConsoleSpanExporter(), '_exportInfo')).toBe('function');
  expect(typeof Reflect.get(new ConsoleLogRecordExporter(), '_exportInfo')).toBe('function');
});
