import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ProcessMetricsGroup, sdkSettings } from '../../../../src/config/sdk/sdk-settings.ts';
import { startProcessMetrics } from '../../../../src/pipeline/sdk/metrics/process-metrics.ts';
import * as log from '../../../../src/runtime/log.ts';

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  vi.spyOn(log, 'warnOnce').mockImplementation((message) => void warnings.push(message));
});
afterEach(() => vi.restoreAllMocks());

/** Values by the name of the metric and its attributes. */
async function read(groups: readonly ProcessMetricsGroup[]): Promise<Record<string, number>> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 100_000 });
  const provider = new MeterProvider({ readers: [reader] });
  startProcessMetrics(provider, groups);
  // Turns of the event loop, which has something to measure then.
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve, 12));
  await reader.forceFlush();
  const [collected] = exporter.getMetrics();
  await provider.shutdown();
  return Object.fromEntries(
    (collected?.scopeMetrics ?? []).flatMap(({ metrics }) =>
      metrics.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [
          [`${descriptor.name} ${descriptor.unit}`, ...Object.values(attributes)].join(' '),
          value as number,
        ]),
      ),
    ),
  );
}

test('process: CPU, memory and age', async () => {
  const values = await read(['process']);
  expect(Object.keys(values).sort()).toEqual([
    'process.cpu.time s system',
    'process.cpu.time s user',
    'process.cpu.utilization 1 system',
    'process.cpu.utilization 1 user',
    'process.memory.usage By',
    'process.uptime s',
  ]);
  expect(values['process.memory.usage By']).toBeGreaterThan(10_000_000);
  expect(values['process.cpu.time s user']).toBeGreaterThan(0);
  expect(values['process.cpu.time s user']).toBeLessThan(10_000);
  expect(values['process.cpu.utilization 1 user']).toBeLessThanOrEqual(1);
});

test('runtime: the event loop and the heap', async () => {
  const values = await read(['runtime']);
  const names = [...new Set(Object.keys(values).map((name) => name.split(' ')[0]))].sort();
  expect(names).toEqual([
    ...['max', 'mean', 'min', 'p50', 'p90', 'p99', 'stddev'].map((end) => `nodejs.eventloop.delay.${end}`),
    'nodejs.eventloop.time',
    'nodejs.eventloop.utilization',
    'v8js.memory.heap.used',
  ]);
  expect(values['nodejs.eventloop.delay.p50 s']).toBeGreaterThan(0);
  expect(values['nodejs.eventloop.delay.min s']).toBeLessThanOrEqual(values['nodejs.eventloop.delay.max s'] ?? 0);
  expect(values['nodejs.eventloop.time s active']).toBeGreaterThan(0);
  expect(values['v8js.memory.heap.used By old_space']).toBeGreaterThan(0);
});

test('host without its package is named in a warning', async () => {
  await read(['host']);
  expect(warnings).toEqual([expect.stringContaining('npm install @opentelemetry/host-metrics')]);
});

test.each([
  ['true', ['process', 'runtime', 'stream']],
  ['off', []],
  ['runtime,host', ['runtime', 'host']],
])('LLM_OTEL_RUNTIME_METRICS=%s', (text, groups) => {
  expect(sdkSettings({ LLM_OTEL_RUNTIME_METRICS: text }).processMetrics).toEqual(groups);
});
