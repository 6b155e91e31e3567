import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CallReader } from '../../../src/facts/call.ts';
import { noteOrigin } from '../../../src/otel/answer-origin.ts';
import { callWith } from '../../../src/otel/globals.ts';
import { createFetch } from '../../../src/primitives/fetch/create-fetch.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { chatFacts, configOf } from '../../telemetry/in-memory.ts';
import { type Recording, startRecording } from '../telemetry/recorded.ts';

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});
afterEach(() => recording.stop());

const reader: CallReader = {
  operation: 'chat',
  request: () => chatFacts({ model: 'gpt-4o-mini', provider: 'openai' }),
  response: () => ({ id: 'c1', model: 'gpt-4o-mini', finishReasons: ['stop'], usage: { input: 10, output: 20 } }),
};

/** A recorded call in whose context `work` runs. */
async function recordedCall(work: () => unknown): Promise<void> {
  const call = new CallRecorder('test', '1', configOf()).start(reader, undefined, []);
  if (call === undefined) throw new Error('the call is not recorded');
  await callWith(call.context, work as () => void, undefined, []);
  call.end({});
}

test.each(['hit', 'stale', 'coalesced'])('%s: no usage, no cost, no metric of tokens', async (cache) => {
  await recordedCall(() => noteOrigin({ cache }));
  const [span] = recording.spans();
  expect(span?.attributes).toMatchObject({
    'llm_otel.cache.outcome': cache,
    'gen_ai.response.id': 'c1',
    'gen_ai.response.finish_reasons': ['stop'],
  });
  expect(Object.keys(span?.attributes ?? {}).filter((name) => name.startsWith('gen_ai.usage'))).toEqual([]);
  expect(await recording.points('gen_ai.client.inference.usage.input_tokens')).toEqual([]);
  expect(await recording.points('gen_ai.client.inference.duration')).toEqual([]);
});

test('a miss is a call like any other', async () => {
  await recordedCall(() => noteOrigin({ cache: 'miss' }));
  expect(recording.spans()[0]?.attributes).toMatchObject({
    'llm_otel.cache.outcome': 'miss',
    'gen_ai.usage.input_tokens': 10,
  });
});

test('the route and the attempts of a fetch below the SDK', async () => {
  const fetch = (async (url: string) =>
    new URL(url).hostname === 'second.test'
      ? new Response('{"id":"c1","choices":[]}', { headers: { 'content-type': 'application/json' } })
      : new Response('{}', { status: 503 })) as typeof globalThis.fetch;
  const router = { routes: [{ name: 'a' }, { name: 'b', baseURL: 'https://second.test/v1' }] };
  const client = new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: createFetch({ fetch, router }) });
  await recordedCall(() => client.chat.completions.create({ model: 'm', messages: [] }));
  const span = recording.spans().find(({ name }) => name.startsWith('chat'));
  expect(span?.attributes).toMatchObject({
    'llm_otel.router.route': 'b',
    'llm_otel.router.attempts': 2,
    'gen_ai.usage.input_tokens': 10,
  });
  expect(recording.span('route chat').parentSpanContext?.spanId).toBe(span?.spanContext().spanId);
});

test('outside of a recorded call nothing happens', () => {
  expect(() => noteOrigin({ cache: 'hit' })).not.toThrow();
});

test('a hit of a fetch below the SDK', async () => {
  const body = '{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{},"finish_reason":"stop"}]}';
  const fetch = (async () =>
    new Response(body, { headers: { 'content-type': 'application/json' } })) as typeof globalThis.fetch;
  const client = new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: createFetch({ fetch, cache: {} }) });
  const ask = () => client.chat.completions.create({ model: 'm', messages: [] });
  await ask();
  await recordedCall(ask);
  const span = recording.spans().find(({ name }) => name.startsWith('chat'));
  expect(span?.attributes['llm_otel.cache.outcome']).toBe('hit');
  expect(span?.attributes['gen_ai.usage.input_tokens']).toBeUndefined();
});

const ANSWER = '{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{},"finish_reason":"stop"}]}';
const answering = (headers: Record<string, string> = {}) =>
  (async () =>
    new Response(ANSWER, { headers: { 'content-type': 'application/json', ...headers } })) as typeof globalThis.fetch;

test.each([
  ['miss', {}],
  ['bypass', { temperature: 1 }],
])('%s of a fetch below the SDK: an outcome, and the usage of a call', async (outcome, more) => {
  const client = new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: createFetch({ fetch: answering(), cache: {} }) });
  await recordedCall(() => client.chat.completions.create({ model: 'm', messages: [], ...more }));
  const span = recording.spans().find(({ name }) => name.startsWith('chat'));
  expect(span?.attributes).toMatchObject({ 'llm_otel.cache.outcome': outcome, 'gen_ai.usage.input_tokens': 10 });
});

test('a miss that fails is a miss', async () => {
  const fetch = (async () => Promise.reject(new TypeError('fetch failed'))) as typeof globalThis.fetch;
  const client = new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: createFetch({ fetch, cache: {} }) });
  await recordedCall(() => client.chat.completions.create({ model: 'm', messages: [] }).catch(() => {}));
  const span = recording.spans().find(({ name }) => name.startsWith('chat'));
  expect(span?.attributes['llm_otel.cache.outcome']).toBe('miss');
});

test.each([{ cache: {} }, {}])('an upstream that says hit is not believed (%j)', async (layers) => {
  const fetch = createFetch({ fetch: answering({ 'x-llm-otel-cache': 'hit' }), ...layers });
  const client = new OpenAI({ apiKey: 'k', maxRetries: 0, fetch });
  await recordedCall(() => client.chat.completions.create({ model: 'm', messages: [] }));
  const span = recording.spans().find(({ name }) => name.startsWith('chat'));
  expect(span?.attributes['llm_otel.cache.outcome']).not.toBe('hit');
  expect(span?.attributes['gen_ai.usage.input_tokens']).toBe(10);
});

test('callers that share one call: each span has the outcome of its caller', async () => {
  let answer = (_: Response): void => {};
  const fetch = (() =>
    new Promise<Response>((resolve) => {
      answer = resolve;
    })) as typeof globalThis.fetch;
  const client = new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: createFetch({ fetch, cache: {} }) });
  const calls = [1, 2, 3].map(() => recordedCall(() => client.chat.completions.create({ model: 'm', messages: [] })));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  answer(new Response(ANSWER, { headers: { 'content-type': 'application/json' } }));
  await Promise.all(calls);
  const outcomes = recording.spans().filter(({ name }) => name.startsWith('chat'));
  expect(outcomes.map(({ attributes }) => attributes['llm_otel.cache.outcome']).toSorted()).toEqual([
    'coalesced',
    'coalesced',
    'miss',
  ]);
});
