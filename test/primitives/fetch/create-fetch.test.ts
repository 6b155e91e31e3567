import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { createFetch } from '../../../src/primitives/fetch/create-fetch.ts';
import type { FetchOptions } from '../../../src/primitives/fetch/fetch-options.ts';
import { wrapClient } from '../../../src/primitives/fetch/wrap-client.ts';
import { countedSignal } from '../streams/listeners.ts';

interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly signal: AbortSignal | null | undefined;
}

const CHAT = {
  id: 'c1',
  object: 'chat.completion',
  model: 'gpt-4o-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
};
const json = (status = 200, body: unknown = CHAT, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const chunk = (delta: object, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const TALK = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Hi' }),
  chunk({}, 'stop'),
  'data: [DONE]\n\n',
];

/** A response of events; `hang`: without an end. */
function events(parts: readonly string[], hang = false): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      if (!hang) controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

/** A `fetch` that answers by host, and notes the requests. */
function upstream(answers: Record<string, () => Response | Promise<Response>>): { fetch: typeof fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  const fake = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input));
    const body = JSON.parse(String(init.body ?? '{}')) as Record<string, unknown>;
    sent.push({ url: url.href, headers: new Headers(init.headers), body, signal: init.signal });
    const answer = answers[url.hostname];
    if (answer === undefined) throw new TypeError('fetch failed');
    return answer();
  };
  return { fetch: fake as typeof fetch, sent };
}

const openai = (options: FetchOptions, maxRetries = 0) =>
  new OpenAI({ apiKey: 'sk-client', fetch: createFetch(options), maxRetries });
const request = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Hello' }] };
const routes = [
  { name: 'first' },
  { name: 'second', baseURL: 'https://second.test/api/v1', apiKey: 'sk-second', model: 'other' },
];

describe('router', () => {
  test('the second upstream gets its URL, key, headers and model', async () => {
    const { fetch, sent } = upstream({ 'api.openai.com': () => json(503), 'second.test': () => json() });
    const more = { ...routes[1], name: 'second', headers: { 'x-team': 'a' }, apiKey: async () => 'sk-late' };
    const answer = await openai({ fetch, router: { routes: [{ name: 'first' }, more] } }).chat.completions.create(
      request,
    );
    expect(answer.choices[0]?.message.content).toBe('Hi');
    expect(
      sent.map(({ url, headers, body }) => [url, headers.get('authorization'), headers.get('x-team'), body.model]),
    ).toEqual([
      ['https://api.openai.com/v1/chat/completions', 'Bearer sk-client', null, 'gpt-4o-mini'],
      ['https://second.test/api/v1/chat/completions', 'Bearer sk-late', 'a', 'other'],
    ]);
  });

  test('all failed: the last response, and the SDK does not repeat the round', async () => {
    const { fetch, sent } = upstream({ 'api.openai.com': () => json(503), 'second.test': () => json(502) });
    await expect(openai({ fetch, router: { routes } }, 3).chat.completions.create(request)).rejects.toMatchObject({
      status: 502,
    });
    expect(sent).toHaveLength(2);
  });

  test('a wrong request is not repeated elsewhere, and is not changed', async () => {
    const { fetch, sent } = upstream({ 'api.openai.com': () => json(400, { error: { code: 'bad' } }) });
    const error: unknown = await openai({ fetch, router: { routes } })
      .chat.completions.create(request)
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ status: 400, code: 'bad' });
    expect((error as { headers: Headers }).headers.get('x-should-retry')).toBeNull();
    expect(sent).toHaveLength(1);
  });

  test('an error event in a stream before any output leads on; the body is closed', async () => {
    const failing = [': ping\n\n', chunk({ role: 'assistant' }), 'data: {"error":{"code":"server_error"}}\n\n'];
    const { fetch, sent } = upstream({ 'api.openai.com': () => events(failing), 'second.test': () => events(TALK) });
    const stream = await openai({ fetch, router: { routes } }).chat.completions.create({ ...request, stream: true });
    const texts: unknown[] = [];
    for await (const { choices } of stream) texts.push(choices[0]?.delta.content);
    expect(texts).toEqual(['', 'Hi', undefined]);
    expect(sent).toHaveLength(2);
  });

  test('anthropic: base URL without a version, key in x-api-key', async () => {
    const message = {
      type: 'message',
      id: 'm',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
    };
    const { fetch, sent } = upstream({ 'api.anthropic.com': () => json(529), 'second.test': () => json(200, message) });
    const router = {
      routes: [{ name: 'first' }, { name: 'second', baseURL: 'https://second.test', apiKey: 'sk-second' }],
    };
    const client = new Anthropic({ apiKey: 'sk-client', fetch: createFetch({ fetch, router }), maxRetries: 0 });
    const answer = await client.messages.create({
      model: 'claude-haiku-4-5',
      max_tokens: 5,
      messages: request.messages,
    });
    expect(answer.stop_reason).toBe('end_turn');
    expect(sent.at(-1)?.url).toBe('https://second.test/v1/messages');
    const keys = sent.map(({ headers }) => [...headers.values()].filter((value) => value.includes('sk-')));
    expect(keys.map((values) => values.map((value) => value.replace('Bearer ', '')))).toEqual([
      ['sk-client'],
      ['sk-second'],
    ]);
  });
});

describe('timeout', () => {
  test('before the headers: the time-out error of the SDK', async () => {
    const { fetch, sent } = upstream({ 'api.openai.com': () => new Promise<Response>(() => {}) });
    const call = openai({ fetch, timeout: { totalMs: 20 } }).chat.completions.create(request);
    await expect(call).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    expect(sent[0]?.signal?.aborted).toBe(true);
  });

  test('a stream that stalls after its headers: the reader gets the error', async () => {
    const { fetch } = upstream({ 'api.openai.com': () => events([...TALK.slice(0, 2), ': ping\n\n'], true) });
    const stream = await openai({ fetch, timeout: { chunkMs: 20 } }).chat.completions.create({
      ...request,
      stream: true,
    });
    const seen: unknown[] = [];
    try {
      for await (const { choices } of stream) seen.push(choices[0]?.delta.content);
    } catch (error) {
      seen.push(error);
    }
    expect(seen).toMatchObject(['', 'Hi', { code: 'ERR_LLM_TIMEOUT', limit: 'chunkMs', operation: 'chat' }]);
  });

  test("a route's limit leads on", async () => {
    const { fetch } = upstream({
      'api.openai.com': () => new Promise<Response>(() => {}),
      'second.test': () => json(),
    });
    const router = {
      routes: [
        { name: 'first', timeout: { totalMs: 20 } },
        { name: 'second', baseURL: 'https://second.test/v1' },
      ],
    };
    expect((await openai({ fetch, router }).chat.completions.create(request)).id).toBe('c1');
  });
});

test('the cache answers the second call; withResponse() tells', async () => {
  const { fetch, sent } = upstream({ 'api.openai.com': () => json() });
  const client = openai({ fetch, cache: {}, timeout: { totalMs: 5000 } });
  await client.chat.completions.create(request);
  const { data, response } = await client.chat.completions.create(request).withResponse();
  expect(data).toEqual(CHAT);
  expect(response.headers.get('x-llm-otel-cache')).toBe('hit');
  expect(sent).toHaveLength(1);
});

test('an upstream that says hit: the application does not see it on a miss', async () => {
  const { fetch } = upstream({ 'api.openai.com': () => json(200, CHAT, { 'x-llm-otel-cache': 'hit', 'x-team': 'a' }) });
  const { response } = await openai({ fetch, cache: {} }).chat.completions.create(request).withResponse();
  expect([...response.headers.keys()]).toEqual(['content-type', 'x-team']);
});

test('a fetch without layers changes nothing, and leaves no listener', async () => {
  const { controller, listeners } = countedSignal();
  const { fetch, sent } = upstream({ 'api.openai.com': () => json() });
  const plain = createFetch({ fetch, timeout: { totalMs: 5000 }, router: { routes: [{ name: 'a' }] } });
  for (let i = 0; i < 50; i++)
    await (await plain('https://api.openai.com/v1/models', { signal: controller.signal })).json();
  expect(listeners()).toBe(0);
  expect(sent).toHaveLength(50);
});

test.each([
  [{ fetch: 1 }, 'createFetch: fetch must be a function, not 1'],
  [{ cache: () => 1 }, 'createFetch: cache must be options, or the result of createCache'],
  [{ timeout: () => 1 }, 'createFetch: timeout must be options, or the result of createTimeout'],
  [{ router: () => 1 }, 'createFetch: router must be options, or the result of createRouter'],
  [{ timeout: {} }, 'at least one of the limits'],
  [{ cache: { staleWhileRevalidateMs: 5 } }, 'createFetch: cache.staleWhileRevalidateMs works with functions only'],
])('%j throws', (options, message) => {
  expect(() => createFetch(options as FetchOptions)).toThrow(message);
});

describe('wrapClient', () => {
  test('openai: the instance and its copies; wrapping again replaces; other clients stay', async () => {
    const { fetch, sent } = upstream({ 'api.openai.com': () => json(503), 'second.test': () => json() });
    const client = new OpenAI({ apiKey: 'k', fetch, maxRetries: 0 });
    expect(wrapClient(client, { cache: {} })).toBe(client);
    wrapClient(client, { router: { routes } });
    expect((await client.withOptions({ maxRetries: 0 }).chat.completions.create(request)).id).toBe('c1');
    await client.chat.completions.create(request);
    expect(sent).toHaveLength(3); // not cached, and the first route is in its cooldown
    await expect(new OpenAI({ apiKey: 'k', fetch, maxRetries: 0 }).chat.completions.create(request)).rejects.toThrow(
      '503',
    );
  });

  test('genai', async () => {
    const answer = { candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }] };
    const { fetch, sent } = upstream({ 'generativelanguage.googleapis.com': () => json(200, answer) });
    const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { fetch } as never });
    wrapClient(client, { cache: {} });
    for (let i = 0; i < 2; i++)
      expect((await client.models.generateContent({ model: 'gemini-2.5-flash', contents: 'Hello' })).text).toBe('Hi');
    expect(sent).toHaveLength(1);
  });

  test('anything else comes back untouched', () => {
    const client = Object.freeze({ a: 1 });
    expect(wrapClient(client, { cache: {} })).toBe(client);
  });
});
