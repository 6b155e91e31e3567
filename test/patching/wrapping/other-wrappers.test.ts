import { context, type Span, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LlmOtelOptions } from '../../../src/config/options.ts';
import type { AnyFunction } from '../../../src/runtime/any-function.ts';
import { rowsOf } from '../../support/source-tables.ts';
import { freshWarnings } from '../../support/warnings.ts';
import { callReader, configOf } from '../../telemetry/in-memory.ts';

const said = freshWarnings();
let Patcher: typeof import('../../../src/patching/wrapping/patcher.ts').Patcher;
let recordedMethod: typeof import('../../../src/patching/wrapping/patcher.ts').recordedMethod;
let CallRecorder: typeof import('../../../src/telemetry/call/call-recorder.ts').CallRecorder;

beforeEach(async () => {
  ({ Patcher, recordedMethod } = await import('../../../src/patching/wrapping/patcher.ts'));
  ({ CallRecorder } = await import('../../../src/telemetry/call/call-recorder.ts'));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterEach(() => {
  context.disable();
});

const OI = '@arizeai/openinference-instrumentation-openai';

/** An SDK, a provider for everybody, and wrappers as the base class of OpenTelemetry's instrumentations leaves them. */
function setUp(options: LlmOtelOptions = {}) {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const requests: unknown[][] = [];
  const Sdk = class {
    create(...args: unknown[]): string {
      requests.push(args);
      return 'answer';
    }
  };
  const target = Sdk.prototype as unknown as Record<string, AnyFunction & { __unwrap?(): void }>;

  function mark(make: (original: AnyFunction) => AnyFunction): void {
    const original = target.create as AnyFunction;
    const wrapped = Object.assign(make(original), {
      __original: original,
      __wrapped: true,
      __unwrap: () => {
        if (target.create === wrapped) target.create = original;
      },
    });
    target.create = wrapped;
  }

  /** Starts a span and calls `original` in it. */
  function spanning(scope: string, original: AnyFunction, self: unknown, args: unknown[]): unknown {
    const span = provider.getTracer(scope).startSpan('theirs');
    try {
      return context.with(trace.setSpan(context.active(), span), () => Reflect.apply(original, self, args));
    } finally {
      span.end();
    }
  }

  const others = {
    made: mark,
    /** One that is known by its source. */
    known: () =>
      mark((original) => {
        const instrumentation = { oiTracer: { startSpan: spanning } };
        return function patchedCreate(this: unknown, ...args: unknown[]) {
          return instrumentation.oiTracer.startSpan(OI, original, this, args);
        };
      }),
    /** One whose source says nothing, like that of a bundle. */
    minified: (scope = OI) =>
      mark(
        (original) =>
          function (this: unknown, ...a: unknown[]) {
            return spanning(scope, original, this, a);
          },
      ),
  };
  const owner = (name = '@x/llm-otel/openai'): InstanceType<typeof CallRecorder> => {
    const telemetry = new CallRecorder(name, '1.2.3', configOf(options));
    telemetry.setTracerProvider(provider);
    return telemetry;
  };
  const makeCall = (
    operation: { end(body: unknown): void },
    method: AnyFunction,
    self: unknown,
    args: readonly unknown[],
  ) => {
    const result: unknown = Reflect.apply(method, self, args);
    operation.end({});
    return result;
  };
  const patch = (telemetry = owner()): InstanceType<typeof Patcher> => {
    const patcher = new Patcher(telemetry);
    patcher.wrap(Sdk.prototype, 'create', recordedMethod(callReader(), makeCall));
    return patcher;
  };
  return {
    Sdk,
    others,
    owner,
    patch,
    provider,
    requests,
    call: (...args: unknown[]) => new Sdk().create(...args),
    /** Scopes of the spans since it was last asked. */
    scopes: () => {
      const scopes = exporter.getFinishedSpans().map(({ instrumentationScope }) => instrumentationScope.name);
      exporter.reset();
      return scopes;
    },
    spans: () => exporter.getFinishedSpans(),
  };
}

const OURS = '@x/llm-otel/openai';

/** How the two came to the method, and whose spans two calls make. */
type Setting = ReturnType<typeof setUp>;
const ORDERS: readonly (readonly [about: string, load: (setting: Setting) => void, spans: string[]])[] = [
  ['ours on top of theirs', ({ others, patch }) => [others.known(), patch()], [OURS, OURS]],
  ['theirs on top of ours', ({ others, patch }) => [patch(), others.known()], [OURS, OURS]],
  ['theirs on top of ours, minified', ({ others, patch }) => [patch(), others.minified()], [OURS, OURS]],
  [
    'theirs between two of ours',
    ({ others, patch, owner }) => {
      const telemetry = owner();
      patch(telemetry);
      others.known();
      patch(telemetry);
    },
    [OURS, OURS],
  ],
  ['theirs twice, below ours', ({ others, patch }) => [others.known(), others.known(), patch()], [OURS, OURS]],
  ['theirs alone', ({ others }) => others.known(), [OI, OI]],
];

for (const [about, load, spans] of ORDERS)
  test(`${about}: one span for each call`, () => {
    const setting = setUp();
    load(setting);
    expect(setting.call('a', 1)).toBe('answer');
    expect(setting.call('b')).toBe('answer');
    expect(setting.requests).toEqual([['a', 1], ['b']]);
    expect(setting.scopes()).toEqual(spans);
    const warnings = said().split('\n').filter(Boolean);
    if (spans[0] === OI) expect(warnings).toEqual([]);
    else expect(warnings).toEqual([expect.stringContaining(`${OI} instruments the same SDK`)]);
  });

type Send = (original: AnyFunction, self: unknown, args: unknown[]) => unknown;

/** Wrappers that are known by their source: one for each word that gives an instrumentation away. */
const SOURCES: Readonly<
  Record<string, Readonly<Record<string, (send: Send) => (original: AnyFunction) => AnyFunction>>>
> = {
  contrib: Object.fromEntries(
    ['ChatCompletions', 'Embeddings', 'Responses'].map((kind) => [
      kind,
      (send) => wrapperOf(`self._start${kind}Span(); return send(original, this, args);`, send),
    ]),
  ),
  openInference: {
    startSpan: (send) => wrapperOf('self.oiTracer.startSpan(); return send(original, this, args);', send),
  },
  traceloop: {
    _wrapPromise: (send) => wrapperOf('self._wrapPromise(); return send(original, this, args);', send),
    _shouldSendPrompts: (send) => wrapperOf('_shouldSendPrompts(); return send(original, this, args);', send),
    uploadCallback: (send) => wrapperOf('self.uploadCallback; return send(original, this, args);', send),
  },
};

/** A wrapper with `body`, which only its source tells from others. */
function wrapperOf(body: string, send: Send): (original: AnyFunction) => AnyFunction {
  const nothing = (): void => {};
  const self = new Proxy({}, { get: () => Object.assign(() => {}, { startSpan: nothing }) });
  const make = new Function('original', 'send', 'self', '_shouldSendPrompts', `return function (...args) { ${body} };`);
  return (original) => make(original, send, self, nothing) as AnyFunction;
}

const WORDS = Object.entries(SOURCES).flatMap(([other, words]) =>
  Object.entries(words).map(([word, make]) => [other, word, make] as const),
);

test.each(WORDS)('%s is known by %s', (_, _word, make) => {
  const setting = setUp();
  let through = 0;
  setting.others.made(
    make((original, self, args) => {
      through++;
      return Reflect.apply(original, self, args);
    }),
  );
  setting.patch();
  setting.call();
  expect([through, setting.scopes()]).toEqual([0, [OURS]]);
});

test('every instrumentation that is known by its source has a row here', () => {
  expect(rowsOf('src/patching/wrapping/other-wrappers.ts', 'SOURCES').sort()).toEqual(Object.keys(SOURCES).sort());
});

describe('nothing is passed over', () => {
  test('where both are to record', () => {
    for (const load of [(s: Setting) => [s.others.known(), s.patch()], (s: Setting) => [s.patch(), s.others.known()]]) {
      const setting = setUp({ otherInstrumentations: 'keep' });
      load(setting);
      setting.call();
      expect(setting.scopes().sort()).toEqual([OI, OURS]);
    }
    expect(said()).toBe('');
  });

  test('that is not known', () => {
    const setting = setUp();
    setting.others.minified('acme-guardrails');
    setting.patch();
    setting.others.minified('acme-guardrails');
    setting.call();
    expect(setting.scopes().sort()).toEqual([OURS, 'acme-guardrails', 'acme-guardrails']);
    expect(said()).toBe('');
  });

  test('by a call that is not recorded', () => {
    const setting = setUp();
    setting.others.known();
    setting.patch(new CallRecorder(OURS, '1.2.3', configOf()));
    setting.call();
    expect(setting.scopes()).toEqual([OI]);
  });

  test('once ours has gone', () => {
    for (const load of [
      (s: Setting) => {
        s.others.known();
        return s.patch();
      },
      (s: Setting) => {
        const patcher = s.patch();
        s.others.known();
        s.call();
        return patcher;
      },
    ]) {
      const setting = setUp();
      const patcher = load(setting);
      setting.scopes();
      patcher.unwrapAll();
      setting.call();
      expect(setting.scopes()).toEqual([OI]);
    }
  });

  test('that takes its own part of the request out', () => {
    const setting = setUp();
    setting.others.known();
    setting.patch();
    setting.call({ extraAttributes: {} });
    expect(setting.scopes().sort()).toEqual([OI, OURS]);
  });
});

describe('a span that gives way', () => {
  test('leaves its place in the trace to ours', () => {
    const setting = setUp();
    setting.patch();
    setting.others.known();
    const parent = setting.provider.getTracer('app').startSpan('parent');
    context.with(trace.setSpan(context.active(), parent), () => setting.call());
    const [ours] = setting.spans();
    expect(ours?.instrumentationScope.name).toBe(OURS);
    expect(ours?.parentSpanContext).toEqual(parent.spanContext());
  });

  test.each([
    [{ parentSpanContext: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } }, '2'.repeat(16)],
    [{ parentSpanId: '3'.repeat(16) }, '3'.repeat(16)],
    [{}, undefined],
    [{ span: { parentSpanId: '4'.repeat(16) } }, '4'.repeat(16)],
  ])('is found in %j', async (more, parent) => {
    const { suppressSpan, withoutSuppressedSpan } = await import(
      '../../../src/telemetry/other-spans/suppressed-span.ts'
    );
    const own = { traceId: '1'.repeat(32), spanId: '9'.repeat(16), traceFlags: 1 };
    const span = { spanContext: () => own, ...more } as unknown as Span;
    const within = trace.setSpan(context.active(), span);
    expect(withoutSuppressedSpan(within)).toBe(within);
    expect(suppressSpan(span)).toBe(true);
    expect(own.traceFlags).toBe(0);
    const found = trace.getSpanContext(withoutSuppressedSpan(within));
    expect(found?.spanId).toBe(parent);
    if (parent !== undefined) expect(found?.traceFlags).toBe(1);
  });

  test('stands for the call if it cannot', () => {
    const setting = setUp();
    setting.patch();
    setting.others.known();
    const { startSpan } = Object.getPrototypeOf(setting.provider.getTracer(OI));
    vi.spyOn(Object.getPrototypeOf(setting.provider.getTracer(OI)), 'startSpan').mockImplementation(function (
      this: unknown,
      ...args: unknown[]
    ) {
      const span = Reflect.apply(startSpan, this, args) as Span;
      Object.freeze(span.spanContext());
      return span;
    });
    setting.call();
    expect(setting.scopes()).toEqual([OI]);
    setting.call();
    expect(setting.scopes()).toEqual([OURS]);
  });
});

test.each([undefined, null, 7, 'text', {}])('%o is no wrapper of another', async (top) => {
  const { isBelowOthers } = await import('../../../src/patching/wrapping/other-wrappers.ts');
  expect(isBelowOthers(top, () => {}, OI)).toBe(false);
});

test('a wrapper of nobody that is known is no wrapper of another', async () => {
  const { isBelowOthers } = await import('../../../src/patching/wrapping/other-wrappers.ts');
  const ours = (): void => {};
  const around = (original: AnyFunction): AnyFunction =>
    Object.assign(() => original(), { __original: original, __wrapped: true });
  expect(isBelowOthers(ours, ours, undefined)).toBe(true);
  expect(isBelowOthers(around(ours), ours, 'acme')).toBe(false);
  expect(isBelowOthers(around(around(ours)), ours, OI)).toBe(false);
  expect(isBelowOthers(around(ours), ours, OI)).toBe(true);
  expect(
    isBelowOthers(
      around(() => {}),
      ours,
      OI,
    ),
  ).toBe(false);
});
