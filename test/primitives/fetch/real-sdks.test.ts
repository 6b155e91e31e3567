/** SDKs of several makers through the fetch layer, against the provider server. */
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import Groq from 'groq-sdk';
import nodeFetch from 'node-fetch';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCache } from '../../../src/primitives/cache/create-cache.ts';
import { createFetch } from '../../../src/primitives/fetch/create-fetch.ts';
import type { FetchLayers } from '../../../src/primitives/fetch/fetch-options.ts';
import { wrapClient } from '../../../src/primitives/fetch/wrap-client.ts';
import type { RouterOptions } from '../../../src/primitives/router/router-options.ts';
import { type ProviderServer, startProviderServer } from '../../support/provider-server.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => server.reset());
afterAll(() => server.close());

type Fetch = typeof globalThis.fetch;

/** One SDK: a unary call and a stream, as text, on a client with `layers` around `base`. */
interface SdkRow {
  unary(layers: FetchLayers, model?: string): Promise<string | null | undefined>;
  stream(layers: FetchLayers, model?: string): Promise<string>;
}

const messages = [{ role: 'user' as const, content: 'Hello' }];
const openaiClient = (layers: FetchLayers, base?: Fetch) =>
  new OpenAI({
    apiKey: 'k',
    baseURL: `${server.url}/v1`,
    maxRetries: 0,
    fetch: createFetch({ ...layers, ...(base && { fetch: base }) }),
  });

function openaiRow(base?: Fetch): SdkRow {
  return {
    unary: async (layers, model = 'gpt-4o-mini') =>
      (await openaiClient(layers, base).chat.completions.create({ model, messages })).choices[0]?.message.content,
    stream: async (layers, model = 'gpt-4o-mini') => {
      let text = '';
      const chunks = await openaiClient(layers, base).chat.completions.create({ model, messages, stream: true });
      for await (const { choices } of chunks) text += choices[0]?.delta.content ?? '';
      return text;
    },
  };
}

const SDKS: Readonly<Record<string, SdkRow>> = {
  openai: openaiRow(),
  'openai on node-fetch': openaiRow(nodeFetch as unknown as Fetch),
  anthropic: {
    unary: async (layers, model = 'claude-haiku-4-5') => {
      const client = new Anthropic({ apiKey: 'k', baseURL: server.url, maxRetries: 0, fetch: createFetch(layers) });
      const { content } = await client.messages.create({ model, max_tokens: 9, messages });
      return content[0]?.type === 'text' ? content[0].text : undefined;
    },
    stream: async (layers, model = 'claude-haiku-4-5') => {
      const client = new Anthropic({ apiKey: 'k', baseURL: server.url, maxRetries: 0, fetch: createFetch(layers) });
      return client.messages.stream({ model, max_tokens: 9, messages }).finalText();
    },
  },
  'google-genai': {
    unary: async (layers, model = 'gemini-2.5-flash') =>
      (await genai(layers).models.generateContent({ model, contents: 'Hello' })).text,
    stream: async (layers, model = 'gemini-2.5-flash') => {
      let text = '';
      for await (const chunk of await genai(layers).models.generateContentStream({ model, contents: 'Hello' }))
        text += chunk.text ?? '';
      return text;
    },
  },
  groq: {
    unary: async (layers, model = 'llama') =>
      (await groq(layers).chat.completions.create({ model, messages })).choices[0]?.message.content,
    stream: async (layers, model = 'llama') => {
      let text = '';
      for await (const { choices } of await groq(layers).chat.completions.create({ model, messages, stream: true }))
        text += choices[0]?.delta.content ?? '';
      return text;
    },
  },
};

const genai = (layers: FetchLayers) =>
  wrapClient(new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: server.url } }), layers);
// groq adds `/openai/v1` itself.
const groq = (layers: FetchLayers) =>
  wrapClient(new Groq({ apiKey: 'k', baseURL: `${server.url}`, maxRetries: 0 }), layers);

const layersOfAll = (): FetchLayers => ({
  cache: createCache(),
  timeout: { totalMs: 20_000, chunkMs: 20_000 },
  router: { routes: [{ name: 'only' }] },
});

describe.each(Object.entries(SDKS))('%s', (_, sdk) => {
  test.each(['unary', 'stream'] as const)('%s: the second call is a hit, with the same answer', async (kind) => {
    const layers = layersOfAll();
    const first = await sdk[kind](layers);
    expect(first).toBeTruthy();
    expect(await sdk[kind](layers)).toBe(first);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['flapping', 'status=503,times=1'],
    ['resetting', 'reset,times=1'],
    ['hanging', 'hang,times=1'],
    ['slow', 'slow=5000'],
  ])('an upstream that is %s: the next route answers', async (_name, scenario) => {
    const text = await sdk.unary({ router: twoRoutes(scenario) }, `{${scenario}}model`);
    expect(text).toBeTruthy();
    expect(server.requests).toHaveLength(2);
  });

  test('a stream that hangs after its headers: the next route answers', async () => {
    const text = await sdk.stream({ router: twoRoutes('hang') }, '{hang,after=0,times=1}model');
    expect(text).toBeTruthy();
    expect(server.requests).toHaveLength(2);
  });

  test('a stream that fails after its first output: the error reaches the reader, and nothing is repeated', async () => {
    const answer = sdk.stream({ cache: createCache(), router: twoRoutes('') }, '{reset,after=6,chunks=20}model');
    await expect(answer).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
  });

  test('every route fails: the last response, once round', async () => {
    await expect(sdk.unary({ router: twoRoutes('') }, '{status=503}model')).rejects.toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(2);
  });
});

/** The first route has a time limit where the scenario needs a limit to fail. */
function twoRoutes(scenario: string): RouterOptions {
  const limits = /hang|slow/.test(scenario) ? { timeout: { firstChunkMs: 300, totalMs: 300 } } : {};
  // The scenario stands in the model: the second route asks without.
  const second = scenario.startsWith('slow') ? { model: 'model' } : {};
  return {
    routes: [
      { name: 'a', ...limits },
      { name: 'b', ...second },
    ],
  };
}

test('openai stops at [DONE] and closes the body: the stream is recorded all the same', async () => {
  const cache = createCache();
  for (let i = 0; i < 2; i++) expect(await openaiRow().stream({ cache })).toBeTruthy();
  expect(cache.stats()).toMatchObject({ hits: 1, misses: 1 });
  expect(server.requests).toHaveLength(1);
});

test('retries of the SDK: not after every route has failed, as ever for other responses', async () => {
  const client = (layers: FetchLayers) =>
    new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 2, fetch: createFetch(layers) });
  const ask = (layers: FetchLayers) =>
    client(layers).chat.completions.create({ model: '{status=503}gpt-4o-mini', messages });
  await expect(ask({ router: twoRoutes('') })).rejects.toMatchObject({ status: 503 });
  expect(server.requests).toHaveLength(2);
  server.reset();
  await expect(ask({ cache: {} })).rejects.toMatchObject({ status: 503 });
  expect(server.requests).toHaveLength(3);
});

test('withResponse(), the request id and the copies of withOptions() stay', async () => {
  const client = wrapClient(new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0 }), { cache: {} });
  const ask = () => client.withOptions({ timeout: 9000 }).chat.completions.create({ model: 'gpt-4o-mini', messages });
  const first = await ask().withResponse();
  const second = await ask().withResponse();
  expect(second.data).toEqual(first.data);
  expect(second.request_id).toBe(first.request_id);
  expect([first, second].map(({ response }) => response.headers.get('x-llm-otel-cache'))).toEqual([null, 'hit']);
});
