import {
  type Context,
  context,
  type MeterProvider,
  metrics,
  ROOT_CONTEXT,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, test } from 'vitest';
import type { CallReader } from '../../../src/facts/call.ts';
import { activeContext, callWith, globalLoggerProvider } from '../../../src/otel/globals.ts';
import { callsInWords } from '../../../src/telemetry/call/call-counts.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { endOpenOperations } from '../../../src/telemetry/call/open-operations.ts';
import type { Operation } from '../../../src/telemetry/call/operation.ts';
import { callReader, chatFacts, configOf, logging, metering, tracing } from '../in-memory.ts';

function create(): CallRecorder {
  return new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf());
}

function call(telemetry: CallRecorder): Operation | undefined {
  const operation = telemetry.start(callReader(), {}, [{}]);
  operation?.end({});
  return operation;
}

const boom = (): never => {
  throw new Error('boom');
};

afterEach(() => {
  endOpenOperations();
  trace.disable();
  metrics.disable();
  context.disable();
  logs.disable();
});

describe('which providers are recorded to', () => {
  test('none: nothing is done for a call', () => {
    expect(call(create())).toBeUndefined();
  });

  test('one that is registered late, and the scope it is asked for', () => {
    const telemetry = create();
    call(telemetry);
    const { provider, spans } = tracing();
    trace.setGlobalTracerProvider(provider);
    call(telemetry);
    expect(spans().map((span) => span.instrumentationScope)).toMatchObject([
      { name: '@x/llm-otel/openai', version: '1.2.3' },
    ]);
  });

  test('one that replaces another', () => {
    const telemetry = create();
    const [first, second] = [tracing(), tracing()];
    trace.setGlobalTracerProvider(first.provider);
    call(telemetry);
    trace.disable();
    expect(call(telemetry)).toBeUndefined();
    trace.setGlobalTracerProvider(second.provider);
    call(telemetry);
    expect([first.spans().length, second.spans().length]).toEqual([1, 1]);
  });

  test('meters alone: measured, not traced', async () => {
    const { provider, collect } = metering();
    metrics.setGlobalMeterProvider(provider);
    const operation = call(create());
    expect(operation?.span.isRecording()).toBe(false);
    expect(operation?.span.spanContext().spanId).toBe('0'.repeat(16));
    expect((await collect()).has('gen_ai.client.inference.duration')).toBe(true);
  });

  test('loggers alone are nothing to record a call for', () => {
    logs.setGlobalLoggerProvider(logging().provider as never);
    expect(call(create())).toBeUndefined();
  });

  test('own providers go before the global ones', () => {
    const [global, own] = [tracing(), tracing()];
    trace.setGlobalTracerProvider(global.provider);
    const telemetry = create();
    telemetry.setTracerProvider(own.provider);
    call(telemetry);
    expect([global.spans().length, own.spans().length]).toEqual([0, 1]);
  });

  test('the proxy and no-ops that an instrumentation is given are none', () => {
    const { provider, spans } = tracing();
    const telemetry = create();
    telemetry.setTracerProvider(trace.getTracerProvider());
    telemetry.setMeterProvider(metrics.getMeterProvider());
    telemetry.setLoggerProvider(logs.getLoggerProvider() as never);
    expect(call(telemetry)).toBeUndefined();
    trace.setGlobalTracerProvider(provider);
    call(telemetry);
    expect(spans()).toHaveLength(1);
  });

  test('a logger provider registered by api-logs', () => {
    const { provider, records } = logging();
    logs.setGlobalLoggerProvider(provider as never);
    trace.setGlobalTracerProvider(tracing().provider);
    expect(globalLoggerProvider()).toBeDefined();
    create().start(callReader(), {}, [{}])?.fail(new Error('x'));
    expect(records).toHaveLength(1);
  });

  test('options that change apply to the next call', () => {
    const { provider, spans } = tracing();
    const telemetry = create();
    telemetry.setTracerProvider(provider);
    telemetry.setConfig(configOf({ metricsSemconv: 'dup' }));
    telemetry.start(callReader(), {}, [{}])?.end({ usage: { cacheWrite: 3 } });
    expect(spans()[0]?.attributes['gen_ai.usage.cache_creation.input_tokens']).toBe(3);
  });
});

describe('a call inside another', () => {
  test('has no span of its own', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { provider, spans } = tracing();
    const telemetry = create();
    telemetry.setTracerProvider(provider);
    const outer = telemetry.start(callReader(), {}, [{}]) as Operation;
    callWith(outer.context, () => call(telemetry), undefined, []);
    expect(spans()).toEqual([]);
    outer.end({});
    expect(callWith(outer.context, () => call(telemetry), undefined, [])).toBeDefined();
    expect(spans()).toHaveLength(2);
    expect(spans()[1]?.parentSpanContext?.spanId).toBe(outer.span.spanContext().spanId);
  });

  test('the span of the application is its parent', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { provider, spans } = tracing();
    trace.setGlobalTracerProvider(provider);
    trace.getTracer('app').startActiveSpan('work', (span) => {
      call(create());
      span.end();
    });
    const [llm, work] = spans();
    expect(llm?.parentSpanContext?.spanId).toBe(work?.spanContext().spanId);
  });
});

test('a call that is neither sampled nor measured is passive', () => {
  const telemetry = create();
  telemetry.setTracerProvider(tracing(new AlwaysOffSampler()).provider);
  expect(telemetry.start(callReader(), {}, [{}])?.contextOnly).toBe(true);
});

const BROKEN: readonly (readonly [about: string, break_: (telemetry: CallRecorder) => void])[] = [
  ['a tracer provider', (t) => t.setTracerProvider({ getTracer: boom })],
  ['a tracer', (t) => t.setTracerProvider({ getTracer: () => ({ startSpan: boom, startActiveSpan: boom }) })],
  ['a meter provider', (t) => t.setMeterProvider({ getMeter: boom } as MeterProvider)],
  [
    'a logger provider',
    (t) => {
      t.setTracerProvider(tracing().provider);
      t.setLoggerProvider({ getLogger: boom });
    },
  ],
  [
    'a span that breaks at once',
    (t) => t.setTracerProvider({ getTracer: () => ({ startSpan: () => ({ isRecording: boom }) }) } as never),
  ],
];

test.each(BROKEN)('%s that throws does not reach the caller', (_, break_) => {
  const telemetry = create();
  break_(telemetry);
  expect(() => call(telemetry)).not.toThrow();
});

test('a logger provider is asked when there is something to log, and one that throws costs the call nothing else', () => {
  const { provider, spans } = tracing();
  const telemetry = create();
  telemetry.setTracerProvider(provider);
  let asked = 0;
  telemetry.setLoggerProvider({
    getLogger() {
      asked++;
      return boom();
    },
  });
  telemetry.start(callReader(), {}, [{}])?.end({});
  expect(asked).toBe(0);
  telemetry.start(callReader(), {}, [{}])?.fail(new Error('x'));
  expect(asked).toBe(1);
  expect(spans().map(({ events }) => events.map(({ name }) => name))).toEqual([[], ['exception']]);
});

test('a request that cannot be read is not recorded, and no span stays open', () => {
  const { provider, spans } = tracing();
  const telemetry = create();
  telemetry.setTracerProvider(provider);
  expect(telemetry.start(callReader({ request: boom }), {}, [{}])).toBeUndefined();
  expect(spans()).toEqual([]);
});

describe('contexts without a context manager', () => {
  test('hold values, and calls are made all the same', () => {
    const key = Symbol('key');
    const root: Context = activeContext();
    const one = root.setValue(key, 1);
    expect([root.getValue(key), one.getValue(key), one.deleteValue(key).getValue(key)]).toEqual([
      undefined,
      1,
      undefined,
    ]);
    expect(
      callWith(
        one,
        function (this: unknown, a: number) {
          return [this, a];
        },
        'self',
        [7],
      ),
    ).toEqual(['self', 7]);
  });

  test('the context of a call can be built on and taken apart', () => {
    const { provider } = tracing();
    const telemetry = create();
    telemetry.setTracerProvider(provider);
    const operation = telemetry.start(callReader(), {}, [{}]) as Operation;
    const key = Symbol('key');
    const span = Symbol.for('OpenTelemetry Context Key SPAN');
    const built = operation.context.setValue(key, 'x');
    expect(built.getValue(key)).toBe('x');
    expect(built.getValue(span)).toBe(operation.span);
    expect(built.deleteValue(span).getValue(span)).toBeUndefined();
    expect(operation.context.deleteValue(key).getValue(span)).toBe(operation.span);
    expect(operation.context.getValue(key)).toBeUndefined();
  });

  test('a context of the application is built on', () => {
    const key = Symbol('key');
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const telemetry = create();
    telemetry.setTracerProvider(tracing().provider as TracerProvider);
    const operation = context.with(ROOT_CONTEXT.setValue(key, 'theirs'), () => telemetry.start(callReader(), {}, [{}]));
    expect(operation?.context.getValue(key)).toBe('theirs');
  });
});

describe('a span that another instrumentation has started for the call', () => {
  const OTHER = '@arizeai/openinference-instrumentation-openai';

  /** Whether the span of `scope` gives way to a call that is recorded inside of it. */
  function givesWay(scope: string, set: (telemetry: CallRecorder) => void, options = {}): boolean {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const span = tracing().provider.getTracer(scope).startSpan('of another');
    const telemetry = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf(options));
    set(telemetry);
    callWith(trace.setSpan(activeContext(), span), () => call(telemetry), undefined, []);
    return span.spanContext().traceFlags === 0;
  }
  const traced = (telemetry: CallRecorder): void => telemetry.setTracerProvider(tracing().provider);
  const measured = (telemetry: CallRecorder): void => telemetry.setMeterProvider(metering().provider);

  test.each([
    ['gives way to a span of ours', OTHER, traced, {}, true],
    ['stays where we only measure', OTHER, measured, {}, false],
    ['stays where both are to record', OTHER, traced, { otherInstrumentations: 'keep' }, false],
    ['stays if it is of somebody else', 'acme', traced, {}, false],
    ['stays if it is of another SDK', '@arizeai/openinference-instrumentation-anthropic', traced, {}, false],
  ] as const)('%s', (_, scope, set, options, expected) => {
    expect(givesWay(scope, set, options)).toBe(expected);
  });
});

describe('the arguments of a reader', () => {
  const seenBy = (more: Partial<CallReader>): unknown => {
    const telemetry = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf({ captureContent: 'SPAN_ONLY' }));
    trace.setGlobalTracerProvider(tracing().provider);
    let seen: unknown;
    const reader = callReader({
      request: (_self, [params]) => {
        seen = params;
        return chatFacts();
      },
      ...more,
    });
    telemetry.start(reader, {}, [ARGUMENT])?.end({});
    return seen;
  };
  const ARGUMENT = { input: [1, 2, 3] };

  test('are views where content is read besides', () => {
    expect(seenBy({ input: () => ({}) })).not.toBe(ARGUMENT);
  });

  test('are the arguments themselves where nothing of the content is read, such as long inputs of embeddings', () => {
    expect(seenBy({ input: undefined, output: undefined, stream: undefined } as object)).toBe(ARGUMENT);
  });
});

test('calls are counted whether a sampler takes the calls or not', () => {
  const counted = (): number => Number(/^\d+/.exec(callsInWords())?.[0]);
  for (const sampler of [undefined, new AlwaysOffSampler()]) {
    trace.disable();
    trace.setGlobalTracerProvider(tracing(sampler).provider);
    const before = counted();
    call(create());
    expect(counted()).toBe(before + 1);
  }
});
