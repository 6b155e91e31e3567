import { context, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { agent, workflow } from '../../src/manual/agent.ts';
import { appRecorder } from '../../src/manual/app-recorder.ts';
import { tool, withTool } from '../../src/manual/tool.ts';
import { runTool } from '../../src/telemetry/activity/run-tool.ts';
import { endOpenOperations } from '../../src/telemetry/call/open-operations.ts';
import { world } from './world.ts';

const { spans, collect, options } = world();

const names = (): string[] => spans().map(({ name }) => name);
const attributes = (index = 0) => spans()[index]?.attributes ?? {};
const keys = (): string[] => Object.keys(attributes()).sort();

afterEach(() => vi.restoreAllMocks());

describe('tool', () => {
  test('gives a function that is called as the given one', () => {
    const thermometer = {
      unit: 'C',
      read: tool(
        'read',
        Object.assign(
          function (this: { unit: string }, a: number, b = 2) {
            return `${a + b} ${this.unit}`;
          },
          { schema: { type: 'object' } },
        ),
      ),
    };
    expect(thermometer.read(1)).toBe('3 C');
    expect(thermometer.read(1, 4)).toBe('5 C');
    expect([thermometer.read.length, thermometer.read.schema]).toEqual([1, { type: 'object' }]);
    expect(names()).toEqual(['execute_tool read', 'execute_tool read']);
  });

  test('says what is known of it', async () => {
    const weather = tool('weather', (_city: string, { toolCallId }: { toolCallId: string }) => toolCallId, {
      type: 'datastore',
      description: 'The weather of a city',
      id: (_, { toolCallId }) => toolCallId,
    });
    weather('Paris', { toolCallId: 'call_1' });
    expect(attributes()).toEqual({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'weather',
      'gen_ai.tool.type': 'datastore',
      'gen_ai.tool.description': 'The weather of a city',
      'gen_ai.tool.call.id': 'call_1',
    });
    const [point] = (await collect()).get('gen_ai.execute_tool.duration')?.points ?? [];
    expect(point).toMatchObject({
      count: 1,
      attributes: { 'gen_ai.tool.name': 'weather', 'gen_ai.tool.type': 'datastore' },
    });
  });

  const ARGUMENTS: readonly (readonly [about: string, args: unknown[], recorded: string | undefined])[] = [
    ['none', [], undefined],
    ['an object', [{ city: 'Paris' }], '{"city":"Paris"}'],
    ['an object, and what an SDK adds', [{ city: 'Paris' }, { signal: {} }], '{"city":"Paris"}'],
    ['a text', ['Paris'], '{"value":"Paris"}'],
    ['several', ['Paris', 3], '{"value":["Paris",3]}'],
  ];

  test.each(ARGUMENTS)('records its arguments: %s', (_, args, recorded) => {
    options({ captureContent: 'SPAN_ONLY' });
    tool('weather', (..._: unknown[]) => undefined)(...args);
    expect(attributes()['gen_ai.tool.call.arguments']).toBe(recorded);
  });

  test('is the parent of what it does', async () => {
    const work = async (): Promise<void> => {
      await Promise.resolve();
      trace.getTracer('app').startSpan('query').end();
    };
    await tool('weather', work)();
    expect(spans()[0]?.parentSpanContext?.spanId).toBe(spans()[1]?.spanContext().spanId);
  });

  test('goes on if its id cannot be found', () => {
    const weather = tool('weather', () => 'sunny', { id: () => JSON.parse('{') });
    expect(weather()).toBe('sunny');
    expect(attributes()['gen_ai.tool.call.id']).toBeUndefined();
  });
});

describe('one run that two layers see', () => {
  const bySdk = (name: string, run: () => unknown): unknown => {
    const telemetry = appRecorder();
    if (telemetry === undefined) throw new Error('switched off');
    return runTool(telemetry, () => ({ name, type: 'function', arguments: {} }), run);
  };

  const CASES: readonly (readonly [about: string, run: () => unknown, names: string[]])[] = [
    [
      'is one span',
      () =>
        bySdk(
          'weather',
          tool('weather', () => 'sunny'),
        ),
      ['weather'],
    ],
    [
      'is two if the names differ',
      () =>
        bySdk(
          'get_weather',
          tool('weather', () => 'sunny'),
        ),
      ['weather', 'get_weather'],
    ],
    [
      'is two if it calls itself',
      () =>
        bySdk(
          'weather',
          tool('weather', () => withTool({ name: 'weather' }, () => 'sunny')),
        ),
      ['weather', 'weather'],
    ],
    [
      'of the application alone is as written',
      () =>
        tool(
          'a',
          tool('a', () => 'sunny'),
        )(),
      ['a', 'a'],
    ],
  ];

  test.each(CASES)('%s', (_, run, expected) => {
    expect(run()).toBe('sunny');
    expect(names()).toEqual(expected.map((name) => `execute_tool ${name}`));
  });
});

describe('withTool', () => {
  test('runs once, with what is given', () => {
    options({ captureContent: 'SPAN_ONLY' });
    const result = withTool({ name: 'weather', id: 'call_1', arguments: '{"city":"Paris"}' }, () => ({ sky: 'clear' }));
    expect(result).toEqual({ sky: 'clear' });
    expect(attributes()).toMatchObject({
      'gen_ai.tool.name': 'weather',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': 'call_1',
      'gen_ai.tool.call.arguments': '{"city":"Paris"}',
      'gen_ai.tool.call.result': '{"sky":"clear"}',
    });
  });
});

describe('agent and workflow', () => {
  test('are spans around what runs in them, and are measured', async () => {
    const answer = await workflow('refund', () =>
      agent('support', async () => withTool({ name: 'lookup' }, () => 'done'), {
        id: 'agent_1',
        version: '2',
        description: 'Answers customers',
        conversationId: 'c1',
      }),
    );
    expect(answer).toBe('done');
    expect(names()).toEqual(['execute_tool lookup', 'invoke_agent support', 'invoke_workflow refund']);
    const [lookup, support, refund] = spans();
    expect(lookup?.parentSpanContext?.spanId).toBe(support?.spanContext().spanId);
    expect(support?.parentSpanContext?.spanId).toBe(refund?.spanContext().spanId);
    expect(lookup?.attributes).toMatchObject({ 'gen_ai.agent.name': 'support', 'gen_ai.conversation.id': 'c1' });
    expect(support?.attributes).toEqual({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'support',
      'gen_ai.agent.id': 'agent_1',
      'gen_ai.agent.version': '2',
      'gen_ai.agent.description': 'Answers customers',
      'gen_ai.conversation.id': 'c1',
    });
    const metrics = await collect();
    const point = (name: string) => metrics.get(name)?.points[0];
    expect(point('gen_ai.invoke_agent.duration')?.attributes).toEqual({ 'gen_ai.agent.name': 'support' });
    expect(point('gen_ai.invoke_agent.tool_calls')?.sum).toBe(1);
    expect(point('gen_ai.invoke_agent.inference_calls')?.sum).toBe(0);
    expect(point('gen_ai.invoke_workflow.duration')?.attributes).toEqual({ 'gen_ai.workflow.name': 'refund' });
  });

  test.each([agent, workflow])('$name: question and answer are content', async (scope) => {
    await scope('support', async () => 'my answer', { input: 'my question' });
    expect(keys().filter((key) => key.includes('messages'))).toEqual([]);
    options({ captureContent: 'SPAN_ONLY' });
    await scope('support', async () => 'my answer', { input: 'my question' });
    await scope('support', async () => ({ not: 'a text' }));
    expect(attributes(1)['gen_ai.input.messages']).toContain('my question');
    expect(attributes(1)['gen_ai.output.messages']).toContain('my answer');
    expect(attributes(2)['gen_ai.output.messages']).toBeUndefined();
  });

  test.each([agent, workflow])('$name: an error is passed on', async (scope) => {
    const error = new TypeError('my secret');
    const run = scope('support', async () => {
      throw error;
    });
    await expect(run).rejects.toBe(error);
    expect(attributes()['error.type']).toBe('TypeError');
    expect(JSON.stringify(spans()[0]?.events)).not.toContain('secret');
  });
});

describe('bad input', () => {
  const written = (): string => {
    const calls = vi.mocked(process.stderr.write).mock.calls;
    return calls.map(([line]) => String(line)).join('');
  };
  const none = undefined as never;

  const CASES: readonly (readonly [
    about: string,
    run: () => unknown,
    given: unknown,
    spans: string[],
    said: RegExp,
  ])[] = [
    [
      'a tool without a name',
      () => tool('', () => 'sunny')(),
      'sunny',
      ['execute_tool unknown'],
      /tool: expected a name/,
    ],
    ['a tool without a function', () => tool('weather', none), undefined, [], /tool\(name, fn\)/],
    [
      'a run without a name',
      () => withTool(none, () => 'sunny'),
      'sunny',
      ['execute_tool unknown'],
      /expected \{ name/,
    ],
    ['a run without a function', () => withTool({ name: 'weather' }, none), undefined, [], /withTool\(/],
    ['an agent without a name', () => agent(none, () => 'sunny'), 'sunny', ['invoke_agent'], /agent: expected a name/],
    ['an agent without a function', () => agent('a', none), undefined, [], /agent\(name, fn\)/],
    [
      'a workflow without a name',
      () => workflow('', () => 'sunny'),
      'sunny',
      ['invoke_workflow'],
      /workflow: expected/,
    ],
    ['options that are none', () => agent('a', () => 'sunny', null as never), 'sunny', ['invoke_agent a'], /^$/],
    ['a number as id', () => withTool({ name: 'a', id: 1 as never }, () => 'sunny'), 'sunny', ['execute_tool a'], /^$/],
  ];

  test.each(CASES)('%s', (_, run, given, expected, said) => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(run()).toBe(given);
    expect(names()).toEqual(expected);
    expect(written()).toMatch(said);
  });
});

test('a run that is under way when the process ends is ended', () => {
  const never = agent('support', () => new Promise<never>(() => {}));
  expect(names()).toEqual([]);
  endOpenOperations();
  expect(names()).toEqual(['invoke_agent support']);
  expect(never).toBeInstanceOf(Promise);
});

describe('nothing is recorded', () => {
  test('when it is switched off', () => {
    options({ enabled: false });
    expect(tool('weather', () => 'sunny')()).toBe('sunny');
    expect(names()).toEqual([]);
  });

  test('without providers, and the function runs at once', () => {
    trace.disable();
    context.disable();
    options({});
    const error = new Error('boom');
    const thrown = (): never => {
      throw error;
    };
    expect(agent('support', () => tool('weather', () => 'sunny')())).toBe('sunny');
    expect(() => tool('weather', thrown)()).toThrow(error);
  });
});

test('a wrapped function has the type of the given one', () => {
  const getWeather = tool('get_weather', async ({ city }: { city: string }) => `sunny in ${city}`);
  const sunny: Promise<string> = getWeather({ city: 'Paris' });
  // @ts-expect-error a city is a text
  const wrong: Promise<string> = getWeather({ city: 1 });
  expect([sunny, wrong]).toHaveLength(2);
});
