/** What a router at the fetch layer saves, by the tokens in the bodies of responses. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createFetch } from '../../../src/primitives/fetch/create-fetch.ts';
import type { Route, RouterOptions } from '../../../src/primitives/router/router-options.ts';
import { type ProviderServer, startProviderServer } from '../../support/provider-server.ts';
import { type Recording, startRecording } from '../telemetry/recorded.ts';

let server: ProviderServer;
let recording: Recording;
beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => {
  recording = startRecording();
});
afterEach(() => recording.stop());
afterAll(() => server.close());

const messages = [{ role: 'user' as const, content: 'Hello' }];
/** 24 tokens in, 17 out: 24 + 34 USD at the dear route, half of that at the cheap one. Anthropic counts 8 cached tokens in addition. */
const PRICED: readonly Route[] = [
  { name: 'cheap', price: { input: 500_000, output: 1_000_000 } },
  { name: 'dear', price: { input: 1_000_000, output: 2_000_000 } },
];

const chat = async (router: RouterOptions, stream: boolean, more: object = {}) => {
  const client = new OpenAI({
    apiKey: 'k',
    baseURL: `${server.url}/v1`,
    maxRetries: 0,
    fetch: createFetch({ router }),
  });
  const request = { model: 'gpt-4o-mini', messages, ...more };
  if (!stream) await client.chat.completions.create(request);
  else for await (const _ of await client.chat.completions.create({ ...request, stream: true })) await null;
};
const message = async (router: RouterOptions, stream: boolean) => {
  const client = new Anthropic({ apiKey: 'k', baseURL: server.url, maxRetries: 0, fetch: createFetch({ router }) });
  const request = { model: 'claude-haiku-4-5', max_tokens: 9, messages };
  if (!stream) await client.messages.create(request);
  else for await (const _ of await client.messages.create({ ...request, stream: true })) await null;
};

const WITH_USAGE = { stream_options: { include_usage: true } };

test.each<[string, number, () => Promise<void>]>([
  ['openai', 29, () => chat({ routes: PRICED }, false)],
  ['a stream of openai, which stops at [DONE]', 29, () => chat({ routes: PRICED }, true, WITH_USAGE)],
  ['anthropic', 33, () => message({ routes: PRICED }, false)],
  ['a stream of anthropic', 33, () => message({ routes: PRICED }, true)],
  ['usage', 29, () => chat({ routes: PRICED, usage: () => ({ inputTokens: 24, outputTokens: 17 }) }, false)],
])('%s: the saving of the cheap route', async (_, saved, ask) => {
  await ask();
  expect(recording.span('route chat').attributes['llm_otel.router.saved.cost']).toBe(saved);
  expect(await recording.points('llm_otel.router.saved.cost')).toMatchObject([
    { sum: saved, attributes: { 'llm_otel.primitive.name': 'chat', 'llm_otel.router.route': 'cheap' } },
  ]);
});

test('the option usage gets the body, and the data of the events of a stream', async () => {
  const seen: unknown[] = [];
  const usage = (value: unknown) => void seen.push(value);
  await chat({ routes: PRICED, usage }, false);
  await chat({ routes: PRICED, usage }, true);
  expect(seen).toMatchObject([
    { object: 'chat.completion' },
    expect.arrayContaining([expect.objectContaining({ object: 'chat.completion.chunk' })]),
  ]);
});

test.each<[string, readonly Route[], boolean]>([
  [
    'a route without a model has the model of the request',
    [
      { name: 'asked', provider: 'openai' },
      { name: 'dear', provider: 'openai', model: 'gpt-4o' },
    ],
    true,
  ],
  [
    'the provider of a route comes from its URL',
    [
      { name: 'asked', provider: 'openai' },
      { name: 'dear', baseURL: 'https://api.openai.com/v1', model: 'gpt-4o' },
    ],
    true,
  ],
  ['the dearest route saves nothing', [...PRICED].toReversed(), false],
  ['one route saves nothing', PRICED.slice(0, 1), false],
  ['no price is known', [{ name: 'a', provider: '_OTHER' }, ...PRICED], false],
])('%s', async (_, routes, saves) => {
  await chat({ routes }, false);
  const saved = recording.span('route chat').attributes['llm_otel.router.saved.cost'];
  if (saves) expect(saved).toBeGreaterThan(0);
  else expect(saved).toBeUndefined();
});

test('a stream that is left before its end saves nothing', async () => {
  const fetch = createFetch({ router: { routes: PRICED } });
  const client = new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0, fetch });
  for await (const _ of await client.chat.completions.create({
    model: '{hang,after=4}gpt-4o-mini',
    messages,
    stream: true,
  }))
    break;
  expect(recording.span('route chat').attributes['llm_otel.router.saved.cost']).toBeUndefined();
});

test('routes that are two keys of one model: the body is not read', async () => {
  const usage = vi.fn();
  await chat(
    {
      routes: [
        { name: 'a', provider: 'openai' },
        { name: 'b', provider: 'openai', apiKey: 'k2' },
      ],
      usage,
    },
    false,
  );
  expect(usage).not.toHaveBeenCalled();
});
