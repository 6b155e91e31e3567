/** Requests of `fetch` through the engine of a cache. */
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { EventReader } from '../../../src/primitives/answers/event-reader.ts';
import type { CacheLayer, CacheOptions } from '../../../src/primitives/cache/cache-options.ts';
import { createCache } from '../../../src/primitives/cache/create-cache.ts';
import { ResponseForm } from '../../../src/primitives/cache/responses/response-form.ts';
import { CACHE_ENGINE, type FetchCall, type WithCacheEngine } from '../../../src/primitives/fetch/cache-engine.ts';
import { watchRejections } from '../streams/listeners.ts';

let rejections = watchRejections();
afterEach(async () => {
  await rejections.stop();
  expect(rejections.seen).toEqual([]);
  rejections = watchRejections();
});

const call = (json: Record<string, unknown>, more: Partial<FetchCall> = {}): FetchCall => ({
  operation: 'chat',
  isInference: true,
  format: 'openai_chat',
  method: 'POST',
  url: 'https://api.openai.com/v1/chat/completions',
  headers: new Headers(),
  credentials: ['Bearer sk-1'],
  body: JSON.stringify(json),
  json,
  hasOpaqueBody: false,
  provider: 'openai',
  signal: new AbortController().signal,
  cache: undefined,
  ...more,
});

const COMPLETION = {
  model: 'gpt-4o-mini',
  choices: [{ index: 0, finish_reason: 'stop', message: { content: 'ä' } }],
  usage: { prompt_tokens: 10, completion_tokens: 2 },
};
const event = (value: unknown): string => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
const delta = (content: string, finish: string | null = null) =>
  event({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] });
const EVENTS = [delta('ä'), delta('b'), delta('', 'stop'), event('[DONE]')];

const jsonResponse = (value: unknown = COMPLETION, init: ResponseInit = {}) =>
  new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' }, ...init });

/** A response whose body sends one chunk for each read. */
function eventResponse(parts: readonly (string | Uint8Array)[], onCancel: () => void = () => {}): Response {
  let index = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const part = parts[index++];
        if (part === undefined) controller.close();
        else controller.enqueue(typeof part === 'string' ? new TextEncoder().encode(part) : part);
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

function sending(make: (count: number) => Response | Promise<Response>, options: CacheOptions = {}) {
  const cache = createCache(options) as CacheLayer & WithCacheEngine;
  const signals: AbortSignal[] = [];
  const send = (request: FetchCall) =>
    cache[CACHE_ENGINE].fetch(request, async (signal) => {
      signals.push(signal);
      return make(signals.length);
    });
  return { cache, send, signals };
}

describe('a response', () => {
  test('is replayed with status, headers and bytes, and says where it comes from', async () => {
    const headers = {
      'content-type': 'application/json',
      'x-request-id': 'req_1',
      'set-cookie': 'a=b',
      'content-length': '7',
      'transfer-encoding': 'chunked',
    };
    const { send, signals } = sending(() => jsonResponse(COMPLETION, { status: 200, headers }));
    const miss = await send(call({ model: 'm' }));
    expect(Object.fromEntries(miss.headers)).toMatchObject({ 'x-request-id': 'req_1', 'set-cookie': 'a=b' });
    expect(miss.headers.has('x-llm-otel-cache')).toBe(false);
    expect(await miss.json()).toEqual(COMPLETION);
    const hit = await send(call({ model: 'm' }));
    expect([hit.status, await hit.json()]).toEqual([200, COMPLETION]);
    expect(Object.fromEntries(hit.headers)).toEqual({
      'content-type': 'application/json',
      'x-request-id': 'req_1',
      'x-llm-otel-cache': 'hit',
      age: '0',
    });
    expect(signals).toHaveLength(1);
  });

  test('of 10,000 equal requests at once is one request', async () => {
    const { send, signals, cache } = sending(() => jsonResponse());
    const bodies = await Promise.all(
      Array.from({ length: 10_000 }, async () => (await send(call({ model: 'm' }))).text()),
    );
    expect(signals).toHaveLength(1);
    expect(new Set(bodies)).toEqual(new Set([JSON.stringify(COMPLETION)]));
    expect(cache.stats()).toMatchObject({ misses: 1, coalesced: 9999 });
  });

  test('streamed is recorded chunk by chunk, split where the network split it', async () => {
    const bytes = new TextEncoder().encode(EVENTS.join(''));
    const parts = [bytes.slice(0, 45), bytes.slice(45, 50), bytes.slice(50)];
    const { send, signals } = sending(() => eventResponse(parts));
    const chunks: Uint8Array[][] = [];
    for (let i = 0; i < 2; i++) {
      chunks.push([]);
      const response = await send(call({ stream: true }));
      for await (const chunk of response.body as ReadableStream<Uint8Array>) chunks[i]?.push(chunk);
    }
    expect(chunks[0]?.map((chunk) => [...chunk])).toEqual(parts.map((part) => [...part]));
    expect(chunks[1]?.map((chunk) => [...chunk])).toEqual(parts.map((part) => [...part]));
    expect(signals).toHaveLength(1);
  });

  test('streamed is complete at [DONE], if the reader cancels there', async () => {
    let cancelled = 0;
    const { send, signals } = sending(() => eventResponse([...EVENTS, ': more'], () => cancelled++));
    const reader = (await send(call({ stream: true }))).body?.getReader();
    for (let i = 0; i < EVENTS.length; i++) await reader?.read();
    await reader?.cancel();
    expect([cancelled, signals[0]?.aborted]).toEqual([1, true]);
    expect(await (await send(call({ stream: true }))).text()).toBe(EVENTS.join(''));
    expect(signals).toHaveLength(1);
  });

  test.each<readonly [what: string, parts: string[]]>([
    ['cut', EVENTS.slice(0, 2)],
    ['with an error', [EVENTS[0] as string, event({ error: { message: 'overloaded' } }), event('[DONE]')]],
    ['of an unknown format without an end', [event({ text: 'a' })]],
    ['cut off by the limit of tokens', [delta('a', 'length'), event('[DONE]')]],
  ])('streamed %s is not stored', async (_what, parts) => {
    const { send, signals } = sending(() => eventResponse(parts));
    for (let i = 0; i < 2; i++) expect(await (await send(call({ stream: true }))).text()).toBe(parts.join(''));
    expect(signals).toHaveLength(2);
  });

  test.each([400, 429, 500])('with the status %s passes, and is not stored', async (status) => {
    const { send, signals } = sending(() => jsonResponse({ error: { message: 'no' } }, { status }));
    for (let i = 0; i < 2; i++) expect((await send(call({ model: 'm' }))).status).toBe(status);
    expect(signals).toHaveLength(2);
  });

  test('without a body passes', async () => {
    const { send } = sending(() => new Response(null, { status: 204 }));
    expect((await send(call({ model: 'm' }))).status).toBe(204);
  });

  test('of node-fetch has a body of Node', async () => {
    const { send, signals } = sending(() => {
      const response = { status: 200, statusText: 'OK', headers: new Headers({ 'content-type': 'application/json' }) };
      return { ...response, body: Readable.from([Buffer.from(JSON.stringify(COMPLETION))]) } as never;
    });
    for (let i = 0; i < 2; i++) {
      const response = await send(call({ model: 'm' }));
      expect(response).toBeInstanceOf(Response);
      expect(await response.json()).toEqual(COMPLETION);
    }
    expect(signals).toHaveLength(1);
  });

  test('that is old stands in for an error', async () => {
    let time = 0;
    const options = { ttlMs: 1000, staleIfErrorMs: 100_000, now: () => time };
    const { send } = sending((count) => (count === 1 ? jsonResponse() : jsonResponse({}, { status: 503 })), options);
    await (await send(call({ model: 'm' }))).text();
    time = 61_000;
    const stale = await send(call({ model: 'm' }));
    expect(await stale.json()).toEqual(COMPLETION);
    expect([stale.headers.get('x-llm-otel-cache'), stale.headers.get('age')]).toEqual(['stale', '61']);
  });
});

describe('a request', () => {
  test.each<readonly [what: string, more: Partial<FetchCall>]>([
    ['of another account', { credentials: ['Bearer sk-2'] }],
    ['to another URL', { url: 'https://eu.api.openai.com/v1/chat/completions' }],
    ['of another project', { headers: new Headers({ 'openai-project': 'p' }) }],
    ['of another version', { headers: new Headers({ 'anthropic-version': '2023-06-01' }) }],
    ['with another field', { json: { model: 'm', seed: 1 } }],
  ])('%s has another key', async (_what, more) => {
    const { send, signals } = sending(() => jsonResponse());
    await (await send(call({ model: 'm' }))).text();
    await (await send(call({ model: 'm' }, more))).text();
    expect(signals).toHaveLength(2);
  });

  test('with other headers, and its fields in another order, has the same key', async () => {
    const { send, signals } = sending(() => jsonResponse());
    await (await send(call({ model: 'm', seed: 1 }))).text();
    const headers = new Headers({ 'user-agent': 'x', 'x-stainless-retry-count': '1' });
    await (await send(call({ seed: 1, model: 'm' }, { headers }))).text();
    expect(signals).toHaveLength(1);
  });

  test.each<readonly [reason: string, request: FetchCall]>([
    ['not_inference', call({ model: 'm' }, { isInference: false })],
    ['requested', call({ model: 'm' }, { cache: 'bypass' })],
    ['unkeyable', call({ model: 'm' }, { hasOpaqueBody: true })],
    ['sampled', call({ model: 'm', temperature: 1 })],
    ['stateful', call({ model: 'm', previous_response_id: 'r' })],
  ])('is not looked up: %s', async (_reason, request) => {
    const { send, signals, cache } = sending(() => jsonResponse());
    for (let i = 0; i < 2; i++) expect(await (await send(request)).json()).toEqual(COMPLETION);
    expect(signals).toHaveLength(2);
    expect(cache.stats()).toMatchObject({ bypassed: 2, misses: 0 });
  });

  test('is refreshed on request', async () => {
    const { send } = sending((count) => jsonResponse({ ...COMPLETION, count }));
    await (await send(call({ model: 'm' }))).text();
    await (await send(call({ model: 'm' }, { cache: 'refresh' }))).text();
    expect(await (await send(call({ model: 'm' }))).json()).toMatchObject({ count: 2 });
  });
});

test('events are read the same however the bytes are split', () => {
  const text = 'event: a\r\ndata: {"ä":1}\r\n\r\n: comment\ndata:x\ndata: y\n\n\ndata: [DONE]\n\n';
  const bytes = new TextEncoder().encode(text);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: bytes.length })), (cuts) => {
      const data: string[] = [];
      const reader = new EventReader(1000, (one) => data.push(one));
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      for (let i = 1; i < places.length; i++) reader.read(bytes.subarray(places[i - 1], places[i]));
      expect(data).toEqual(['{"ä":1}', 'x\ny', '[DONE]']);
    }),
  );
});

test('bytes become JSON and bytes again, text or not', () => {
  const form = new ResponseForm(false, 1000);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      expect([...form.unpack(JSON.parse(form.pack(bytes)))]).toEqual([...bytes]);
    }),
  );
});
