import { describe, expect, test } from 'vitest';
import { type TraceQuery, ViewedData } from '../../../src/cli/view/store/viewed-data.ts';
import {
  chat,
  logRequest,
  messages,
  otlpSpan,
  type SpanFields,
  says,
  spanId,
  traceId,
  traceRequest,
} from './otlp-json.ts';

const LIMITS = { maxSpans: 1000, maxBytes: 10_000_000 };
const ALL: TraceQuery = { limit: 100, words: [], hasErrors: false, hasStreams: false, hasTools: false };

function dataOf(spans: readonly SpanFields[], limits = LIMITS): ViewedData {
  const data = new ViewedData(limits);
  for (const span of spans) data.receive('traces', traceRequest([otlpSpan(span)]));
  return data;
}

const idsOf = (data: ViewedData, query: Partial<TraceQuery> = {}): string[] =>
  data.list({ ...ALL, ...query }).traces.map((row) => row.traceId);

test('a row sums up a trace, and knows nothing that the spans do not say', () => {
  const data = dataOf([
    {
      span: 1,
      name: 'invoke_agent helper',
      duration: 900,
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.input_tokens': 1412 },
    },
    {
      span: 2,
      parent: 1,
      start: 10,
      duration: 100,
      attributes: chat({
        'gen_ai.usage.input_tokens': 1412,
        'gen_ai.usage.output_tokens': 3,
        'gen_ai.conversation.id': 'c1',
        ...messages([says('user', 'first'), says('assistant', 'x'), says('user', 'Where?')]),
      }),
    },
    { span: 3, parent: 1, start: 200, attributes: { 'gen_ai.operation.name': 'execute_tool' } },
    {
      span: 4,
      parent: 1,
      start: 300,
      error: 'slow down',
      attributes: chat({ 'error.type': 'rate_limit_exceeded', 'llm_otel.stream.outcome': 'failed' }),
    },
  ]);
  const [row] = data.list(ALL).traces;
  expect(row).toEqual({
    traceId: traceId(1),
    name: 'invoke_agent helper',
    service: 'shop',
    startTime: 1_790_000_000_000,
    durationMs: 900,
    spans: 4,
    calls: 2,
    tools: 1,
    errors: 1,
    streams: 1,
    models: ['gpt-4o-mini'],
    inputTokens: 1412,
    outputTokens: 3,
    cost: undefined,
    preview: 'Where?',
    conversationId: 'c1',
  });
});

test('traces are listed newest first, page by page, also while new ones come', () => {
  const data = dataOf([1, 2, 3, 4, 5].map((n) => ({ trace: n, start: n })));
  const first = data.list({ ...ALL, limit: 2 });
  expect([first.traces.map((row) => row.traceId), first.total]).toEqual([[traceId(5), traceId(4)], 5]);
  data.receive('traces', traceRequest([otlpSpan({ trace: 6, start: 6 })]));
  const second = data.list({ ...ALL, limit: 2, before: first.next });
  expect(second.traces.map((row) => row.traceId)).toEqual([traceId(3), traceId(2)]);
  const last = data.list({ ...ALL, limit: 2, before: second.next });
  expect([last.traces.map((row) => row.traceId), last.next]).toEqual([[traceId(1)], undefined]);
});

test('a page goes on behind a trace that has made room', () => {
  const data = dataOf(
    [1, 2, 3, 4].map((n) => ({ trace: n, start: 10 - n })),
    { ...LIMITS, maxSpans: 4 },
  );
  const { next } = data.list({ ...ALL, limit: 1 });
  data.receive('traces', traceRequest([otlpSpan({ trace: 5, start: 0 })]));
  expect(idsOf(data, { before: next })).toEqual([2, 3, 4, 5].map(traceId));
});

describe('the room is bounded', () => {
  test('the trace that came first goes, whole, and is counted', () => {
    const data = dataOf(
      [
        { trace: 1, span: 1 },
        { trace: 1, span: 2 },
        { trace: 2, span: 3 },
        { trace: 3, span: 4 },
      ],
      { ...LIMITS, maxSpans: 3 },
    );
    expect([idsOf(data).sort(), data.list(ALL).dropped]).toEqual([[traceId(2), traceId(3)], 1]);
    expect(data.stats('').spans).toBe(2);
  });

  test('a trace larger than all the room stays as large as the room, and the rest is counted', () => {
    const data = dataOf(
      [1, 2, 3, 4, 5].map((n) => ({ span: n })),
      { ...LIMITS, maxSpans: 3 },
    );
    expect(data.stats('')).toMatchObject({ traces: 1, spans: 3, dropped: 0, droppedSpans: 2 });
  });

  test('bytes count too', () => {
    const text = 'x'.repeat(1000);
    const data = dataOf(
      [1, 2, 3].map((n) => ({ trace: n, attributes: { text } })),
      { ...LIMITS, maxBytes: 15_000 },
    );
    expect(data.stats('').dropped).toBeGreaterThan(0);
    expect(idsOf(data)).toContain(traceId(3));
  });

  test('the same span id again takes the place of the span', () => {
    const data = dataOf([{ name: 'old' }, { name: 'new' }, { name: 'newest' }], { ...LIMITS, maxSpans: 1 });
    expect(data.detail(traceId(1))?.spans.map(({ name }) => name)).toEqual(['newest']);
    expect(data.stats('')).toMatchObject({ spans: 1, dropped: 0, droppedSpans: 0 });
  });

  test('log records make room too', () => {
    const data = new ViewedData({ ...LIMITS, maxSpans: 2 });
    for (const n of [1, 2, 3])
      data.receive('logs', logRequest({ trace: n, span: 1, eventName: `e${n}`, attributes: {} }));
    expect(data.logs().map(({ eventName }) => eventName)).toEqual(['e3', 'e2']);
  });
});

test.each<[query: Partial<TraceQuery>, expected: number[]]>([
  [{ hasErrors: true }, [2]],
  [{ hasStreams: true }, [3]],
  [{ hasTools: true }, [4]],
  [{ model: 'gpt-4o-mini' }, [1]],
  [{ service: 'nobody' }, []],
  [{ words: ['lisbon'] }, [1]],
  [{ words: ['lisbon', 'gpt-4o'] }, [1]],
  [{ words: ['lisbon', 'missing'] }, []],
  [{ words: ['error.type'] }, [2]],
])('the filter %o finds %o', (query, expected) => {
  const data = dataOf([
    { trace: 1, start: 1, attributes: chat(messages([says('user', 'To Lisbon')])) },
    { trace: 2, start: 2, error: 'broken', attributes: { 'error.type': 'x' } },
    { trace: 3, start: 3, attributes: { 'gen_ai.operation.name': 'chat', 'llm_otel.stream.outcome': 'completed' } },
    { trace: 4, start: 4, attributes: { 'gen_ai.operation.name': 'execute_tool' } },
  ]);
  expect(idsOf(data, query)).toEqual(expected.map(traceId));
});

test('content of an event on the logs signal belongs to the span', () => {
  const data = dataOf([{ attributes: chat() }]);
  data.receive(
    'logs',
    logRequest({
      trace: 1,
      span: 1,
      eventName: 'gen_ai.client.inference.operation.details',
      attributes: { 'gen_ai.input.messages': [says('user', 'from a log')] },
    }),
  );
  expect(data.list(ALL).traces[0]?.preview).toBe('from a log');
  expect(data.detail(traceId(1))?.spans[0]?.attributes['gen_ai.input.messages']).toEqual([says('user', 'from a log')]);
  expect(data.detail(traceId(1))?.logs).toHaveLength(1);
});

test('a conversation is one chat: history that calls repeat stands there once', () => {
  const call = (n: number, input: object[], answer: string): SpanFields => ({
    trace: n,
    start: n,
    attributes: chat({ 'gen_ai.conversation.id': 'c1', ...messages(input, [says('assistant', answer)]) }),
  });
  const data = dataOf([
    call(1, [says('user', 'hi')], 'hello'),
    call(2, [says('user', 'hi'), says('assistant', 'hello'), says('user', 'hi')], 'again?'),
    { trace: 3, start: 3, attributes: chat({ 'session.id': 's1' }) },
  ]);
  expect(data.conversations().map(({ id, calls, traces }) => [id, calls, traces])).toEqual([
    ['s1', 1, 1],
    ['c1', 2, 2],
  ]);
  const chatOf = data.conversation('c1')?.messages.map(({ role, parts, traceId: id }) => [role, parts[0]?.content, id]);
  expect(chatOf).toEqual([
    ['user', 'hi', traceId(1)],
    ['assistant', 'hello', traceId(1)],
    ['user', 'hi', traceId(2)],
    ['assistant', 'again?', traceId(2)],
  ]);
  expect(data.conversation('s1')?.callsWithoutContent).toBe(1);
  expect(data.conversation('nobody')).toBeUndefined();
});

test('models have percentiles and sums of what is known', () => {
  const data = dataOf([
    ...[10, 20, 30, 40].map((duration, i) => ({
      span: i + 1,
      duration,
      attributes: chat({ 'gen_ai.usage.input_tokens': 5 }),
    })),
    { span: 9, error: 'x', attributes: chat({ 'gen_ai.request.model': 'other' }) },
  ]);
  expect(data.models()).toEqual([
    {
      model: 'gpt-4o-mini',
      provider: 'openai',
      calls: 4,
      errors: 0,
      inputTokens: 20,
      cachedTokens: undefined,
      outputTokens: undefined,
      cost: undefined,
      p50: 20,
      p95: 40,
    },
    {
      model: 'other',
      provider: 'openai',
      calls: 1,
      errors: 1,
      inputTokens: undefined,
      cachedTokens: undefined,
      outputTokens: undefined,
      cost: undefined,
      p50: 10,
      p95: 10,
    },
  ]);
});

test('metrics have values over time for each set of attributes', () => {
  const data = new ViewedData(LIMITS);
  const at = (time: number, value: object): object => ({
    timeUnixNano: `${time}000000`,
    attributes: [{ key: 'a', value: { stringValue: 'b' } }],
    ...value,
  });
  for (const time of [1000, 2000])
    data.receive('metrics', {
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: [
                { name: 'cost', unit: '{USD}', sum: { dataPoints: [at(time, { asDouble: time / 1000 })] } },
                { name: 'duration', histogram: { dataPoints: [at(time, { count: '3', sum: 1.5 })] } },
              ],
            },
          ],
        },
      ],
    });
  expect(data.metrics()).toEqual([
    {
      name: 'cost',
      unit: '{USD}',
      description: '',
      kind: 'sum',
      series: [
        {
          service: '',
          attributes: { a: 'b' },
          points: [
            { time: 1000, value: 1 },
            { time: 2000, value: 2 },
          ],
        },
      ],
    },
    {
      name: 'duration',
      unit: '',
      description: '',
      kind: 'histogram',
      series: [
        {
          service: '',
          attributes: { a: 'b' },
          points: [
            { time: 1000, count: 3, sum: 1.5 },
            { time: 2000, count: 3, sum: 1.5 },
          ],
        },
      ],
    },
  ]);
});

test('clear forgets everything', () => {
  const data = dataOf([{ span: 1 }]);
  data.receive('logs', logRequest({ trace: 1, span: 1, eventName: 'e', attributes: {} }));
  data.clear();
  expect(data.stats('')).toMatchObject({ traces: 0, spans: 0, logs: 0, metrics: 0, dropped: 0 });
  expect(data.span(traceId(1), spanId(1))).toBeUndefined();
});
