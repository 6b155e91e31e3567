import { type Context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { describe, expect, test, vi } from 'vitest';
import type { LlmOtelOptions } from '../../../src/config/options.ts';
import type { ActivityName } from '../../../src/facts/call.ts';
import type { ContentPlace } from '../../../src/facts/hooks.ts';
import type { Part } from '../../../src/facts/messages.ts';
import { activeContext, callWith, contextWithSpan } from '../../../src/otel/globals.ts';
import { type Activity, type ActivityFacts, startActivity } from '../../../src/telemetry/activity/activity.ts';
import { activeOperation, contextWithOperation } from '../../../src/telemetry/call/active-operation.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { openOperationCount } from '../../../src/telemetry/call/open-operations.ts';
import { contextManager } from '../context-manager.ts';
import { callReader, configOf, metering, tracing } from '../in-memory.ts';

contextManager();

const spanOf = (context: Context) => trace.getSpan(context);

function setUp(options: LlmOtelOptions = {}) {
  const { provider, spans } = tracing();
  const metrics = metering();
  const telemetry = new CallRecorder('@x/llm-otel/test', '1.2.3', configOf(options));
  telemetry.setTracerProvider(provider);
  telemetry.setMeterProvider(metrics.provider);
  const open = (facts: ActivityFacts, parent?: Context): Activity => {
    const activity = startActivity(telemetry, () => facts, parent);
    if (activity === undefined) throw new Error('not recorded');
    return activity;
  };
  return { telemetry, provider, spans, metrics, open };
}

const NAMES: readonly (readonly [ActivityName, attribute: string])[] = [
  ['execute_tool', 'gen_ai.tool.name'],
  ['invoke_agent', 'gen_ai.agent.name'],
  ['invoke_workflow', 'gen_ai.workflow.name'],
];

describe.each(NAMES)('%s', (operation, attribute) => {
  test('is an internal span with its name, and is measured', async () => {
    const { spans, metrics, open } = setUp();
    open({ operation, target: 'weather', attributes: { 'gen_ai.conversation.id': 'c' } }).end();
    const [span] = spans();
    expect(span?.name).toBe(`${operation} weather`);
    expect(span?.kind).toBe(SpanKind.INTERNAL);
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(span?.attributes).toEqual({
      'gen_ai.operation.name': operation,
      [attribute]: 'weather',
      'gen_ai.conversation.id': 'c',
    });
    const points = (await metrics.collect()).get(`gen_ai.${operation}.duration`)?.points;
    expect(points).toMatchObject([{ count: 1, attributes: { [attribute]: 'weather' } }]);
  });

  test('needs no name', () => {
    const { spans, open } = setUp();
    open({ operation }).end();
    expect([spans()[0]?.name, spans()[0]?.attributes]).toEqual([operation, { 'gen_ai.operation.name': operation }]);
  });

  test('ends once, by the first of end and fail', () => {
    const { spans, open } = setUp();
    const activity = open({ operation, target: 'weather' });
    activity.fail(new TypeError('my secret'));
    activity.end();
    activity.fail(new RangeError('late'));
    expect(spans()).toHaveLength(1);
    expect(spans()[0]?.attributes['error.type']).toBe('TypeError');
    expect(spans()[0]?.status.code).toBe(SpanStatusCode.ERROR);
    expect(JSON.stringify([spans()[0]?.events, spans()[0]?.status])).not.toContain('secret');
  });
});

test('one that is abandoned lasted until it was seen last', async () => {
  const { spans, open, metrics } = setUp();
  const activity = open({ operation: 'execute_tool', target: 'weather' });
  const now = performance.now.bind(performance);
  const later = vi.spyOn(performance, 'now').mockImplementation(() => now() + 10_000);
  activity.abandon(performance.now() - 5000);
  later.mockRestore();
  const [seconds = 0, nanos = 0] = spans()[0]?.duration ?? [];
  expect(Math.round(seconds + nanos / 1e9)).toBe(5);
  expect(Math.round((await metrics.collect()).get('gen_ai.execute_tool.duration')?.points[0]?.sum ?? 0)).toBe(5);
});

describe('content', () => {
  const facts: ActivityFacts = {
    operation: 'execute_tool',
    target: 'weather',
    content: () => ({ arguments: { city: 'my secret' }, input: [{ role: 'user', parts: [] }] }),
  };
  const end = (activity: Activity): void => activity.end(() => ({ result: 'sunny secret' }));

  test('is not asked for while it is off', () => {
    const { spans, open } = setUp();
    const never = (): never => expect.unreachable();
    open({ ...facts, content: never }).end(never);
    expect(Object.keys(spans()[0]?.attributes ?? {})).toHaveLength(2);
  });

  test('of start and end are on the span', () => {
    const { spans, open } = setUp({ captureContent: 'SPAN_ONLY' });
    end(open(facts));
    expect(spans()[0]?.attributes).toMatchObject({
      'gen_ai.tool.call.arguments': '{"city":"my secret"}',
      'gen_ai.tool.call.result': '{"value":"sunny secret"}',
      'gen_ai.input.messages': '[{"role":"user","parts":[]}]',
    });
  });

  test('is not for spans with EVENT_ONLY, and there is no event for it', () => {
    const { spans, open } = setUp({ captureContent: 'EVENT_ONLY' });
    const never = (): never => expect.unreachable();
    const activity = open({ ...facts, content: never });
    expect(activity.captures).toBe(false);
    activity.fail(new Error('my secret'), never);
    expect(spans()).toHaveLength(1);
    expect(JSON.stringify([spans()[0]?.attributes, spans()[0]?.events, spans()[0]?.status])).not.toContain('secret');
  });

  test('is on the span as it was when it was said', () => {
    const { spans, open } = setUp({ captureContent: 'SPAN_ONLY' });
    const said = { city: 'Rome' };
    const activity = open({ ...facts, content: () => ({ arguments: said }) });
    said.city = 'Paris';
    end(activity);
    expect(spans()[0]?.attributes['gen_ai.tool.call.arguments']).toBe('{"city":"Rome"}');
  });

  test('is dropped as a whole if a part cannot be redacted', () => {
    const redact = (part: Part, place: ContentPlace): Part => {
      if (place === 'tool_result') throw new Error('no');
      return part;
    };
    const { spans, open } = setUp({ captureContent: 'SPAN_ONLY', redact });
    end(open(facts));
    expect(JSON.stringify(spans()[0]?.attributes)).not.toContain('secret');
  });

  test('that cannot be read costs nothing but itself', () => {
    const { spans, open } = setUp({ captureContent: 'SPAN_ONLY' });
    open(facts).end(() => {
      throw new Error('unreadable');
    });
    expect(spans()[0]?.attributes['gen_ai.tool.call.arguments']).toContain('secret');
  });
});

describe('where it stands', () => {
  test('the parent is as given', () => {
    const { spans, open, provider } = setUp();
    const parent = provider.getTracer('app').startSpan('parent');
    open({ operation: 'execute_tool', target: 't' }, contextWithSpan(activeContext(), parent)).end();
    expect(spans()[0]?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
  });

  test('what somebody else traces is only measured', async () => {
    const { spans, open, metrics } = setUp();
    const activity = open({ operation: 'execute_tool', target: 't', traced: false });
    expect(spanOf(activity.context)).toBe(spanOf(activeContext()));
    activity.end();
    expect(spans()).toHaveLength(0);
    expect((await metrics.collect()).get('gen_ai.execute_tool.duration')?.points).toHaveLength(1);
  });

  test('a model call inside a tool is a call of its own', () => {
    const { telemetry, open } = setUp();
    const operation = telemetry.start(callReader(), {}, []);
    if (operation === undefined) throw new Error('not recorded');
    const around = contextWithOperation(activeContext(), operation);
    const activity = open({ operation: 'execute_tool' }, around);
    expect([activeOperation(around), activeOperation(activity.context)]).toEqual([operation, undefined]);
    activity.end();
    operation.end({});
  });
});

describe('what runs inside an agent', () => {
  /** A model call, a tool or an agent with more in it. */
  type Step = 'chat' | 'failed chat' | 'embeddings' | 'tool' | readonly [agent: string, ...Step[]];

  const run = (world: ReturnType<typeof setUp>, step: Step): void => {
    const { telemetry, open } = world;
    if (step === 'tool') open({ operation: 'execute_tool', target: 'weather' }).end();
    else if (typeof step === 'string') {
      const kind = step === 'embeddings' ? 'embeddings' : 'chat';
      const operation = telemetry.start(callReader({}, { operation: kind }), {}, []);
      if (step === 'failed chat') operation?.fail(new Error('down'));
      else operation?.end({});
    } else {
      const activity = open({ operation: 'invoke_agent', target: step[0] });
      for (const inner of step.slice(1) as Step[]) callWith(activity.context, () => run(world, inner), undefined, []);
      activity.end();
    }
  };

  const CASES: readonly (readonly [
    about: string,
    Step,
    Record<string, readonly [inference: number, tools: number]>,
  ])[] = [
    ['nothing', ['a'], { a: [0, 0] }],
    ['calls, the failed one too', ['a', 'chat', 'failed chat', 'tool', 'embeddings'], { a: [2, 1] }],
    [
      'another agent, which counts for itself',
      ['a', 'chat', ['b', 'chat', 'chat', 'tool'], 'tool'],
      { a: [1, 1], b: [2, 1] },
    ],
  ];

  test.each(CASES)('is counted: %s', async (_, step, counts) => {
    const world = setUp();
    run(world, step);
    const metrics = await world.metrics.collect();
    const of = (name: string, agent: string) =>
      metrics.get(name)?.points.find(({ attributes }) => attributes['gen_ai.agent.name'] === agent);
    for (const [agent, [inference, tools]] of Object.entries(counts)) {
      expect(of('gen_ai.invoke_agent.inference_calls', agent)).toMatchObject({ count: 1, sum: inference });
      expect(of('gen_ai.invoke_agent.tool_calls', agent)).toMatchObject({ count: 1, sum: tools });
    }
    expect(metrics.get('gen_ai.invoke_agent.tool_calls')?.data.descriptor.unit).toBe('{tool_call}');
  });

  test('a tool carries the name of its agent', async () => {
    const world = setUp();
    run(world, ['a', ['b', 'tool']]);
    expect(world.spans()[0]?.attributes['gen_ai.agent.name']).toBe('b');
    const [point] = (await world.metrics.collect()).get('gen_ai.execute_tool.duration')?.points ?? [];
    expect(point?.attributes['gen_ai.agent.name']).toBe('b');
  });
});

test('is open until it ends, however that is', () => {
  const { open } = setUp();
  const before = openOperationCount();
  for (const end of [(a: Activity) => a.end(), (a: Activity) => a.fail(new Error('x')), (a: Activity) => a.abandon()]) {
    const activity = open({ operation: 'execute_tool' });
    expect(openOperationCount()).toBe(before + 1);
    end(activity);
    expect([activity.ended, openOperationCount()]).toEqual([true, before]);
  }
});

test.each([
  ['its own', { 'gen_ai.agent.name': 'named' }, 'named'],
  ['that of the agent around it', {}, 'around'],
])('the agent of a tool is %s', (_, attributes, expected) => {
  const { spans, open } = setUp();
  const agent = open({ operation: 'invoke_agent', target: 'around' });
  open({ operation: 'execute_tool', target: 'weather', attributes }, agent.context).end();
  agent.end();
  expect(spans()[0]?.attributes['gen_ai.agent.name']).toBe(expected);
});

describe('nothing of it reaches the application', () => {
  test('nothing is asked when nothing is registered', () => {
    const telemetry = new CallRecorder('@x/llm-otel/test', '1.2.3', configOf());
    expect(startActivity(telemetry, () => expect.unreachable())).toBeUndefined();
  });

  test('facts that cannot be made', () => {
    const { telemetry } = setUp();
    const broken = (): never => {
      throw new Error('boom');
    };
    expect(startActivity(telemetry, broken)).toBeUndefined();
  });
});
