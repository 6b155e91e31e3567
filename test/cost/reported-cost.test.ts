import OpenAI, * as sdk from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { costOf } from '../../src/cost/index.ts';
import type { Cost } from '../../src/facts/prices.ts';
import { OpenAIInstrumentation } from '../../src/index.ts';
import { completionFacts } from '../../src/providers/formats/openai-chat/response.ts';
import { CompletionReader } from '../../src/providers/formats/openai-chat/stream.ts';
import { responseFacts } from '../../src/providers/openai/response.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { configOf, metering, tracing } from '../telemetry/in-memory.ts';

/** What a call cost by the provider's own account, in the shapes that OpenRouter, Perplexity and xAI send. */

const TOKENS = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
const split = (prompt: number, completions: number, whole: number | null = null) => ({
  upstream_inference_cost: whole,
  upstream_inference_prompt_cost: prompt,
  upstream_inference_completions_cost: completions,
});

type Row = readonly [about: string, provider: string, usage: object, cost: Omit<Cost, 'model'> | undefined];

const OPENROUTER: readonly Row[] = [
  ['an amount alone', 'openrouter', { cost: 0.003 }, { total: 0.003 }],
  [
    'with what the tokens cost',
    'openrouter',
    { cost: 0.003, is_byok: false, cost_details: split(0.002, 0.001, 0.003) },
    { total: 0.003, input: 0.002, output: 0.001 },
  ],
  [
    'a fee for a search on top',
    'openrouter',
    { cost: 0.013, is_byok: false, cost_details: split(0.002, 0.001) },
    { total: 0.013, input: 0.002, output: 0.001 },
  ],
  [
    'the names of the Responses API',
    'openrouter',
    {
      cost: 0.003,
      is_byok: false,
      cost_details: { upstream_inference_input_cost: 0.001, upstream_inference_output_cost: 0.002 },
    },
    { total: 0.003, input: 0.001, output: 0.002 },
  ],
  [
    'with a key of one’s own',
    'openrouter',
    { cost: 0, is_byok: true, cost_details: split(0.002, 0.001, 0.003) },
    { total: 0.003, input: 0.002, output: 0.001 },
  ],
  [
    'with a key of one’s own and a fee',
    'openrouter',
    { cost: 0.0005, is_byok: true, cost_details: split(0.002, 0.001, 0.003) },
    { total: 0.0035, input: 0.002, output: 0.001 },
  ],
  ['with a key of one’s own and no word of its bill', 'openrouter', { cost: 0, is_byok: true }, undefined],
  ['a model that is free', 'openrouter', { cost: 0, is_byok: false }, { total: 0 }],
  ['0 from before keys of one’s own were told', 'openrouter', { cost: 0 }, undefined],
  [
    'parts that are more than the whole',
    'openrouter',
    { cost: 0.001, cost_details: split(0.002, 0.001) },
    { total: 0.001 },
  ],
  [
    'one part',
    'openrouter',
    { cost: 0.003, cost_details: { upstream_inference_prompt_cost: 0.002 } },
    { total: 0.003 },
  ],
  ['less than nothing', 'openrouter', { cost: -1 }, undefined],
  ['a text', 'openrouter', { cost: '0.003' }, undefined],
  ['null', 'openrouter', { cost: null }, undefined],
  ['nothing', 'openrouter', {}, undefined],
];

const OTHERS: readonly Row[] = [
  [
    'Sonar',
    'perplexity',
    { cost: { input_tokens_cost: 0.001, output_tokens_cost: 0.002, request_cost: 0.006, total_cost: 0.009 } },
    { total: 0.009, input: 0.001, output: 0.002 },
  ],
  [
    'Sonar, deep research',
    'perplexity',
    {
      cost: {
        input_tokens_cost: 0.001,
        output_tokens_cost: 0.002,
        reasoning_tokens_cost: 0.003,
        citation_tokens_cost: 0.004,
        search_queries_cost: 0.05,
        request_cost: null,
        total_cost: 0.06,
      },
    },
    { total: 0.06, input: 0.001, output: 0.005 },
  ],
  [
    'agents',
    'perplexity',
    {
      cost: {
        currency: 'USD',
        input_cost: 0.001,
        cache_read_cost: 0.002,
        output_cost: 0.003,
        tool_calls_cost: 0.1,
        total_cost: 0.106,
      },
    },
    { total: 0.106, input: 0.003, output: 0.003 },
  ],
  ['another currency', 'perplexity', { cost: { currency: 'EUR', total_cost: 0.1 } }, undefined],
  ['parts without a whole', 'perplexity', { cost: { input_cost: 0.1 } }, undefined],
  ['ticks', 'x_ai', { cost_in_usd_ticks: 1_721_250 }, { total: 0.000172125 }],
  ['ticks that are none', 'x_ai', { cost_in_usd_ticks: null }, undefined],
  ['a server that may count in anything', 'hugging_face', { cost: 3 }, undefined],
];

const CONFIG = configOf();

function cost(provider: string, usage: object, config = CONFIG, model = 'a-model-without-a-price'): Cost | undefined {
  const response = completionFacts({ model, choices: [], usage: { ...TOKENS, ...usage } });
  return costOf({ operation: 'chat', provider, model }, response, config, Date.now());
}

describe.each([
  ['OpenRouter', OPENROUTER],
  ['others', OTHERS],
])('%s', (_, rows) => {
  test.each(rows)('%s', (_about, provider, usage, expected) => {
    const got = cost(provider, usage);
    if (expected === undefined) expect(got).toBeUndefined();
    else {
      expect(got).toEqual({
        total: expect.closeTo(expected.total, 12),
        ...(expected.input !== undefined && { input: expect.closeTo(expected.input, 12) }),
        ...(expected.output !== undefined && { output: expect.closeTo(expected.output, 12) }),
        model: 'reported',
      });
    }
  });
});

test('an amount goes before a list price, and after the user’s own', () => {
  const usage = { cost_in_usd_ticks: 5_000_000 };
  expect(cost('x_ai', {}, CONFIG, 'grok-3-mini')?.model).toBe('x_ai/grok-3-mini');
  expect(cost('x_ai', usage, CONFIG, 'grok-3-mini')).toEqual({ total: 0.0005, model: 'reported' });
  const own = configOf({ prices: { 'grok-3-mini': { input: 1, output: 2 } } });
  expect(cost('x_ai', usage, own, 'grok-3-mini')).toMatchObject({
    total: expect.closeTo(0.0012, 12),
    model: 'grok-3-mini',
  });
  expect(cost('x_ai', usage, configOf({ cost: false }), 'grok-3-mini')).toBeUndefined();
});

test('an amount needs no tokens', () => {
  const facts = completionFacts({ usage: { cost: 0.5 } });
  expect(costOf({ operation: 'chat', provider: 'openrouter' }, facts, CONFIG, 0)).toEqual({
    total: 0.5,
    model: 'reported',
  });
});

test('streams and the Responses API name it too', () => {
  const reader = new CompletionReader();
  reader.read({ id: 'a', model: 'm', choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] });
  reader.read({ choices: [], usage: { ...TOKENS, cost: 0.25 } });
  expect(reader.facts(true).usage?.charged).toMatchObject({ total: 0.25 });
  const usage = { input_tokens: 1, output_tokens: 1, cost: 0.25 };
  expect(responseFacts({ status: 'completed', usage }).usage?.charged).toMatchObject({ total: 0.25 });
});

describe('through the SDK', () => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startProviderServer();
  });
  afterAll(() => server.close());

  test('the span and the counter', async () => {
    const { provider, spans } = tracing();
    const meters = metering();
    const instrumentation = new OpenAIInstrumentation({ providerHosts: { '127.0.0.1': 'openrouter' } });
    instrumentation.setTracerProvider(provider);
    instrumentation.setMeterProvider(meters.provider);
    expect(instrumentation.patch(sdk)).toBe(true);
    const client = new OpenAI({ apiKey: 'none', baseURL: `${server.url}/api/v1`, maxRetries: 0 });
    const body = {
      model: '{cost=0.25}anthropic/claude-sonnet-4.6',
      messages: [{ role: 'user' as const, content: 'Why?' }],
    };
    try {
      await client.chat.completions.create(body);
      const stream = await client.chat.completions.create({
        ...body,
        stream: true,
        stream_options: { include_usage: true },
      });
      for await (const _ of stream);
    } finally {
      instrumentation.disable();
    }
    for (const { attributes } of spans()) {
      expect(attributes).toMatchObject({ 'gen_ai.usage.cost': 0.25, 'llm_otel.cost.model': 'reported' });
      expect(attributes).not.toHaveProperty('gen_ai.usage.cost.input');
    }
    const points = (await meters.collect()).get('gen_ai.usage.cost')?.points;
    expect(points?.map(({ sum }) => sum)).toEqual([0.5]);
  });
});
