import { SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTimeout } from '../../../src/primitives/timeout/create-timeout.ts';
import { type Recording, startRecording } from '../telemetry/recorded.ts';

let recording: Recording;
beforeEach(() => {
  vi.useFakeTimers();
  recording = startRecording();
});
afterEach(() => {
  vi.useRealTimers();
  recording.stop();
});

const never = (): Promise<never> => new Promise(() => {});

test('a timeout', async () => {
  const call = createTimeout({ totalMs: 50, name: 'ask' })(never)(1).catch(() => {});
  await vi.advanceTimersByTimeAsync(50);
  await call;
  const span = recording.span('timeout ask');
  expect(span.attributes).toEqual({
    'llm_otel.primitive.name': 'ask',
    'llm_otel.timeout.outcome': 'timeout',
    'llm_otel.timeout.limit': 'totalMs',
    'llm_otel.timeout.limit_ms': 50,
    'error.type': 'timeout',
  });
  expect(span.events.map(({ name }) => name)).toEqual(['llm_otel.timeout.total_exceeded']);
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
  vi.useRealTimers();
  const name = { 'llm_otel.primitive.name': 'ask', 'llm_otel.timeout.outcome': 'timeout' };
  expect(await recording.points('llm_otel.timeout.calls')).toMatchObject([
    { sum: 1, attributes: { ...name, 'llm_otel.timeout.limit': 'totalMs' } },
  ]);
  expect(await recording.points('llm_otel.timeout.duration')).toMatchObject([
    { count: 1, sum: 0.05, attributes: name },
  ]);
  expect(await recording.points('llm_otel.timeout.ratio')).toMatchObject([{ sum: 1 }]);
});

test('a fallback answers: the span is no error', async () => {
  const call = createTimeout({ totalMs: 50, name: 'ask', fallback: () => 1 })(never)(1);
  await vi.advanceTimersByTimeAsync(50);
  expect(await call).toBe(1);
  const span = recording.span('timeout ask');
  expect(span.status.code).toBe(SpanStatusCode.UNSET);
  expect(span.attributes['llm_otel.timeout.outcome']).toBe('timeout');
});

test('a soft limit', async () => {
  const call = createTimeout({ softMs: 10, name: 'soft' })(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
  })(1);
  await vi.advanceTimersByTimeAsync(20);
  await call;
  expect(recording.span('timeout soft').events.map(({ name }) => name)).toEqual(['llm_otel.timeout.soft_exceeded']);
  vi.useRealTimers();
  expect(await recording.points('llm_otel.timeout.soft_exceeded')).toMatchObject([{ sum: 1 }]);
});

test('the span of a stream ends with the stream, and is the parent of the work of the generator', async () => {
  const stream = await createTimeout({ totalMs: 50, name: 'talk' })(async function* () {
    yield 1;
    trace.getTracer('app').startSpan('model').end();
    yield 2;
  })(1);
  await stream.next();
  expect(recording.spans()).toEqual([]);
  await stream.next();
  await stream.next();
  const span = recording.span('timeout talk');
  expect(recording.span('model').parentSpanContext?.spanId).toBe(span.spanContext().spanId);
  expect(span.attributes['llm_otel.timeout.outcome']).toBe('success');
});

test.each(['break', 'abort'])('%s is cancelled, and no error', async (how) => {
  const controller = new AbortController();
  const stream = await createTimeout({ totalMs: 50, name: 'talk' })(async function* () {
    yield 1;
    await never();
  })(1, { signal: controller.signal });
  await stream.next();
  if (how === 'break') await stream.return?.();
  else controller.abort('gone');
  const span = recording.span('timeout talk');
  expect(span.attributes['llm_otel.timeout.outcome']).toBe('cancelled');
  expect(span.status.code).toBe(SpanStatusCode.UNSET);
  if (how === 'abort') await expect(stream.next()).rejects.toBe('gone');
});
