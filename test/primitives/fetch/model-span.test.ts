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
