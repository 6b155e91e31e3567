/**
 * Names under which OpenTelemetry's packages keep what this package reads without their code. Fails after an update that
 * changes one of them; `npm run test:matrix` runs three generations.
 */
import { context, metrics, ProxyTracerProvider, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InstrumentationBase } from '@opentelemetry/instrumentation';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, test } from 'vitest';
import {
  activeContext,
  baggageOf,
  contextWithoutSpan,
  contextWithSpan,
  globalLoggerProvider,
  registeredProviders,
  spanOf,
} from '../../src/otel/globals.ts';
import { methodBelowOthers } from '../../src/patching/wrapping/other-wrappers.ts';
import { scopeOf, suppressSpan } from '../../src/telemetry/other-spans/suppressed-span.ts';

afterEach(() => {
  for (const part of [trace, metrics, context, propagation, logs]) part.disable();
});

describe('the globals of the API', () => {
  test('hold what is registered', () => {
    const [tracers, meters] = [new BasicTracerProvider(), new MeterProvider()];
    trace.setGlobalTracerProvider(tracers);
    metrics.setGlobalMeterProvider(meters);
    const proxy = registeredProviders()?.trace;
    expect(proxy).toBeInstanceOf(ProxyTracerProvider);
    expect((proxy as ProxyTracerProvider).getDelegate()).toBe(tracers);
    expect(registeredProviders()?.metrics).toBe(meters);
  });

  test('hold the provider of the logs API', () => {
    const provider = new LoggerProvider();
    logs.setGlobalLoggerProvider(provider);
    expect(globalLoggerProvider()).toBe(provider);
  });

  test('hold the context manager', () => {
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    const within = ROOT_CONTEXT.setValue(Symbol('key'), 1);
    expect(context.with(within, activeContext)).toBe(within);
  });
});

test('a provider that does nothing is called Noop', () => {
  expect(new ProxyTracerProvider().getDelegate().constructor.name).toMatch(/^Noop/);
  expect(metrics.getMeterProvider().constructor.name).toMatch(/^Noop/);
});

test('contexts of the API hold span and baggage under the names that are read', () => {
  const span = new BasicTracerProvider().getTracer('t').startSpan('s');
  expect(spanOf(trace.setSpan(ROOT_CONTEXT, span))).toBe(span);
  expect(trace.getSpan(contextWithSpan(ROOT_CONTEXT, span))).toBe(span);
  expect(trace.getSpan(contextWithoutSpan(trace.setSpan(ROOT_CONTEXT, span)))).toBeUndefined();
  const baggage = propagation.createBaggage({ user: { value: 'u' } });
  expect(baggageOf(propagation.setBaggage(ROOT_CONTEXT, baggage))).toBe(baggage);
});

test('a span of the SDK says which tracer started it and what its parent is, and can give way', () => {
  const tracer = new BasicTracerProvider().getTracer('the-scope');
  const parent = tracer.startSpan('parent');
  const span = tracer.startSpan('s', {}, trace.setSpan(ROOT_CONTEXT, parent));
  expect(scopeOf(span)).toBe('the-scope');
  expect(Reflect.get(span, 'parentSpanContext')).toEqual(parent.spanContext());
  expect(suppressSpan(span)).toBe(true);
});

describe('the base class of instrumentations', () => {
  class Instrumentation extends InstrumentationBase {
    constructor() {
      super('test', '1', { enabled: false });
    }
    init(): [] {
      return [];
    }
    put(target: { create(): unknown }, wrapper: (original: () => unknown) => () => unknown): void {
      this._wrap(target, 'create', wrapper);
    }
  }

  test('handles what is loaded in a method that can be replaced', () => {
    expect(typeof Reflect.get(InstrumentationBase.prototype, '_onRequire')).toBe('function');
  });

  test('marks its wrappers, and what they wrap', () => {
    const original = (): number => 1;
    const target = { create: original as () => unknown };
    // The source of the wrapper is that of an instrumentation which is known.
    const known = { oiTracer: { startSpan: (call: () => unknown): unknown => call() } };
    new Instrumentation().put(target, (inner) => () => known.oiTracer.startSpan(inner));
    expect(target.create).not.toBe(original);
    expect(target.create()).toBe(1);
    expect(methodBelowOthers(target.create)).toBe(original);
  });
});
