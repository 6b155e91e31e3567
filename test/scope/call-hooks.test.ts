import { type Attributes, ROOT_CONTEXT } from '@opentelemetry/api';
import { AlwaysOffSampler, type Sampler } from '@opentelemetry/sdk-trace-base';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { LlmOtelOptions } from '../../src/config/options.ts';
import type { CallReader, ResponseFacts } from '../../src/facts/call.ts';
import { freshWarnings } from '../support/warnings.ts';
import { contextManager } from '../telemetry/context-manager.ts';
import { callReader, configOf, logging, metering, tracing } from '../telemetry/in-memory.ts';

const said = freshWarnings();
let modules: {
  CallRecorder: typeof import('../../src/telemetry/call/call-recorder.ts').CallRecorder;
  SdkOwnedSpan: typeof import('../../src/telemetry/other-spans/sdk-owned-span.ts').SdkOwnedSpan;
  runTool: typeof import('../../src/telemetry/activity/run-tool.ts').runTool;
};

beforeEach(async () => {
  const { CallRecorder } = await import('../../src/telemetry/call/call-recorder.ts');
  const { SdkOwnedSpan } = await import('../../src/telemetry/other-spans/sdk-owned-span.ts');
  const { runTool } = await import('../../src/telemetry/activity/run-tool.ts');
  modules = { CallRecorder, SdkOwnedSpan, runTool };
});

function setUp(options: LlmOtelOptions = {}, sampler?: Sampler) {
  const traces = tracing(sampler);
  const metrics = metering();
  const telemetry = new modules.CallRecorder('@x/llm-otel/openai', '1.2.3', configOf(options));
  telemetry.setTracerProvider(traces.provider);
  telemetry.setMeterProvider(metrics.provider);
  telemetry.setLoggerProvider(logging().provider);
  const start = (reader: CallReader = callReader(), args: readonly unknown[] = [{}]) => {
    const operation = telemetry.start(reader, {}, args);
    if (operation === undefined) throw new Error('not recorded');
    return operation;
  };
  return { telemetry, start, metrics, provider: traces.provider, spans: traces.spans };
}

const ANSWER: ResponseFacts = {
  id: 'r1',
  model: 'gpt-4o-2024',
  finishReasons: ['stop'],
  usage: { input: 3, output: 4 },
};
const FAILURE = new TypeError('no');
const oops = (): never => {
  throw new RangeError('my secret');
};

describe('dynamicAttributes', () => {
  test('is told what starts, and adds to it', () => {
    const seen: unknown[] = [];
    const { start, telemetry, spans } = setUp({
      dynamicAttributes: (span) => {
        seen.push({ ...span });
        return { 'x.of': span.operation, 'gen_ai.request.model': 'forged', 'x.none': undefined };
      },
    });
    start().end(ANSWER);
    modules.runTool(
      telemetry,
      () => ({ name: 'weather', type: 'function', arguments: { city: 'my secret' } }),
      () => 1,
    );
    expect(seen).toEqual([
      { operation: 'chat', spanName: 'chat gpt-4o', provider: 'openai', model: 'gpt-4o', target: undefined },
      {
        operation: 'execute_tool',
        spanName: 'execute_tool weather',
        provider: undefined,
        model: undefined,
        target: 'weather',
      },
    ]);
    expect(spans().map(({ attributes }) => attributes['x.of'])).toEqual(['chat', 'execute_tool']);
    expect(spans()[0]?.attributes).toMatchObject({ 'gen_ai.request.model': 'gpt-4o' });
    expect(said()).toContain('option dynamicAttributes: "gen_ai.request.model" is left out');
  });

  test('goes before static attributes, and samplers see it', () => {
    let seen: Attributes = {};
    const sampler: Sampler = {
      shouldSample: (_context, _traceId, _name, _kind, attributes) => {
        seen = attributes;
        return { decision: 2 };
      },
    };
    const { start } = setUp(
      { attributes: { a: 'static', b: 'static' }, dynamicAttributes: () => ({ a: 'now' }) },
      sampler,
    );
    start().end(ANSWER);
    expect(seen).toMatchObject({ a: 'now', b: 'static' });
  });
});

/** What a hook may do instead of its work. All of it ends in one warning, and in a call that is recorded all the same. */
const FAULTS: readonly (readonly [about: string, fault: () => unknown, warning: string])[] = [
  ['throws', oops, 'the hook threw (RangeError)'],
  [
    'throws no error',
    () => {
      throw undefined;
    },
    'the hook threw (undefined)',
  ],
  [
    'throws what cannot be read',
    () => {
      throw new Proxy({}, { getPrototypeOf: oops });
    },
    'an error that cannot be read',
  ],
  ['returns a promise', () => Promise.resolve({ 'x.a': 1 }), 'returned a promise'],
  ['returns a promise that rejects', async () => oops(), 'returned a promise'],
];

describe.each(['dynamicAttributes', 'onRequest', 'onResponse'] as const)('%s', (name) => {
  for (const [about, fault, warning] of FAULTS)
    test(`that ${about} is warned of once`, async () => {
      const rejected = vi.fn();
      process.on('unhandledRejection', rejected);
      const { start, spans } = setUp({ [name]: fault });
      for (let i = 0; i < 3; i++) start().end(ANSWER);
      await new Promise(setImmediate);
      process.off('unhandledRejection', rejected);
      expect(rejected).not.toHaveBeenCalled();
      expect(spans()).toHaveLength(3);
      expect(spans()[2]?.attributes).toMatchObject({ 'gen_ai.response.id': 'r1' });
      expect(said().split('\n').filter(Boolean)).toEqual([expect.stringContaining(`option ${name}: `)]);
      expect(said()).toContain(warning);
      expect(said()).not.toContain('secret');
    });

  test('makes a model call of its own without running again', () => {
    let runs = 0;
    const options: LlmOtelOptions = {};
    options[name] = (): undefined => {
      runs++;
      start(callReader({}, { model: 'inner' })).end(ANSWER);
    };
    const { start, spans } = setUp(options);
    start().end(ANSWER);
    expect(runs).toBe(1);
    expect(
      spans()
        .map((span) => span.name)
        .sort(),
    ).toEqual(['chat gpt-4o', 'chat inner']);
  });
});

describe.each([
  ['at once', undefined],
  ['after an await', async () => new Promise(setImmediate)],
])('a model call that a hook starts %s', (_, before) => {
  contextManager();

  test('and that ends later runs none', async () => {
    let runs = 0;
    const judge = async (): Promise<void> => {
      if (++runs > 3) return;
      if (before !== undefined) await before();
      const operation = start(callReader({}, { model: 'inner' }));
      await new Promise(setImmediate);
      operation.end(ANSWER);
    };
    const { start, spans } = setUp({ onResponse: () => void judge() });
    start().end(ANSWER);
    await vi.waitFor(() => expect(spans()).toHaveLength(2));
    for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
    expect(runs).toBe(1);
  });
});

test('onRequest gets the span and what the application passed', () => {
  const body = { model: 'gpt-4o' };
  const args = [body, { timeout: 1 }];
  const seen: unknown[] = [];
  const { start, spans } = setUp({
    onRequest: (span, request) => {
      span.setAttribute('x.tools', 2);
      seen.push({ ...request }, request.args[0] === body);
      expect(() => (request.args as unknown[]).push('x')).toThrow();
    },
  });
  start(callReader(), args).end(ANSWER);
  expect(seen).toEqual([{ operation: 'chat', provider: 'openai', model: 'gpt-4o', args }, true]);
  expect(args).toHaveLength(2);
  expect(spans()[0]?.attributes['x.tools']).toBe(2);
});

describe('onResponse', () => {
  type Run = (operation: ReturnType<ReturnType<typeof setUp>['start']>) => void;
  const OUTCOMES: readonly (readonly [about: string, run: Run, result: object])[] = [
    ['an answer', (op) => op.end(ANSWER), { outcome: 'completed', body: ANSWER, ...ANSWER }],
    ['no answer to read', (op) => op.end('text'), { outcome: 'completed', body: 'text', id: undefined }],
    [
      'an error',
      (op) => op.fail(FAILURE),
      { outcome: 'failed', error: FAILURE, errorType: 'TypeError', body: undefined },
    ],
    ['undefined thrown', (op) => op.fail(undefined), { outcome: 'failed', error: undefined, errorType: '_OTHER' }],
    [
      'an answer that says it failed',
      (op) => op.end({ ...ANSWER, failure: { type: 'server_error' } }),
      { outcome: 'failed', errorType: 'server_error', error: undefined, id: 'r1' },
    ],
    ['a cancelled call', (op) => op.cancel(), { outcome: 'cancelled' }],
    ['an abandoned call', (op) => op.abandon(), { outcome: 'abandoned' }],
    ['a raw response', (op) => op.detach(), { outcome: 'detached' }],
    [
      'a stream',
      (op) => {
        op.stream();
        op.chunk({});
        op.complete();
      },
      { outcome: 'completed', body: undefined, model: 'gpt-4o-2024', finishReasons: ['stop'] },
    ],
    [
      'a stream that fails',
      (op) => {
        op.stream();
        op.fail(FAILURE);
      },
      { outcome: 'failed', error: FAILURE, finishReasons: ['error'] },
    ],
  ];

  for (const [about, run, result] of OUTCOMES)
    test(`is told of ${about}, once, before the span ends`, () => {
      const seen: unknown[] = [];
      const { start, spans } = setUp({
        onResponse: (span, given) => {
          expect(span.isRecording()).toBe(true);
          span.setAttribute('gen_ai.response.id', 'mine');
          seen.push(given);
        },
      });
      const operation = start();
      run(operation);
      operation.end({});
      expect(seen).toHaveLength(1);
      expect(seen[0]).toMatchObject({ operation: 'chat', provider: 'openai', ...result });
      expect(spans()[0]?.attributes['gen_ai.response.id']).toBe('mine');
    });

  test('does not change the numbers', async () => {
    const { start, metrics } = setUp({
      onResponse: (_span, result) => {
        (result.usage as { input: number }).input = 99;
      },
    });
    start().end({ ...ANSWER, usage: { input: 3, output: 4 } });
    const points = (await metrics.collect()).get('gen_ai.client.inference.usage.input_tokens')?.points;
    expect(points?.map(({ sum }) => sum)).toEqual([3]);
  });
});

test('hooks of a call run for recorded spans only', () => {
  const hook = vi.fn(() => undefined);
  const { start } = setUp({ onRequest: hook, onResponse: hook }, new AlwaysOffSampler());
  start().end(ANSWER);
  expect(hook).not.toHaveBeenCalled();
});

describe("a span of the SDK's own", () => {
  function lend(options: LlmOtelOptions, facts: Attributes = {}) {
    const { telemetry, provider, spans } = setUp(options);
    const borrowed = new modules.SdkOwnedSpan(true);
    const operation = telemetry.start(callReader({}, { attributes: facts }), {}, [{ model: 'x' }], borrowed);
    borrowed.attach(provider.getTracer('sdk').startSpan('theirs', { attributes: facts }, ROOT_CONTEXT));
    operation?.end(ANSWER);
    borrowed.attached?.end();
    return spans()[0]?.attributes;
  }

  test('gets custom attributes and runs the hooks', () => {
    const attributes = lend({
      attributes: { team: 'ml' },
      dynamicAttributes: ({ model }) => ({ 'x.model': model }),
      onRequest: (span, { args }) => span.setAttribute('x.args', args.length),
      onResponse: (span, { id }) => span.setAttribute('x.id', id ?? ''),
    });
    expect(attributes).toMatchObject({ team: 'ml', 'x.model': 'gpt-4o', 'x.args': 1, 'x.id': 'r1' });
  });

  test('keeps the conversation that the request names', () => {
    const id = { 'gen_ai.conversation.id': 'real' };
    expect(lend({ attributes: { 'gen_ai.conversation.id': 'mine' } }, id)).toMatchObject(id);
  });

  test('that never comes runs none', () => {
    const hook = vi.fn(() => undefined);
    const { telemetry } = setUp({ onRequest: hook, onResponse: hook });
    telemetry.start(callReader(), {}, [{}], new modules.SdkOwnedSpan(false))?.end(ANSWER);
    expect(hook).not.toHaveBeenCalled();
  });
});
