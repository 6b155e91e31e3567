import type { Attributes, HrTime, Span } from '@opentelemetry/api';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import type { ChunkKind } from '../../../src/facts/call.ts';
import { NO_SPAN } from '../../../src/otel/non-recording-span.ts';
import { ChunkEvents } from '../../../src/telemetry/call/chunk-events.ts';

interface Seen {
  readonly index: number;
  readonly kind: unknown;
  readonly time: unknown;
}

/** Feeds `length` chunks at 10 ms intervals and returns the events and how often a chunk was wanted. */
function stream(limit: number, length: number, kindOf: (index: number) => ChunkKind | undefined = () => undefined) {
  const events = new ChunkEvents(limit);
  let asked = 0;
  for (let index = 0; index < length; index++) {
    if (index !== events.next) continue;
    asked++;
    events.add(index, index * 10, kindOf(index));
  }
  const seen: Seen[] = [];
  const span: Span = {
    ...NO_SPAN,
    addEvent(name: string, attributes?: unknown, time?: unknown) {
      expect(name).toBe('llm_otel.stream.chunk');
      const { 'llm_otel.chunk.index': index, 'llm_otel.chunk.kind': kind } = attributes as Attributes;
      seen.push({ index: index as number, kind, time });
      return span;
    },
  };
  events.addTo(span);
  return { seen, asked };
}

const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 100, 1000, 1023, 1024, 1025, 4097, 100_000];

test.each([1, 2, 3, 5, 8, 32, 1024])('limit %i: the first, spread evenly, never more', (limit) => {
  for (const length of LENGTHS) {
    const { seen } = stream(limit, length);
    const indexes = seen.map(({ index }) => index);
    expect(indexes.length).toBeLessThanOrEqual(limit);
    expect(indexes.length).toBe(length <= limit ? length : indexes.length);
    if (length === 0) continue;
    expect(indexes[0]).toBe(0);
    expect(seen.every(({ index, time }) => time === index * 10)).toBe(true);
    const steps = new Set(indexes.slice(1).map((index, i) => index - (indexes[i] as number)));
    expect(steps.size).toBeLessThanOrEqual(1);
    if (limit === 1) continue;
    // At least half of what is allowed is used, and the last event is no further than a step from the end.
    if (length > limit) expect(indexes.length).toBeGreaterThanOrEqual(Math.floor(limit / 2));
    const step = [...steps][0] ?? length;
    expect((indexes.at(-1) as number) + step).toBeGreaterThanOrEqual(length);
  }
});

test('0 keeps nothing and asks for no clock', () => {
  expect(stream(0, 1000)).toEqual({ seen: [], asked: 0 });
});

test('a long stream asks for few clocks, whatever its length', () => {
  const { asked } = stream(32, 1_000_000);
  // The buffer fills once and then half of it for every doubling: 32 + 16 * log2(1,000,000 / 32) and the turning points.
  expect(asked).toBeLessThan(350);
});

test('memory does not grow with the stream', () => {
  const events = new ChunkEvents(32);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 3_000_000; index++) if (index === events.next) events.add(index, index, 'text');
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
});

test('the kind stands where one starts', () => {
  const kinds: (ChunkKind | undefined)[] = [undefined, 'reasoning', 'reasoning', 'text', undefined, 'text', 'usage'];
  expect(stream(32, kinds.length, (i) => kinds[i]).seen.map(({ kind }) => kind)).toEqual([
    undefined,
    'reasoning',
    undefined,
    'text',
    undefined,
    undefined,
    'usage',
  ]);
});

/** A span of the SDK. */
function spanOfSdk(eventCountLimit: number): Span & ReadableSpan {
  const provider = new BasicTracerProvider({ spanLimits: { eventCountLimit } });
  return provider.getTracer('test').startSpan('chat') as Span & ReadableSpan;
}

/** Nanoseconds since 1970, and from each event to the next. */
const nanos = ([seconds, rest]: HrTime): number => seconds * 1e9 + rest;
const distances = ({ events }: ReadableSpan): number[] =>
  events.slice(1).map(({ time }, i) => nanos(time) - nanos((events[i] as { time: HrTime }).time));

test.each([128, 32, 5, 1, 0])('the SDK gets the times that it makes of numbers, with %i events a span', (allowed) => {
  const span = spanOfSdk(allowed);
  const reference = spanOfSdk(allowed);
  const times = Array.from({ length: 9 }, (_, i) => (performance.now() * (i + 1)) / 9);
  const events = new ChunkEvents(32);
  times.forEach((time, index) => {
    events.add(index, time, undefined);
    reference.addEvent('llm_otel.stream.chunk', { 'llm_otel.chunk.index': index }, time);
  });
  events.addTo(span);
  expect(span.events.length).toBe(Math.min(allowed, times.length));
  const named = ({ name, attributes }: { name: string; attributes?: Attributes }) => ({ name, attributes });
  expect(span.events.map(named)).toEqual(reference.events.map(named));
  distances(span).forEach((distance, i) => {
    expect(Math.abs(distance - (distances(reference)[i] as number))).toBeLessThan(1000); // doubles of that size are rounded
  });
  const [first, other] = [span.events[0], reference.events[0]];
  if (first === undefined || other === undefined) return;
  expect(Math.abs(nanos(first.time) - nanos(other.time))).toBeLessThan(3e6); // each span has its own reading of the two clocks
});

/** Adds four chunks at 10 ms intervals to a span with these events of its own and returns the times it was given. */
function timesGiven(own: unknown): unknown[] {
  const seen: unknown[] = [];
  const span = {
    ...NO_SPAN,
    events: own,
    addEvent(_name: string, _attributes?: unknown, time?: unknown): Span {
      seen.push(time);
      return span;
    },
  };
  const events = new ChunkEvents(8);
  for (let index = 0; index < 4; index++) events.add(index, index * 10, undefined);
  events.addTo(span);
  return seen;
}

const TOLD: readonly (readonly [own: unknown, given: readonly unknown[]])[] = [
  [undefined, [0, 10, 20, 30]],
  ['none', [0, 10, 20, 30]],
  [[], [0, 10, 20, 30]],
  [[{ name: 'other', time: [1, 2] }], [0, 10, 20, 30]],
  [[{ name: 'llm_otel.stream.chunk' }], [0, 10, 20, 30]],
  [[{ name: 'llm_otel.stream.chunk', time: [7, '5'] }], [0, 10, 20, 30]],
  [[{ name: 'llm_otel.stream.chunk', time: [7, 985_000_001] }], [0, [7, 995_000_001], [8, 5_000_001], [8, 15_000_001]]],
];

test.each(TOLD)('a span whose events are %j', (own, given) => {
  expect(timesGiven(own)).toEqual(given);
});
