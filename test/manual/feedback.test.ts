import { ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import OpenAI, * as openaiSdk from 'openai';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OpenAIInstrumentation } from '../../src/index.ts';
import { agent } from '../../src/manual/agent.ts';
import { type Feedback, recordFeedback } from '../../src/manual/feedback.ts';
import { warnOnce } from '../../src/runtime/log.ts';
import { rememberAnswer } from '../../src/telemetry/links/response-spans.ts';
import { startProviderServer } from '../support/provider-server.ts';
import { world } from './world.ts';

const { spans, options } = world();

let exporter = new InMemoryLogRecordExporter();
const events = () => exporter.getFinishedLogRecords();
const written = (): string => vi.mocked(warnOnce).mock.calls.join('\n');

vi.mock(import('../../src/runtime/log.ts'), async (original) => ({ ...(await original()), warnOnce: vi.fn() }));

beforeEach(() => {
  exporter = new InMemoryLogRecordExporter();
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }));
  vi.mocked(warnOnce).mockClear();
});

afterEach(() => {
  logs.disable();
});

const PLACE = { traceId: '1'.repeat(32), spanId: '2'.repeat(16) };
const RATING = { name: 'user_rating', score: 1 };

test('the event says all of it', () => {
  recordFeedback('resp_1', { name: 'relevance', score: 0.4, label: 'fail', explanation: 'answers another question' });
  expect(events()).toHaveLength(1);
  expect(events()[0]?.eventName).toBe('gen_ai.evaluation.result');
  expect(events()[0]?.instrumentationScope.name).toBe('@x/llm-otel');
  expect(events()[0]?.attributes).toEqual({
    'gen_ai.evaluation.name': 'relevance',
    'gen_ai.evaluation.score.value': 0.4,
    'gen_ai.evaluation.score.label': 'fail',
    'gen_ai.evaluation.explanation': 'answers another question',
    'gen_ai.response.id': 'resp_1',
  });
});

test('a score of 0, a label or an explanation alone is enough', () => {
  recordFeedback('resp_1', { name: 'a', score: 0 });
  recordFeedback('resp_1', { name: 'a', label: 'pass' });
  recordFeedback('resp_1', { name: 'a', explanation: 'good' });
  expect(events().map(({ attributes }) => Object.keys(attributes).length)).toEqual([3, 3, 3]);
  expect(written()).toBe('');
});

test('an explanation is redacted and cut as content is', () => {
  options({ contentMaxPartBytes: 64 });
  recordFeedback('resp_1', { name: 'a', explanation: `wrote to jane@example.com ${'x'.repeat(500)}` });
  const explanation = String(events()[0]?.attributes['gen_ai.evaluation.explanation']);
  expect(explanation).toContain('[redacted:email]');
  expect(explanation.length).toBeLessThan(100);
});

describe('the target', () => {
  const span = () => trace.getTracer('app').startSpan('chat', {}, ROOT_CONTEXT);
  const TARGETS: readonly (readonly [
    about: string,
    target: () => unknown,
    id: string | undefined,
    at: string | undefined,
  ])[] = [
    ['an id', () => 'resp_1', 'resp_1', undefined],
    ['a response', () => ({ id: 'resp_1', choices: [] }), 'resp_1', undefined],
    ['a response of genai', () => ({ responseId: 'resp_1' }), 'resp_1', undefined],
    ['a result that holds the response', () => ({ response: { id: 'resp_1' } }), 'resp_1', undefined],
    ['the context of a span', () => ({ ...PLACE, traceFlags: TraceFlags.SAMPLED }), undefined, PLACE.spanId],
    ['what was kept', () => ({ responseId: 'resp_1', ...PLACE }), 'resp_1', PLACE.spanId],
    ['what was kept, the response alone', () => ({ responseId: 'resp_1' }), 'resp_1', undefined],
    ['a span', () => trace.wrapSpanContext({ ...PLACE, traceFlags: 1 }), undefined, PLACE.spanId],
    [
      'a span that knows its response',
      () =>
        Object.assign(trace.wrapSpanContext({ ...PLACE, traceFlags: 1 }), {
          attributes: { 'gen_ai.response.id': 'resp_1' },
        }),
      'resp_1',
      PLACE.spanId,
    ],
  ];

  test.each(TARGETS)('%s', (_, target, id, at) => {
    recordFeedback(target() as object, RATING);
    expect(events()[0]?.attributes['gen_ai.response.id']).toBe(id);
    expect(events()[0]?.spanContext?.spanId).toBe(at);
    expect(written()).toBe('');
  });

  test('is not the span that happens to be active', () => {
    agent('moderator', () => recordFeedback('resp_unknown', RATING));
    expect(events()[0]?.spanContext).toBeUndefined();
  });

  test('of an answer that this process got: its span', () => {
    const [first, second] = [span(), span()];
    rememberAnswer({ id: 'resp_x' }, first, 'chat');
    rememberAnswer({ id: 'resp_y' }, second, 'chat');
    rememberAnswer({ id: 'resp_x' }, second, 'fetch_response');
    recordFeedback('resp_x', RATING);
    rememberAnswer({ id: 'resp_x' }, second, 'chat');
    recordFeedback({ id: 'resp_x' }, RATING);
    expect(events().map(({ spanContext }) => spanContext?.spanId)).toEqual(
      [first, second].map((given) => given.spanContext().spanId),
    );
  });

  test('is forgotten after 1,000 answers', () => {
    for (let i = 0; i < 1001; i++) rememberAnswer({ id: `many_${i}` }, span(), 'chat');
    for (const id of ['many_0', 'many_1', 'many_1000']) recordFeedback(id, RATING);
    expect(events().map(({ spanContext }) => spanContext === undefined)).toEqual([true, false, false]);
  });

  test('of a real SDK: its response object', async () => {
    const server = await startProviderServer();
    const instrumentation = new OpenAIInstrumentation();
    instrumentation.patch(openaiSdk);
    const client = new OpenAI({ apiKey: 'test', baseURL: `${server.url}/v1` });
    const answer = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'hi' }],
    });
    recordFeedback(answer, RATING);
    instrumentation.disable();
    await server.close();
    const [chat] = spans();
    expect(events()[0]?.attributes['gen_ai.response.id']).toBe(answer.id);
    expect(events()[0]?.spanContext?.spanId).toBe(chat?.spanContext().spanId);
  });
});

describe('bad input', () => {
  const none = undefined as never;
  const CASES: readonly (readonly [
    about: string,
    target: unknown,
    feedback: Feedback,
    recorded: number,
    said: RegExp,
  ])[] = [
    ['no target', undefined, RATING, 0, /expected a response, its id/],
    ['an empty id', '', RATING, 0, /expected a response, its id/],
    ['a number', 7, RATING, 0, /expected a response, its id/],
    ['an object without an id', { choices: [] }, RATING, 0, /expected a response, its id/],
    ['a wrong trace id', { responseId: 'resp_1', traceId: 'x', spanId: 'y' }, RATING, 1, /traceId of 32/],
    ['no feedback', 'resp_1', none, 0, /with a name/],
    ['no name', 'resp_1', { score: 1 } as never, 0, /with a name/],
    ['nothing said', 'resp_1', { name: 'a' }, 0, /expected a score, a label or an explanation/],
    ['a score that is none', 'resp_1', { name: 'a', score: Number.NaN, label: 'ok' }, 1, /score that is a number/],
    ['a label that is none', 'resp_1', { name: 'a', score: 1, label: 7 as never }, 1, /label that is a text/],
  ];

  test.each(CASES)('%s', (_, target, feedback, recorded, said) => {
    expect(() => recordFeedback(target as object, feedback)).not.toThrow();
    expect(events()).toHaveLength(recorded);
    expect(written()).toMatch(said);
  });

  test('a target whose getters throw', () => {
    const target = {
      get id(): string {
        throw new Error('boom');
      },
    };
    expect(() => recordFeedback(target, RATING)).not.toThrow();
    expect(events()).toHaveLength(0);
  });
});

describe('without a logger provider', () => {
  test('a warning says what is needed', () => {
    logs.disable();
    recordFeedback('resp_1', RATING);
    expect(written()).toMatch(/logger provider.*OTEL_LOGS_EXPORTER=otlp/);
  });

  test('nothing is said when recording is switched off', () => {
    logs.disable();
    options({ enabled: false });
    recordFeedback('resp_1', RATING);
    expect(written()).toBe('');
  });
});

describe("with the option feedback: 'span'", () => {
  test('feedback is a short span inside the span of the answer', () => {
    options({ feedback: 'span' });
    logs.disable();
    recordFeedback({ ...PLACE, responseId: 'resp_1' }, { ...RATING, label: 'good' });
    expect(events()).toHaveLength(0);
    const [span] = spans();
    expect(span?.name).toBe('gen_ai.evaluation.result');
    expect(span?.attributes).toMatchObject({
      'gen_ai.evaluation.name': 'user_rating',
      'gen_ai.evaluation.score.value': 1,
      'gen_ai.evaluation.score.label': 'good',
      'gen_ai.response.id': 'resp_1',
    });
    expect(span?.spanContext().traceId).toBe(PLACE.traceId);
    expect(span?.startTime).toEqual(span?.endTime);
    expect(written()).toBe('');
  });

  test('without it, the warning names the option', () => {
    logs.disable();
    recordFeedback('resp_1', RATING);
    expect(written()).toContain('LLM_OTEL_FEEDBACK=span');
  });
});
