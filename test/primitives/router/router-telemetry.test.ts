import { SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRouter } from '../../../src/primitives/router/create-router.ts';
import type { RouterOptions } from '../../../src/primitives/router/router-options.ts';
import { type Recording, startRecording } from '../telemetry/recorded.ts';
import { chunksOf, failure, readAll, scripted } from './fake-routes.ts';

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});
afterEach(() => recording.stop());

const ask = (options: RouterOptions) => createRouter({ name: 'ask', ...options });
const label = { 'llm_otel.primitive.name': 'ask' };

test('a call that fails over', async () => {
  let time = 0;
  const a = scripted('a', [
    () => {
      time += 500;
      throw failure(429, { 'retry-after': '2' });
    },
  ]);
  const b = scripted('b', [
    () => {
      trace.getTracer('app').startSpan('model').end();
      time += 250;
      return 'b';
    },
  ]);
  await ask({ routes: [a.route, b.route], now: () => time })(1);
  const span = recording.span('route ask');
  expect(span.attributes).toEqual({
    ...label,
    'llm_otel.router.route': 'b',
    'llm_otel.router.reason': 'failover',
    'llm_otel.router.strategy': 'failover',
    'llm_otel.router.attempts': 2,
  });
  expect(span.events.map(({ name, attributes }) => [name, attributes])).toEqual([
    [
      'llm_otel.router.attempt',
      {
        'llm_otel.router.route': 'a',
        'llm_otel.router.outcome': 'error',
        'llm_otel.router.duration': 0.5,
        'llm_otel.router.cooldown': 2,
        'error.type': '429',
      },
    ],
    [
      'llm_otel.router.attempt',
      { 'llm_otel.router.route': 'b', 'llm_otel.router.outcome': 'success', 'llm_otel.router.duration': 0.25 },
    ],
  ]);
  expect(span.status.code).toBe(SpanStatusCode.UNSET);
  expect(recording.span('model').parentSpanContext?.spanId).toBe(span.spanContext().spanId);
  const route = (name: string) => ({ ...label, 'llm_otel.router.route': name });
  expect(await recording.points('llm_otel.router.decisions')).toMatchObject([
    { sum: 1, attributes: { ...route('a'), 'llm_otel.router.reason': 'failover' } },
  ]);
  expect((await recording.points('llm_otel.router.attempts')).map(({ attributes }) => attributes)).toEqual([
    { ...route('a'), 'llm_otel.router.outcome': 'error', 'error.type': '429' },
    { ...route('b'), 'llm_otel.router.outcome': 'success' },
  ]);
  expect((await recording.points('llm_otel.router.duration')).map(({ sum, attributes }) => [sum, attributes])).toEqual([
    [0.5, { ...route('a'), 'error.type': '429' }],
    [0.25, route('b')],
  ]);
  expect(await recording.points('llm_otel.router.circuit.transitions')).toMatchObject([
    { sum: 1, attributes: { ...route('a'), 'llm_otel.router.circuit.state': 'cooldown' } },
  ]);
  const states = await recording.points('llm_otel.router.circuit.state');
  expect(states.map(({ sum, attributes }) => [sum, attributes])).toEqual([
    [3, route('a')],
    [0, route('b')],
  ]);
});

test('the call rejects: the span is an error', async () => {
  await ask({ routes: [scripted('a', [failure(503)]).route] })(1).catch(() => {});
  const span = recording.span('route ask');
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
  expect(span.attributes['error.type']).toBe('503');
});

test('a routing function is fn', async () => {
  await ask({ routes: [scripted('a', [1]).route], strategy: () => 'x' })(1);
  expect(recording.span('route ask').attributes).toMatchObject({
    'llm_otel.router.strategy': 'fn',
    'llm_otel.router.reason': 'invalid_route_fallback',
  });
});

test('the caller gives up: cancelled, and no error', async () => {
  const controller = new AbortController();
  const call = ask({ routes: [scripted('a', [() => new Promise(() => {})]).route] })(1, { signal: controller.signal });
  await new Promise(setImmediate);
  controller.abort('gone');
  await expect(call).rejects.toBe('gone');
  const span = recording.span('route ask');
  expect(span.status.code).toBe(SpanStatusCode.UNSET);
  expect(span.events[0]?.attributes).toMatchObject({ 'llm_otel.router.outcome': 'cancelled' });
});

const chat = {
  object: 'chat.completion',
  choices: [{ finish_reason: 'stop' }],
  usage: { prompt_tokens: 1e6, completion_tokens: 2e6 },
};
const priced = (answer: unknown, usage?: RouterOptions['usage']) => ({
  routes: [
    scripted('cheap', [answer], { price: { input: 1, output: 2 } }).route,
    scripted('dear', ['x'], { price: { input: 2, output: 4 } }).route,
    scripted('unpriced', ['x']).route,
  ],
  usage,
});
const stream = chunksOf(
  { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] },
  { object: 'chat.completion.chunk', choices: [], usage: { prompt_tokens: 1e6, completion_tokens: 2e6 } },
);

test.each<[string, unknown, RouterOptions['usage'], number | undefined]>([
  ['a result', chat, undefined, 5],
  ['a stream', stream, undefined, 5],
  ['the option usage', 'text', () => ({ inputTokens: 1e6, outputTokens: 0 }), 1],
  [
    'the option usage, for a stream',
    chunksOf('a', 'b'),
    (chunks) => ({ inputTokens: (chunks as []).length * 1e6, outputTokens: 0 }),
    2,
  ],
  ['a result without tokens', 'text', undefined, undefined],
  [
    'an option usage that throws',
    'text',
    () => {
      throw new Error('x');
    },
    undefined,
  ],
])('savings of %s', async (_name, answer, usage, saved) => {
  const result = await ask(priced(answer, usage))(1);
  if (typeof answer === 'function') await readAll(Promise.resolve(result));
  expect(recording.span('route ask').attributes['llm_otel.router.saved.cost']).toBe(saved);
  expect((await recording.points('llm_otel.router.saved.cost')).map(({ sum }) => sum)).toEqual(
    saved === undefined ? [] : [saved],
  );
});
