import { SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import type { LlmOtelOptions } from '../../../src/config/options.ts';
import { runTool, type ToolCall } from '../../../src/telemetry/activity/run-tool.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { SdkOwnedSpan } from '../../../src/telemetry/other-spans/sdk-owned-span.ts';
import { configOf, metering, tracing } from '../in-memory.ts';

const CALL: ToolCall = { name: 'weather', type: 'function', id: 'call_1', arguments: { city: 'my secret' } };

function setUp(options: LlmOtelOptions = {}) {
  const { provider, spans } = tracing();
  const metrics = metering();
  const telemetry = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf(options));
  telemetry.setTracerProvider(provider);
  telemetry.setMeterProvider(metrics.provider);
  return { telemetry, spans, metrics };
}

const boom = (): never => {
  throw new TypeError('my secret');
};

const RUNS: readonly (readonly [about: string, run: () => unknown, failure: string | undefined])[] = [
  ['a value', () => 'sunny', undefined],
  ['nothing', () => undefined, undefined],
  ['a promise', async () => 'sunny', undefined],
  ['an error', boom, 'TypeError'],
  ['a promise that rejects', async () => boom(), 'TypeError'],
];

describe.each(RUNS)('a tool that gives %s', (_, run, failure) => {
  const outcome = async (make: () => unknown): Promise<unknown> => {
    try {
      return [await make()];
    } catch (error) {
      return error;
    }
  };

  test('gives the application what it gave, and a span', async () => {
    const { telemetry, spans, metrics } = setUp();
    const expected = await outcome(run);
    expect(await outcome(() => runTool(telemetry, () => CALL, run))).toEqual(expected);
    expect(spans()).toHaveLength(1);
    const [span] = spans();
    expect(span?.name).toBe('execute_tool weather');
    expect(span?.attributes).toMatchObject({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'weather',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': 'call_1',
    });
    expect(span?.attributes['error.type']).toBe(failure);
    expect(span?.status.code).toBe(failure === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR);
    expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain('secret');
    const [point] = (await metrics.collect()).get('gen_ai.execute_tool.duration')?.points ?? [];
    expect(point?.attributes).toMatchObject({ 'gen_ai.tool.name': 'weather' });
    expect(point?.attributes['error.type']).toBe(failure);
  });

  test('is not recorded when nothing is registered', async () => {
    const telemetry = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf());
    expect(await outcome(() => runTool(telemetry, () => CALL, run))).toEqual(await outcome(run));
  });

  test('is run although it cannot be described', async () => {
    const { telemetry, spans } = setUp();
    expect(await outcome(() => runTool(telemetry, boom, run))).toEqual(await outcome(run));
    expect(spans()).toHaveLength(0);
  });
});

test('arguments and result are content', () => {
  const { telemetry, spans } = setUp({ captureContent: 'SPAN_ONLY' });
  runTool(
    telemetry,
    () => CALL,
    () => ({ sky: 'clear' }),
  );
  expect(spans()[0]?.attributes['gen_ai.tool.call.arguments']).toContain('my secret');
  expect(spans()[0]?.attributes['gen_ai.tool.call.result']).toContain('clear');
});

describe("a span of the SDK's own", () => {
  test('gets cost and finish reasons and nothing else, and is never ended here', () => {
    const { provider, spans } = tracing();
    const own = provider.getTracer('sdk').startSpan('theirs');
    const borrowed = new SdkOwnedSpan(true);
    expect(borrowed.isRecording()).toBe(true);
    borrowed.setAttribute('gen_ai.usage.cost', 1);
    borrowed.attach(own);
    borrowed.attach(provider.getTracer('sdk').startSpan('another'));
    expect(borrowed.spanContext()).toEqual(own.spanContext());
    borrowed.setAttributes({
      'gen_ai.usage.cost': 0.5,
      'gen_ai.usage.cost.input': 0.25,
      'gen_ai.usage.costs': 1,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.id': 'x',
    });
    borrowed.addEvent().addLink().addLinks().setStatus().updateName();
    borrowed.recordException();
    borrowed.end();
    expect(spans()).toEqual([]);
    own.end();
    expect(spans()[0]?.attributes).toEqual({
      'gen_ai.usage.cost': 0.5,
      'gen_ai.usage.cost.input': 0.25,
      'gen_ai.response.finish_reasons': ['stop'],
    });
    expect([spans()[0]?.name, spans()[0]?.events]).toEqual(['theirs', []]);
  });

  test('that never comes records nothing', () => {
    const borrowed = new SdkOwnedSpan(false);
    expect(borrowed.isRecording()).toBe(false);
    expect(borrowed.spanContext().spanId).toBe('0'.repeat(16));
    expect(() => borrowed.setAttribute('gen_ai.usage.cost', 1)).not.toThrow();
  });
});

test('a result whose `then` cannot be read reaches the application', () => {
  const { telemetry, spans } = setUp();
  const result = Object.defineProperty({}, 'then', { get: boom });
  expect(
    runTool(
      telemetry,
      () => CALL,
      () => result,
    ),
  ).toBe(result);
  expect(spans()).toHaveLength(1);
});

test('a promise of another class stays of its class', async () => {
  class TaggedPromise<T> extends Promise<T> {}
  const { telemetry, spans } = setUp();
  const result = runTool(
    telemetry,
    () => CALL,
    () => TaggedPromise.resolve('sunny'),
  );
  expect(result).toBeInstanceOf(TaggedPromise);
  expect(await result).toBe('sunny');
  expect(spans()).toHaveLength(1);
});
