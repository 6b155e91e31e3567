import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { AlwaysOffSampler, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, test } from 'vitest';
import type { LlmOtelOptions } from '../../../src/config/options.ts';
import type { CallReader } from '../../../src/facts/call.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { endOpenOperations, openOperationCount } from '../../../src/telemetry/call/open-operations.ts';
import type { Operation } from '../../../src/telemetry/call/operation.ts';
import { callReader, configOf, countingStream, logging, metering, tracing } from '../in-memory.ts';

/** Telemetry with providers of its own, and what they received. */
function telemetry(options: LlmOtelOptions = {}, { sampled = true } = {}) {
  const traces = tracing(sampled ? undefined : new AlwaysOffSampler());
  const metrics = metering();
  const logs = logging();
  const made = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf(options));
  made.setTracerProvider(traces.provider);
  made.setMeterProvider(metrics.provider);
  made.setLoggerProvider(logs.provider);
  const start = (reader: CallReader = callReader()): Operation => {
    const operation = made.start(reader, {}, [{}]);
    if (operation === undefined) throw new Error('not recorded');
    return operation;
  };
  return { start, spans: traces.spans, metrics, logs: logs.records };
}

/** Starts a stream of `chunks` chunks. */
function streaming(operation: Operation, chunks: number): Operation {
  expect(operation.stream()).toBe(true);
  for (let i = 0; i < chunks; i++) operation.chunk({ i });
  return operation;
}

afterEach(() => {
  endOpenOperations();
});

test.each<[LlmOtelOptions, keeps: boolean, limit: number]>([
  [{ contentMaxPartBytes: 777 }, false, 777],
  [{ captureContent: 'SPAN_ONLY', contentMaxPartBytes: 777 }, true, 777],
  [{ estimateTokens: () => undefined }, true, Number.MAX_SAFE_INTEGER],
])('with %j a stream keeps content: %s, at most %d bytes of a part', (options, keeps, limit) => {
  const asked: unknown[] = [];
  const stream = (...args: unknown[]) => {
    asked.push(...args);
    return countingStream();
  };
  telemetry(options).start(callReader({ stream })).stream();
  expect(asked).toEqual([keeps, limit]);
});

test('the content of an answer is read once, for an estimate of tokens and for the span', () => {
  let reads = 0;
  const seen: string[] = [];
  const output = () => {
    reads++;
    return [{ role: 'assistant' as const, parts: [{ type: 'text' as const, content: 'Aa' }] }];
  };
  const { start, spans } = telemetry({
    captureContent: 'SPAN_ONLY',
    estimateTokens: (call) => {
      seen.push(call.output);
      return { input: 1, output: 2 };
    },
  });
  start(callReader({ input: () => ({}), output })).end({ id: 'r' });
  expect([reads, seen]).toEqual([1, ['Aa']]);
  expect(spans()[0]?.attributes).toMatchObject({
    'gen_ai.usage.output_tokens': 2,
    'gen_ai.output.messages': expect.stringContaining('Aa'),
  });
});

test.each([undefined, null, 'text', 7, true])('an answer that is no object is not read: %j', (body) => {
  const { start, spans } = telemetry();
  const reader = callReader({ response: boom, factsWithoutBody: () => ({ id: 'without body' }) });
  start(reader).end(body);
  expect(spans()[0]?.attributes['gen_ai.response.id']).toBe('without body');
});

test('the time to the first chunk is the same on the span and in the metric', async () => {
  const { start, spans, metrics } = telemetry();
  const operation = start();
  operation.stream();
  operation.chunk({}, performance.now() + 5000);
  operation.complete();
  const [point] = (await metrics.collect()).get('gen_ai.client.inference.time_to_first_chunk')?.points ?? [];
  expect(point?.sum).toBeGreaterThan(4.9);
  expect(point?.sum).toBe(spans()[0]?.attributes['gen_ai.response.time_to_first_chunk']);
});

test('the first chunk is timed where nothing is measured, too', () => {
  const traces = tracing();
  const made = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf());
  made.setTracerProvider(traces.provider);
  const operation = made.start(callReader(), {}, [{}]) as Operation;
  operation.stream();
  operation.chunk({}, performance.now() + 5000);
  operation.chunk({}, performance.now() + 9000);
  operation.complete();
  const seconds = traces.spans()[0]?.attributes['gen_ai.response.time_to_first_chunk'];
  expect(Math.round(Number(seconds))).toBe(5);
});

test('the hook gets what was thrown, as it is', () => {
  const seen: unknown[] = [];
  const { start } = telemetry({ onResponse: (_, { error }) => void seen.push(error) });
  start().fail(ERROR);
  start().end(ANSWER);
  expect(seen).toEqual([ERROR, undefined]);
});

test('an ended call keeps nothing of what was said, and its context does not lead to it', () => {
  const { start } = telemetry({ captureContent: 'SPAN_ONLY', onResponse: () => {} });
  const operation = start(callReader({ input: () => ({ messages: [] }) }));
  const kept = () => [
    operation.keepsContent,
    operation.context.getValue(Symbol.for('@x/llm-otel.operation')) === operation,
    operation.request.provider,
    operation.retryOptions,
    operation.endWithReceived,
  ];
  const options = {};
  const received = (): void => {};
  operation.retryOptions = options;
  operation.endWithReceived = received;
  expect(kept()).toEqual([true, true, 'openai', options, received]);
  operation.fail(new Error('over'));
  expect(kept()).toEqual([false, false, '', undefined, undefined]);
});

const ANSWER = { id: 'chatcmpl-1', model: 'gpt-4o-2024', finishReasons: ['stop'], usage: { input: 3, output: 0 } };
const ERROR = Object.assign(new Error("Invalid: 'my secret'"), { status: 429, code: 'rate_limit_exceeded' });
const ABORT = new DOMException('This operation was aborted', 'AbortError');

interface Outcome {
  readonly about: string;
  readonly run: (operation: Operation) => void;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** `error.type`; a call without one is no failure. */
  readonly failure?: string;
}

const UNARY = { 'llm_otel.stream.outcome': undefined, 'llm_otel.stream.chunks': undefined };
const OUTCOMES: readonly Outcome[] = [
  {
    about: 'end with an answer',
    run: (op) => op.end(ANSWER),
    attributes: {
      ...UNARY,
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.response.model': 'gpt-4o-2024',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 3,
      'gen_ai.usage.output_tokens': 0,
      'gen_ai.usage.cache_read.input_tokens': undefined,
    },
  },
  {
    about: 'end with nothing',
    run: (op) => op.end(undefined),
    attributes: { ...UNARY, 'gen_ai.response.id': undefined },
  },
  { about: 'end with null', run: (op) => op.end(null), attributes: UNARY },
  { about: 'end with text', run: (op) => op.end('a transcript'), attributes: UNARY },
  {
    about: 'an answer that says it failed',
    run: (op) => op.end({ ...ANSWER, failure: { type: 'server_error', message: 'my secret' } }),
    attributes: UNARY,
    failure: 'server_error',
  },
  { about: 'fail', run: (op) => op.fail(ERROR), attributes: UNARY, failure: 'rate_limit_exceeded' },
  { about: 'an error', run: (op) => op.failOrCancel(ERROR), attributes: UNARY, failure: 'rate_limit_exceeded' },
  { about: 'an abort', run: (op) => op.failOrCancel(ABORT), attributes: { 'llm_otel.stream.outcome': 'cancelled' } },
  {
    about: 'a stream to its end',
    run: (op) => streaming(op, 3).complete(),
    attributes: {
      'llm_otel.stream.outcome': 'completed',
      'llm_otel.stream.chunks': 3,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
    },
  },
  {
    about: 'a stream without chunks',
    run: (op) => streaming(op, 0).complete(),
    attributes: {
      'llm_otel.stream.outcome': 'completed',
      'llm_otel.stream.chunks': 0,
      'gen_ai.response.time_to_first_chunk': undefined,
    },
  },
  {
    about: 'a stream that fails',
    run: (op) => streaming(op, 2).failOrCancel(ERROR),
    attributes: {
      'llm_otel.stream.outcome': 'failed',
      'llm_otel.stream.chunks': 2,
      'gen_ai.response.finish_reasons': ['error'],
    },
    failure: 'rate_limit_exceeded',
  },
  {
    about: 'a stream that is left early',
    run: (op) => streaming(op, 1).cancel(),
    attributes: { 'llm_otel.stream.outcome': 'cancelled', 'llm_otel.stream.chunks': 1 },
  },
  {
    about: 'a stream nobody reads',
    run: (op) => streaming(op, 1).abandon(),
    attributes: { 'llm_otel.stream.outcome': 'abandoned', 'llm_otel.stream.chunks': 1 },
  },
  {
    about: 'a raw response',
    run: (op) => op.detach(),
    attributes: { 'llm_otel.stream.outcome': 'detached', 'llm_otel.stream.chunks': undefined },
  },
  {
    about: 'a raw response read as JSON',
    run: (op) => op.detach(ANSWER),
    attributes: { 'llm_otel.stream.outcome': 'detached', 'gen_ai.usage.input_tokens': 3 },
  },
];

const LATER: readonly ((operation: Operation) => void)[] = [
  (op) => op.end(ANSWER),
  (op) => op.complete(),
  (op) => op.fail(ERROR),
  (op) => op.failOrCancel(ABORT),
  (op) => op.cancel(),
  (op) => op.detach(ANSWER),
  (op) => op.abandon(),
  (op) => op.chunk({}),
];

describe.each(OUTCOMES)('$about', ({ run, attributes, failure }) => {
  test('leaves nothing of the request in the operation, which a socket may keep', () => {
    const { start } = telemetry();
    const operation = start(callReader({}, { attributes: { team: 'of the call' } }));
    run(operation);
    expect(JSON.stringify(operation.request)).not.toMatch(/gpt-4o|of the call/);
  });

  test('ends the span once, whatever comes later', async () => {
    const { start, spans, metrics, logs } = telemetry();
    const operation = start();
    expect(openOperationCount()).toBe(1);
    run(operation);
    for (const later of LATER) later(operation);
    expect(operation.ended).toBe(true);
    expect(openOperationCount()).toBe(0);

    expect(spans()).toHaveLength(1);
    const [span] = spans() as [ReadableSpan];
    expect(span.name).toBe('chat gpt-4o');
    for (const [name, value] of Object.entries({ 'gen_ai.request.temperature': 0.5, ...attributes }))
      expect([name, span.attributes[name]]).toEqual([name, value]);
    expect(span.attributes['error.type']).toBe(failure);
    expect(span.status.code).toBe(failure === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR);
    expect(span.events.filter(({ name }) => name === 'exception')).toHaveLength(failure === undefined ? 0 : 1);
    expect(logs.map(({ eventName, attributes: of }) => [eventName, of['error.type']])).toEqual(
      failure === undefined ? [] : [['gen_ai.client.operation.exception', failure]],
    );
    expect(JSON.stringify([span.attributes, span.events, span.status, logs.map((l) => l.attributes)])).not.toContain(
      'secret',
    );

    const duration = (await metrics.collect()).get('gen_ai.client.inference.duration');
    expect(duration?.points.map((p) => [p.count, p.attributes['error.type']])).toEqual([[1, failure]]);
  });

  test('is measured but not traced when it is not sampled', async () => {
    const { start, spans, metrics } = telemetry({}, { sampled: false });
    run(start());
    expect(spans()).toEqual([]);
    expect((await metrics.collect()).get('gen_ai.client.inference.duration')?.points).toMatchObject([{ count: 1 }]);
  });
});

test('chunks are events of the span, at most as many as asked for', () => {
  const { start, spans } = telemetry({ chunkEvents: 4 });
  streaming(start(), 100).complete();
  const events = spans()[0]?.events.filter(({ name }) => name === 'llm_otel.stream.chunk') ?? [];
  expect(events.length).toBeGreaterThanOrEqual(2);
  expect(events.length).toBeLessThanOrEqual(4);
  expect(events[0]?.attributes).toEqual({ 'llm_otel.chunk.index': 0, 'llm_otel.chunk.kind': 'text' });
});

test('metrics of a stream: one first chunk, and the chunks between', async () => {
  const { start, metrics } = telemetry();
  streaming(start(), 5).complete();
  const all = await metrics.collect();
  expect(all.get('gen_ai.client.inference.time_to_first_chunk')?.points).toMatchObject([{ count: 1 }]);
  const [between] = all.get('gen_ai.client.inference.time_per_output_chunk')?.points ?? [];
  expect(between?.count).toBe(4);
  expect(between?.attributes['gen_ai.response.model']).toBe('gpt-4o-2024');
});

test('a method that is not known to stream is left alone', () => {
  const { start } = telemetry();
  const { stream: _, ...reader } = callReader();
  const operation = start(reader);
  expect(operation.stream()).toBe(false);
  expect(operation.streaming).toBe(false);
  expect(() => operation.chunk({})).not.toThrow();
});

const boom = (): never => {
  throw new Error('boom');
};

const READERS: readonly (readonly [about: string, reader: Partial<CallReader>])[] = [
  ['response', { response: boom }],
  ['the stream', { stream: boom }],
  ['a chunk', { stream: () => countingStream({ read: boom }) }],
  ['the kind of a chunk', { stream: () => countingStream({ kind: boom }) }],
  ['the facts of a stream', { stream: () => countingStream({ facts: boom }) }],
  ['input', { input: boom }],
  ['output', { output: boom, stream: () => countingStream({ output: boom }) }],
];

describe.each(READERS)('a reader that throws at %s', (_, reader) => {
  test.each(OUTCOMES)('does not reach the caller and the span ends: $about', ({ run }) => {
    const { start, spans } = telemetry({ captureContent: 'SPAN_AND_EVENT' });
    const operation = start(callReader(reader));
    try {
      run(operation);
    } catch (error) {
      // `streaming` of this test expects a stream
      expect((error as Error).message).not.toContain('boom');
      operation.abandon();
    }
    expect(spans()).toHaveLength(1);
  });
});

const SPAN_METHODS = ['setAttribute', 'setAttributes', 'addEvent', 'setStatus', 'end', 'isRecording'] as const;

describe.each(SPAN_METHODS)('a span whose %s throws', (method) => {
  test.each(OUTCOMES)('does not reach the caller: $about', ({ run }) => {
    const { start } = telemetry();
    const operation = start();
    (operation.span as unknown as Record<string, unknown>)[method] = boom;
    expect(() => run(operation)).not.toThrow();
    expect(operation.ended).toBe(true);
  });
});

test('a failure whose error cannot be read is still a failure', () => {
  const { start, spans } = telemetry();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  start().failOrCancel(proxy);
  expect(spans()[0]?.attributes['error.type']).toBe('_OTHER');
  expect(spans()[0]?.status.code).toBe(SpanStatusCode.ERROR);
});

test('a meter whose instruments throw does not keep the span open', () => {
  const { provider, spans } = tracing();
  const broken = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf());
  broken.setTracerProvider(provider);
  broken.setMeterProvider({ getMeter: () => ({ createHistogram: boom, createCounter: boom }) as never });
  const operation = broken.start(callReader(), {}, [{}]) as Operation;
  expect(() => streaming(operation, 3).complete()).not.toThrow();
  expect(spans()[0]?.attributes['llm_otel.stream.outcome']).toBe('completed');
});

test('a logger that throws does not keep the span from its error', () => {
  const { provider, spans } = tracing();
  const broken = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf());
  broken.setTracerProvider(provider);
  broken.setLoggerProvider({ getLogger: () => ({ emit: boom }) });
  const operation = broken.start(callReader(), {}, [{}]) as Operation;
  expect(() => operation.fail(ERROR)).not.toThrow();
  expect(spans()).toHaveLength(1);
});

test('all open operations end when the process does', () => {
  const { start, spans } = telemetry();
  streaming(start(), 1);
  streaming(start(), 2);
  start().end(ANSWER);
  expect(openOperationCount()).toBe(2);
  endOpenOperations();
  expect(openOperationCount()).toBe(0);
  const outcomes = spans().map((span) => span.attributes['llm_otel.stream.outcome']);
  expect(outcomes.sort()).toEqual(['abandoned', 'abandoned', undefined]);
});

test('the span is active in the context of the call, and its children find it', () => {
  const { start } = telemetry();
  const operation = start();
  const active = operation.context.getValue(Symbol.for('OpenTelemetry Context Key SPAN')) as Span;
  expect(active.spanContext().spanId).toBe(operation.span.spanContext().spanId);
});
