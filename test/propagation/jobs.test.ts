import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { injectJob, runJob } from '../../src/pipeline/index.ts';
import { world } from '../manual/world.ts';

const { spans } = world();
beforeEach(() => {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});
afterEach(() => propagation.disable());

/** Data as an application sends them, and the ids of the sender. */
function sent<Data extends object>(data: Data) {
  return trace.getTracer('app').startActiveSpan('request', (span) => {
    const job = injectJob(data);
    span.end();
    return { job: JSON.parse(JSON.stringify(job)) as Data, sender: span.spanContext() };
  });
}

const JOBS = [
  ['the data', (data: object) => data, 'queue'],
  ['a job of BullMQ', (data: object) => ({ id: '1', name: 'sum', queueName: 'sums', attemptsMade: 0, data }), 'sums'],
  ['a job of Bull', (data: object) => ({ queue: { name: 'sums' }, attemptsMade: 0, data }), 'sums'],
  ['a job of pg-boss', (data: object) => ({ id: '1', name: 'sum', data }), 'queue'],
] as const;

describe.each(JOBS)('%s', (_name, jobOf, queue) => {
  test('runs as a child of the sender', () => {
    const { job, sender } = sent({ documentId: 7 });
    const result = runJob(jobOf(job) as { data: object }, (data) => {
      expect(data).toEqual({ documentId: 7 });
      return trace.getSpanContext(context.active())?.traceId;
    });
    expect(result).toBe(sender.traceId);
    expect(spans()[1]).toMatchObject({
      name: `process ${queue}`,
      kind: SpanKind.CONSUMER,
      parentSpanContext: { spanId: sender.spanId },
      attributes: { 'messaging.operation.type': 'process', 'messaging.destination.name': queue },
    });
  });

  test('runs without a context of a sender', () => {
    runJob(jobOf({ documentId: 7 }) as { data: object }, (data) => expect(data).toEqual({ documentId: 7 }));
    expect(spans()[0]).toMatchObject({ name: `process ${queue}`, parentSpanContext: undefined });
  });
});

test('as a link the job begins a trace', () => {
  const { job, sender } = sent({ documentId: 7 });
  runJob(job, () => {}, { as: 'link', queue: 'sums', name: 'sum up' });
  const [, span] = spans();
  expect(span).toMatchObject({ name: 'sum up', links: [{ context: { spanId: sender.spanId } }] });
  expect(span?.parentSpanContext).toBeUndefined();
  expect(span?.spanContext().traceId).not.toBe(sender.traceId);
});

test('the span lasts until the promise is settled, and the result passes through', async () => {
  const { job } = sent({ documentId: 7 });
  const running = runJob(job, async () => 'done');
  expect(spans()).toHaveLength(1);
  expect(await running).toBe('done');
  expect(spans()).toHaveLength(2);
});

test.each([
  [
    'throws',
    (error: Error): never => {
      throw error;
    },
  ],
  ['rejects', (error: Error) => Promise.reject(error)],
])('a job that %s fails with the same error, and no text of the error is recorded', async (_name, fail) => {
  const { job } = sent({ documentId: 7 });
  const error = new RangeError('the secret of a user');
  await expect((async () => runJob(job, () => fail(error)))()).rejects.toBe(error);
  const [, span] = spans();
  expect(span?.attributes['error.type']).toBe('RangeError');
  expect(span?.events[0]?.attributes?.['exception.stacktrace']).toContain('jobs.test.ts');
  expect(JSON.stringify([span?.events, span?.status])).not.toContain('secret');
});

test('a stream of a job ends the span when the stream has been read', async () => {
  const { job } = sent({ documentId: 7 });
  const stream = runJob(job, async function* () {
    yield 1;
    yield 2;
  });
  expect(spans()).toHaveLength(1);
  const chunks: number[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  expect(chunks).toEqual([1, 2]);
  expect(spans()).toHaveLength(2);
});

test('a result and a job whose traps throw reach and leave the function as they are', () => {
  const trap = (): never => {
    throw new Error('a trap');
  };
  const odd = new Proxy({}, { get: trap, has: trap, ownKeys: trap, getOwnPropertyDescriptor: trap });
  expect(runJob({ documentId: 7 }, () => odd) === odd).toBe(true);
  expect(runJob(odd as { a: 1 }, (data) => data) === odd).toBe(true);
});

test('data with a field of the name data stay as they are', () => {
  const seen = runJob(injectJob({ data: { a: 1 }, kind: 'x' }), (data) => data);
  expect(seen).toEqual({ data: { a: 1 }, kind: 'x' });
});

test.each([[undefined], ['text'], [[1, 2]]])('%o runs too', (value) => {
  expect(runJob(value as never, (data) => data)).toEqual(value);
  expect(injectJob(value as never)).toEqual(value);
});

test('without OpenTelemetry the function runs with its data', () => {
  const { job } = sent({ documentId: 7 });
  trace.disable();
  propagation.disable();
  expect(runJob(job, (data) => data)).toEqual({ documentId: 7 });
  expect(injectJob({ a: 1 })).toEqual({ a: 1 });
});
