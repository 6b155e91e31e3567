import Anthropic, * as anthropicSdk from '@anthropic-ai/sdk';
import type { BasicTracerProvider, ReadableSpan } from '@opentelemetry/sdk-trace-base';
import OpenAI, * as openaiSdk from 'openai';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { LlmOtelOptions } from '../../src/config/options.ts';
import { AnthropicInstrumentation, type LlmInstrumentation, OpenAIInstrumentation } from '../../src/index.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { metering, tracing } from '../telemetry/in-memory.ts';

/** What a call costs, on its span and in the counter, through the SDKs. The server counts 24 tokens in, 8 of them cached, 17 out. */

let server: ProviderServer;
let provider: BasicTracerProvider;
let spans: () => ReadableSpan[];
let meters: ReturnType<typeof metering>;
const active: LlmInstrumentation[] = [];

beforeAll(async () => {
  server = await startProviderServer();
});

afterEach(() => {
  for (const instrumentation of active.splice(0)) instrumentation.disable();
});

afterAll(() => server.close());

function record(instrumentation: LlmInstrumentation, sdk: unknown): void {
  ({ provider, spans } = tracing());
  meters = metering();
  instrumentation.setTracerProvider(provider);
  instrumentation.setMeterProvider(meters.provider);
  expect(instrumentation.patch(sdk)).toBe(true);
  active.push(instrumentation);
}

function openai(options: LlmOtelOptions = {}): OpenAI {
  record(new OpenAIInstrumentation(options), openaiSdk);
  return new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 });
}

const BODY = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Why?' }] };
const COST = (16 * 0.15 + 8 * 0.075 + 17 * 0.6) / 1e6;

async function counted(): Promise<unknown> {
  return (await meters.collect()).get('gen_ai.usage.cost')?.points.map(({ sum, attributes }) => ({ sum, attributes }));
}

test('the span and the counter of a call', async () => {
  await openai().chat.completions.create(BODY);
  expect(spans()[0]?.attributes).toMatchObject({
    'gen_ai.usage.cost': expect.closeTo(COST, 12),
    'gen_ai.usage.cost.input': expect.closeTo((16 * 0.15 + 8 * 0.075) / 1e6, 12),
    'gen_ai.usage.cost.output': expect.closeTo((17 * 0.6) / 1e6, 12),
    'llm_otel.cost.model': 'openai/gpt-4o-mini',
  });
  const metric = (await meters.collect()).get('gen_ai.usage.cost');
  expect(metric?.data.descriptor.unit).toBe('{USD}');
  expect(await counted()).toEqual([
    {
      sum: expect.closeTo(COST, 12),
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(server.url).port),
      },
    },
  ]);
});

test('a stream with usage', async () => {
  const options = { stream: true, stream_options: { include_usage: true } } as const;
  for await (const _ of await openai().chat.completions.create({ ...BODY, ...options }));
  expect(spans()[0]?.attributes['gen_ai.usage.cost']).toBeCloseTo(COST, 12);
});

test.each([
  ['no usage', { ...BODY, model: '{nousage}gpt-4o-mini' }, {}],
  ['an unknown model', { ...BODY, model: 'house-model' }, {}],
  ['another tier than was confirmed', { ...BODY, model: 'house-model', service_tier: 'flex' as const }, {}],
  ['switched off', BODY, { cost: false }],
])('none: %s', async (_, body, options) => {
  await openai(options).chat.completions.create(body);
  const names = Object.keys(spans()[0]?.attributes ?? {});
  expect(names).toContain('gen_ai.request.model');
  expect(names.filter((name) => name.includes('cost'))).toEqual([]);
  expect(await counted()).toBeUndefined();
});

test("the user's own prices", async () => {
  await openai({ prices: { 'house-*': { input: 1, output: 0 } } }).chat.completions.create({
    ...BODY,
    model: 'house-model',
  });
  expect(spans()[0]?.attributes).toMatchObject({ 'gen_ai.usage.cost': 0.000024, 'llm_otel.cost.model': 'house-*' });
});

test('embeddings', async () => {
  await openai().embeddings.create({ model: 'text-embedding-3-small', input: 'Why?' });
  expect(spans()[0]?.attributes).toMatchObject({ 'llm_otel.cost.model': 'openai/text-embedding-3-small' });
});

test('Anthropic', async () => {
  record(new AnthropicInstrumentation(), anthropicSdk);
  const client = new Anthropic({ apiKey: 'none', baseURL: server.url, maxRetries: 0 });
  await client.messages.create({ model: 'claude-haiku-4-5-20251001', max_tokens: 100, messages: BODY.messages });
  const { attributes = {} } = spans()[0] ?? {};
  const [input, read, written, output] = ['input', 'cache_read.input', 'cache_write.input', 'output'].map((kind) =>
    Number(attributes[`gen_ai.usage.${kind}_tokens`] ?? 0),
  ) as [number, number, number, number];
  expect(read).toBeGreaterThan(0);
  const hour = Number(attributes['anthropic.usage.cache_creation.ephemeral_1h_input_tokens'] ?? 0);
  const dollars = (input - read - written + read * 0.1 + (written - hour) * 1.25 + hour * 2 + output * 5) / 1e6;
  expect(attributes).toMatchObject({
    'gen_ai.usage.cost': expect.closeTo(dollars, 12),
    'llm_otel.cost.model': 'anthropic/claude-haiku-4-5',
  });
});
