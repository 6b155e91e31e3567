import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import type { ViewSettings } from '../../../../src/config/sdk/metrics-settings.ts';
import { cardinalityOptions, viewOptionsOf } from '../../../../src/pipeline/sdk/metrics/metric-views.ts';

/** Names and points of what `views` make of two instruments. */
async function readingOf(views: readonly ViewSettings[]): Promise<Record<string, unknown[]>> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
  const provider = new MeterProvider({ readers: [reader], views: views.map(viewOptionsOf) });
  const meter = provider.getMeter('m', '1');
  meter.createCounter('calls').add(1, { 'user.id': 'a', model: 'x' });
  meter.createHistogram('time').record(7, { model: 'x' });
  await reader.forceFlush();
  const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  await provider.shutdown();
  return Object.fromEntries(
    metrics.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      dataPoints.map(({ attributes, value }) => [
        attributes,
        typeof value === 'number' ? value : (value as { buckets?: { boundaries?: unknown } }).buckets?.boundaries,
      ]),
    ]),
  );
}

test.each<[string, ViewSettings, object]>([
  ['keys by globs', { attributeKeys: { excluded: ['user.*'] } }, { calls: [[{ model: 'x' }, 1]] }],
  ['keys that are kept', { attributeKeys: { included: ['?odel'] } }, { calls: [[{ model: 'x' }, 1]] }],
  ['a name', { instrumentName: 'calls', name: 'asked' }, { asked: [[{ 'user.id': 'a', model: 'x' }, 1]] }],
  [
    'boundaries',
    {
      instrumentKind: 'histogram',
      aggregation: { kind: 'explicit_bucket_histogram', boundaries: [5], recordMinMax: true },
    },
    { time: [[{ model: 'x' }, [5]]] },
  ],
  ['another meter', { meterName: 'other', aggregation: { kind: 'drop' } }, { calls: [expect.anything()] }],
])('a view with %s', async (_what, view, reading) => {
  expect(await readingOf([view])).toMatchObject(reading);
});

test('an instrument that is dropped', async () => {
  expect(Object.keys(await readingOf([{ instrumentName: 'calls', aggregation: { kind: 'drop' } }]))).toEqual(['time']);
});

test('limits have the names of the SDK', () => {
  expect(cardinalityOptions({ default: 5, observable_up_down_counter: 3 })).toEqual({
    cardinalityLimits: { default: 5, observableUpDownCounter: 3 },
  });
});
