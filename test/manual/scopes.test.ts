import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attributes, type Context, context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { Sampler } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LlmOtelOptions } from '../../src/config/options.ts';
import type { RequestFacts } from '../../src/facts/call.ts';
import { withAttributes, withConversation, withPrompt, withSession, withUser } from '../../src/manual/scopes.ts';
import { runTool } from '../../src/telemetry/activity/run-tool.ts';
import { CallRecorder } from '../../src/telemetry/call/call-recorder.ts';
import { callReader, configOf, logging, metering, tracing } from '../telemetry/in-memory.ts';

let said: string;

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});

afterEach(() => {
  context.disable();
  vi.restoreAllMocks();
});

/** A call and a tool of a set-up of its own, and the attributes that their spans have. */
function setUp(options: LlmOtelOptions = {}, sampler?: Sampler) {
  const traces = tracing(sampler);
  const metrics = metering();
  const logs = logging();
  const telemetry = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf(options));
  telemetry.setTracerProvider(traces.provider);
  telemetry.setMeterProvider(metrics.provider);
  telemetry.setLoggerProvider(logs.provider);
  return {
    metrics,
    logs: logs.records,
    start: (request?: Partial<RequestFacts>) => telemetry.start(callReader({}, request), {}, [{}]),
    call: (request?: Partial<RequestFacts>) => telemetry.start(callReader({}, request), {}, [{}])?.end({}),
    tool: (fn = (): unknown => 'done') =>
      runTool(telemetry, () => ({ name: 'weather', type: 'function', arguments: {} }), fn),
    /** Names that start with one of `prefixes`, of the last span. */
    last: (...prefixes: string[]) => select(traces.spans().at(-1)?.attributes, prefixes),
    all: (...prefixes: string[]) => traces.spans().map(({ attributes }) => select(attributes, prefixes)),
  };
}

function select(attributes: Attributes = {}, prefixes: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => prefixes.some((p) => name.startsWith(p))));
}

type Call = (fn: () => unknown) => unknown;

const SCOPES: readonly (readonly [about: string, scope: Call, attributes: Attributes, warning?: string])[] = [
  ['attributes', (fn) => withAttributes({ 'x.a': 'b', 'x.n': [1, 2] }, fn), { 'x.a': 'b', 'x.n': [1, 2] }],
  ['a conversation', (fn) => withConversation('c1', fn), { 'gen_ai.conversation.id': 'c1' }],
  ['a session', (fn) => withSession('s1', fn), { 'session.id': 's1' }],
  ['a session and more', (fn) => withSession(7, { 'x.team': 'ml' }, fn), { 'session.id': '7', 'x.team': 'ml' }],
  ['a user', (fn) => withUser('u1', fn), { 'user.id': 'u1' }],
  ['a number for a user', (fn) => withUser(42, fn), { 'user.id': '42' }],
  [
    'a bigint for a conversation',
    (fn) => withConversation(2n ** 60n, fn),
    { 'gen_ai.conversation.id': '1152921504606846976' },
  ],
  ['a prompt', (fn) => withPrompt({ name: 'greet' }, fn), { 'gen_ai.prompt.name': 'greet' }],
  [
    'a version of a prompt',
    (fn) => withPrompt({ name: 'greet', version: 3 }, fn),
    { 'gen_ai.prompt.name': 'greet', 'gen_ai.prompt.version': '3' },
  ],
  [
    'all of them',
    (fn) =>
      withUser('u1', () =>
        withConversation('c1', () =>
          withPrompt({ name: 'greet', version: 'v2' }, () => withAttributes({ 'x.a': true }, fn)),
        ),
      ),
    {
      'user.id': 'u1',
      'gen_ai.conversation.id': 'c1',
      'gen_ai.prompt.name': 'greet',
      'gen_ai.prompt.version': 'v2',
      'x.a': true,
    },
  ],
  [
    'an inner scope',
    (fn) => withAttributes({ 'x.a': 1, 'x.b': 1 }, () => withAttributes({ 'x.b': 2, 'x.c': 2 }, fn)),
    { 'x.a': 1, 'x.b': 2, 'x.c': 2 },
  ],
  [
    'an inner conversation',
    (fn) => withConversation('c1', () => withConversation('c2', fn)),
    { 'gen_ai.conversation.id': 'c2' },
  ],
  ['a scope that has ended', (fn) => [withAttributes({ 'x.a': 1 }, () => 0), fn()], {}],
  ['a scope that threw', (fn) => [caught(() => withAttributes({ 'x.a': 1 }, boom)), fn()], {}],
  [
    'a fact',
    (fn) => withAttributes({ 'gen_ai.request.model': 'x', 'x.a': 1 }, fn),
    { 'x.a': 1 },
    'recorded from the call',
  ],
  ['an empty id', (fn) => withConversation('', fn), {}, 'withConversation: expected an id'],
  [
    'no session',
    (fn) => withSession({} as unknown as string, { 'x.team': 'ml' }, fn),
    { 'x.team': 'ml' },
    'withSession: expected an id',
  ],
  ['no user', (fn) => withUser(undefined as unknown as string, fn), {}, 'withUser: expected an id'],
  ['an object for a user', (fn) => withUser({} as unknown as string, fn), {}, ''],
  ['not a number for a user', (fn) => withUser(Number.NaN, fn), {}, ''],
  ['no prompt', (fn) => withPrompt(null as never, fn), {}, 'withPrompt: expected { name: "greeting"'],
  ['a prompt without a name', (fn) => withPrompt({ version: 'v1' } as never, fn), {}, ''],
  [
    'a version of a wrong type',
    (fn) => withPrompt({ name: 'greet', version: {} as never }, fn),
    { 'gen_ai.prompt.name': 'greet' },
    'withPrompt: expected a version',
  ],
  ['no attributes', (fn) => withAttributes('x' as never, fn), {}, 'withAttributes: expected an object'],
];

const CUSTOM = ['x.', 'user.', 'session.', 'gen_ai.conversation', 'gen_ai.prompt'];

function boom(): never {
  throw new TypeError('boom');
}

function caught(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    return error;
  }
}

for (const [about, scope, attributes, warning = ''] of SCOPES)
  test(about, () => {
    const { call, tool, all } = setUp();
    let runs = 0;
    scope(() => {
      runs++;
      call();
      tool();
    });
    expect(all(...CUSTOM)).toEqual([attributes, attributes]);
    expect(runs).toBe(1);
    expect(said).toContain(warning);
  });

describe('what a scope gives', () => {
  const result = {};
  const failure = new Error('x');
  const OUTCOMES: readonly (readonly [about: string, fn: () => unknown])[] = [
    ['a value', () => result],
    ['nothing', () => undefined],
    ['a promise', () => Promise.resolve(result)],
    ['an error', boom],
    [
      'something else thrown',
      () => {
        throw undefined;
      },
    ],
    ['a rejection', () => Promise.reject(failure)],
  ];
  const managers: readonly (readonly [about: string, set: () => void])[] = [
    ['a context manager', () => {}],
    ['no context manager', () => context.disable()],
    ['one that throws before', () => broken({ with: boom })],
    ['one without a context', () => broken({ active: boom })],
  ];
  function broken(more: object): void {
    context.disable();
    const manager = Object.assign(new AsyncLocalStorageContextManager().enable(), more);
    context.setGlobalContextManager(manager);
  }

  describe.each(managers)('with %s', (_, set) => {
    test.each(OUTCOMES)('is what the function gives: %s', async (_, fn) => {
      set();
      let given: unknown;
      let runs = 0;
      const run = (): unknown => {
        runs++;
        given = fn();
        return given;
      };
      const outcome = (call: () => unknown): unknown => {
        try {
          return call();
        } catch (error) {
          return ['thrown', error];
        }
      };
      const got = outcome(() => withAttributes({ 'x.a': 1 }, run));
      if (given instanceof Promise) {
        expect(got).toBe(given);
        await given.catch(() => {});
      } else expect(got).toEqual(outcome(fn));
      expect(runs).toBe(1);
    });
  });
});

describe('a scope reaches', () => {
  const HOPS: readonly (readonly [about: string, hop: (call: () => void) => Promise<unknown>])[] = [
    ['what comes after a promise', (call) => sleep(1).then(call)],
    ['a timer', (call) => new Promise((resolve) => setTimeout(() => resolve(call()), 1))],
    ['the next tick', (call) => new Promise((resolve) => process.nextTick(() => resolve(call())))],
    ['a microtask', (call) => new Promise((resolve) => queueMicrotask(() => resolve(call())))],
    ['calls side by side', (call) => Promise.all([1, 2].map((ms) => sleep(ms).then(call)))],
    [
      'a listener of an emitter, if it is emitted inside',
      async (call) => {
        const emitter = new EventEmitter();
        context.with(outside, () => emitter.on('event', call));
        await sleep(1);
        emitter.emit('event');
      },
    ],
    [
      'an async generator that is read inside',
      async (call) => {
        async function* numbers(): AsyncGenerator<number> {
          await sleep(1);
          call();
          yield 1;
        }
        for await (const _ of numbers());
      },
    ],
  ];
  let outside: ReturnType<typeof context.active>;
  beforeEach(() => {
    outside = context.active();
  });

  test.each(HOPS)('%s', async (_, hop) => {
    const { call, all } = setUp();
    await withConversation('c1', () => hop(() => void call()));
    call();
    const seen = all('gen_ai.conversation');
    expect(seen.at(-1)).toEqual({});
    expect(seen.length).toBeGreaterThan(1);
    for (const attributes of seen.slice(0, -1)) expect(attributes).toEqual({ 'gen_ai.conversation.id': 'c1' });
  });

  test('each of two that run at the same time', async () => {
    const { call, all } = setUp();
    const one = async (id: string, ms: number): Promise<void> => {
      await sleep(ms);
      call({ attributes: { 'x.expected': id } });
    };
    await Promise.all([withUser('a', () => one('a', 4)), withUser('b', () => one('b', 2))]);
    for (const attributes of all('x.', 'user.')) expect(attributes['user.id']).toBe(attributes['x.expected']);
    expect(all()).toHaveLength(2);
  });

  test('a call inside a tool', () => {
    const { call, tool, all } = setUp();
    withUser('u1', () => tool(() => call()));
    expect(all('user.')).toEqual([{ 'user.id': 'u1' }, { 'user.id': 'u1' }]);
  });
});

describe('who wins', () => {
  const baggage = (entries: Record<string, string>, fn: () => void): void =>
    context.with(
      propagation.setBaggage(
        context.active(),
        propagation.createBaggage(Object.fromEntries(Object.entries(entries).map(([k, value]) => [k, { value }]))),
      ),
      fn,
    );

  test('the call itself, then scopes, then baggage, then what is static', () => {
    const { call, last } = setUp({
      attributes: { 'gen_ai.conversation.id': 'static', 'x.a': 'static', 'x.b': 'static', 'x.c': 'static' },
      baggageKeys: ['x.*'],
    });
    baggage({ 'x.a': 'baggage', 'x.b': 'baggage' }, () =>
      withAttributes({ 'gen_ai.conversation.id': 'scope', 'x.a': 'scope' }, () => {
        call({ attributes: { 'gen_ai.conversation.id': 'real' } });
      }),
    );
    expect(last('gen_ai.conversation', 'x.')).toEqual({
      'gen_ai.conversation.id': 'real',
      'x.a': 'scope',
      'x.b': 'baggage',
      'x.c': 'static',
    });
  });

  test.each([
    [['user.id', 'session.id'], { 'user.id': 'u', 'session.id': 's' }],
    [['user.*'], { 'user.id': 'u', 'user.tier': 'free' }],
    [['*'], { 'user.id': 'u', 'user.tier': 'free', 'session.id': 's' }],
    [['user'], {}],
    [[], {}],
  ])('baggage keys %j give %j', (baggageKeys, expected) => {
    const { call, last } = setUp({ baggageKeys });
    const entries = { 'user.id': 'u', 'user.tier': 'free', 'session.id': 's', 'gen_ai.request.model': 'forged' };
    baggage(entries, () => call());
    expect(last('user.', 'session.')).toEqual(expected);
    expect(last('gen_ai.request.model')).toEqual({ 'gen_ai.request.model': 'gpt-4o' });
    call();
    expect(last('user.', 'session.')).toEqual({});
  });

  test('facts cannot be set, static or scoped', () => {
    const forged = { 'gen_ai.request.model': 'x', 'gen_ai.usage.input_tokens': 7, 'server.address': 'x' };
    const plain = setUp();
    plain.call();
    const { call, last } = setUp({ attributes: forged });
    withAttributes(forged, () => call());
    expect(last('gen_ai.', 'server.')).toEqual(plain.last('gen_ai.', 'server.'));
  });
});

test('the conversation that an inner call names goes before that of a scope, not before that of the outer call', () => {
  const named = (id: string): Partial<RequestFacts> => ({ attributes: { 'gen_ai.conversation.id': id } });
  const { start, last } = setUp();
  const nested = (outer?: Partial<RequestFacts>): Attributes =>
    withConversation('scope', () => {
      const operation = start(outer);
      context.with(operation?.context ?? context.active(), () => start(named('inner'))?.end({}));
      operation?.end({});
      return last('gen_ai.conversation');
    });
  expect(nested()).toEqual({ 'gen_ai.conversation.id': 'inner' });
  expect(nested(named('outer'))).toEqual({ 'gen_ai.conversation.id': 'outer' });
});

test('samplers see them, metrics do not have them, log events do', async () => {
  let seen: Attributes = {};
  const sampler: Sampler = {
    shouldSample: (_context, _traceId, _name, _kind, attributes) => {
      seen = attributes;
      return { decision: 2 };
    },
  };
  const { call, metrics, logs } = setUp({ attributes: { team: 'ml' }, captureContent: 'EVENT_ONLY' }, sampler);
  withUser('u1', () => call());
  expect(seen).toMatchObject({ team: 'ml', 'user.id': 'u1', 'gen_ai.request.model': 'gpt-4o' });
  expect(logs.at(-1)?.attributes).toMatchObject({ team: 'ml', 'user.id': 'u1' });
  const points = [...(await metrics.collect()).values()].flatMap((metric) => metric.points);
  expect(points.length).toBeGreaterThan(0);
  for (const { attributes } of points) expect(Object.keys(attributes).filter((k) => /team|user/.test(k))).toEqual([]);
});

test('another copy of the package reads the same scope', async () => {
  vi.resetModules();
  const copy = await import('../../src/manual/scopes.ts');
  expect(copy.withUser).not.toBe(withUser);
  const { call, last } = setUp();
  copy.withUser('u1', () => call());
  expect(last('user.')).toEqual({ 'user.id': 'u1' });
});

test('where nothing is set, a call looks once for scopes and not at all for baggage', () => {
  const asked: string[] = [];
  const watched = (inner: Context): Context => ({
    getValue: (key) => {
      asked.push(String(key.description));
      return inner.getValue(key);
    },
    setValue: (key, value) => watched(inner.setValue(key, value)),
    deleteValue: (key) => watched(inner.deleteValue(key)),
  });
  const { call } = setUp();
  context.with(watched(context.active()), () => call());
  expect(asked.filter((key) => key === '@x/llm-otel.attributes')).toHaveLength(1);
  expect(asked.filter((key) => key.includes('Baggage'))).toEqual([]);
});

test('a name that is a label of a metric stays off it', async () => {
  const { tool, metrics, last } = setUp({ attributes: { 'gen_ai.agent.name': 'static' } });
  tool();
  expect(last('gen_ai.agent')).toEqual({ 'gen_ai.agent.name': 'static' });
  const points = (await metrics.collect()).get('gen_ai.execute_tool.duration')?.points;
  expect(points?.map(({ attributes }) => attributes['gen_ai.agent.name'])).toEqual([undefined]);
});
