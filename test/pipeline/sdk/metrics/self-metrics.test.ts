import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { afterEach, expect, test, vi } from 'vitest';
import { createPipeline } from '../../../../src/pipeline/queue/create-pipeline.ts';
import { observePipelines } from '../../../../src/pipeline/sdk/metrics/self-metrics.ts';
import type { Spool, SpoolStatus } from '../../../../src/pipeline/spool/spool.ts';
import { BAD, FakeBackend, type Item, OK, REFUSED, settingsOf } from '../../support/fake-backend.ts';
import { FakeClock } from '../../support/fake-clock.ts';

vi.mock(import('../../../../src/runtime/log.ts'), async (original) => ({ ...(await original()), warn: () => {} }));

class TestReader extends MetricReader {
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function setUp() {
  const reader = new TestReader();
  const provider = new MeterProvider({ readers: [reader] });
  ends.push(observePipelines(provider));
  /** `name reason` to value, of one pipeline. */
  const collect = async (pipeline: string): Promise<Record<string, number>> => {
    const { resourceMetrics } = await reader.collect();
    const found: Record<string, number> = {};
    for (const { descriptor, dataPoints } of resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics))
      for (const { attributes, value } of dataPoints) {
        const owner = attributes['llm_otel.pipeline'] ?? String(attributes['otel.component.name']).split('/')[1];
        const reason = attributes.reason ?? attributes['error.type'];
        if (owner === pipeline)
          found[reason === undefined ? descriptor.name : `${descriptor.name} ${reason}`] =
            typeof value === 'number' ? value : value.count;
      }
    return found;
  };
  return { collect };
}

function startPipeline(name: string, batch = {}, rest = {}) {
  const clock = new FakeClock();
  const backend = new FakeBackend(() => clock.now());
  const pipeline = createPipeline<Item>(settingsOf(batch, { name, ...rest }), backend, { clock });
  ends.push(() => pipeline.shutdown(0));
  return { clock, backend, pipeline };
}

test('metrics tell what became of the items', async () => {
  const { collect } = setUp();
  const { clock, backend, pipeline } = startPipeline('one', { maxQueueSize: 5, maxConcurrentExports: 1 });
  let answer = (): void => {};
  backend.answer = () => new Promise((resolve) => (answer = () => resolve(OK)));
  // Five are on their way, five wait, and two find no room.
  for (let id = 0; id < 12; id++) pipeline.add({ id });
  expect(await collect('one')).toMatchObject({
    'otel.sdk.processor.span.queue.size': 5,
    'otel.sdk.processor.span.queue.capacity': 5,
    'otel.sdk.processor.span.processed': 0,
    'otel.sdk.processor.span.processed queue_full': 2,
    'llm_otel.pipeline.dropped queue_full': 2,
    'otel.sdk.exporter.span.inflight': 5,
    'llm_otel.pipeline.breaker.state': 0,
  });
  backend.answer = () => OK;
  answer();
  await clock.pass(5000);
  backend.answer = () => BAD;
  pipeline.add({ id: 8 });
  await clock.pass(5000);
  const found = await collect('one');
  expect(found).toMatchObject({
    'otel.sdk.processor.span.queue.size': 0,
    'otel.sdk.processor.span.processed': 11,
    'otel.sdk.exporter.span.exported': 10,
    'otel.sdk.exporter.span.exported rejected': 1,
    'otel.sdk.exporter.span.inflight': 0,
    'otel.sdk.exporter.operation.duration': 2,
    'otel.sdk.exporter.operation.duration rejected': 1,
    'llm_otel.pipeline.dropped rejected': 1,
    'llm_otel.pipeline.queue.bytes': 0,
  });
});

test('an open breaker, and no capacity where only bytes are bounded', async () => {
  const { collect } = setUp();
  const { clock, backend, pipeline } = startPipeline(
    'two',
    {},
    { breaker: { failures: 1, openFor: 60_000, maxOpenFor: 60_000 } },
  );
  backend.answer = () => REFUSED;
  pipeline.add({ id: 1 });
  await clock.pass(30_000);
  const found = await collect('two');
  expect(found).toMatchObject({
    'llm_otel.pipeline.breaker.state': 2,
    'otel.sdk.exporter.operation.duration unavailable': 1,
  });
  expect(found).not.toHaveProperty('otel.sdk.processor.span.queue.capacity');
  expect(found).not.toHaveProperty('llm_otel.pipeline.spool.files');
});

test('the directory of a spool is read once a collection', async () => {
  const { collect } = setUp();
  const status = vi.fn(() => ({ bytes: 7, files: 2, oldestAge: 3000 }) as SpoolStatus);
  const spool = { status, close() {}, items: 0, mode: 'fallback' } as Partial<Spool> as Spool;
  const clock = new FakeClock();
  const pipeline = createPipeline<Item>(settingsOf({}, { name: 'four' }), new FakeBackend(() => clock.now()), {
    clock,
    spool,
  });
  ends.push(() => pipeline.shutdown(0));
  expect(await collect('four')).toMatchObject({
    'llm_otel.pipeline.spool.size': 7,
    'llm_otel.pipeline.spool.files': 2,
    'llm_otel.pipeline.spool.oldest.age': 3,
  });
  expect(status).toHaveBeenCalledTimes(1);
});

test('attributes name the component and the server', async () => {
  const reader = new TestReader();
  ends.push(observePipelines(new MeterProvider({ readers: [reader] })));
  const { pipeline } = startPipeline('three');
  pipeline.add({ id: 1 });
  const { resourceMetrics } = await reader.collect();
  const point = (name: string) =>
    resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .find(({ descriptor }) => descriptor.name === name)
      ?.dataPoints.find(({ attributes }) => JSON.stringify(attributes).includes('three'))?.attributes;
  expect(point('otel.sdk.processor.span.queue.size')).toEqual({
    'otel.component.type': 'llm_otel_pipeline',
    'otel.component.name': 'llm_otel_pipeline/three',
  });
  expect(point('otel.sdk.exporter.span.inflight')).toEqual({
    'otel.component.type': 'fake',
    'otel.component.name': 'llm_otel_pipeline/three',
    'server.address': 'fake',
    'server.port': 80,
  });
  expect(point('llm_otel.pipeline.queue.bytes')).toEqual({
    'llm_otel.pipeline': 'three',
    'llm_otel.pipeline.signal': 'traces',
  });
});
