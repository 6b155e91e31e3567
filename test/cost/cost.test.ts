import { describe, expect, test } from 'vitest';
import { costOf, type PricedRequest, type PricedResponse, roundedCost } from '../../src/cost/index.ts';

const TIME = Date.parse('2026-09-23T12:00Z');
const OPTIONS = { cost: true, prices: {} };
const USAGE = { input: 1000, output: 100 };

interface Call extends Partial<PricedRequest>, Pick<PricedResponse, 'usage' | 'region'> {
  /** The model that answered; the one asked for if not given, none if null. */
  readonly answered?: string | null;
  readonly got?: string;
  readonly time?: number;
}

function cost(call: Call) {
  const { usage = USAGE, region, answered, got, time = TIME, ...asked } = call;
  const request = { operation: 'chat', provider: 'openai', model: 'gpt-4o-mini', ...asked };
  const model = answered === null ? undefined : (answered ?? request.model);
  return costOf(request, { model, usage, region, tier: got }, OPTIONS, time);
}

const total = (call: Call): number | undefined => cost(call)?.total;
/** Dollars as cents of a million tokens are too small to compare exactly. */
const about = (dollars: number) => expect.closeTo(dollars, 12);

test('what a call costs, by direction, and by which entry', () => {
  expect(cost({})).toEqual({
    input: about(0.00015),
    output: about(0.00006),
    total: about(0.00021),
    model: 'openai/gpt-4o-mini',
  });
});

const PARTS: readonly (readonly [about: string, call: Call, dollars: number | undefined])[] = [
  ['cached input', { usage: { ...USAGE, cacheRead: 800 } }, 0.00015],
  [
    'cached input without a price of its own',
    { model: 'o1-pro', usage: { input: 1000, output: 0, cacheRead: 800 } },
    0.15,
  ],
  ['writes to the cache', { model: 'gpt-6-sol', usage: { input: 1000, output: 0, cacheWrite: 400 } }, 0.0022],
  [
    'Anthropic: 5 minutes and 1 hour',
    {
      provider: 'anthropic',
      model: 'claude-opus-4-5',
      usage: { input: 1000, output: 0, cacheRead: 100, cacheWrite: 500, cacheWrite1h: 200 },
    },
    0.005925,
  ],
  [
    'Anthropic: 5 minutes where nothing else is said',
    { provider: 'anthropic', model: 'claude-opus-4-5', usage: { input: 1000, output: 0, cacheWrite: 1000 } },
    0.00625,
  ],
  [
    'an hour without a price',
    {
      provider: 'gcp.vertex_ai',
      model: 'claude-opus-4-7',
      address: 'aiplatform.googleapis.com',
      usage: { input: 1000, output: 0, cacheWrite: 500, cacheWrite1h: 1 },
    },
    undefined,
  ],
  ['reasoning is output', { usage: { ...USAGE, reasoning: 90 } }, 0.00021],
  [
    'reasoning beside the output (xAI)',
    { provider: 'x_ai', model: 'grok-3', usage: { input: 10, output: 10, reasoning: 30, total: 50 } },
    0.00063,
  ],
  [
    'thoughts that only the sum shows (Gemini)',
    { provider: 'gcp.gemini', model: 'gemini-2.5-pro', usage: { input: 10, output: 10, total: 50 } },
    0.0004125,
  ],
  ['a sum that nothing explains', { usage: { input: 10, output: 10, total: 50 } }, undefined],
  [
    'audio',
    { model: 'gpt-audio', usage: { input: 1000, output: 500, inputBy: { audio: 900 }, outputBy: { audio: 400 } } },
    0.05565,
  ],
  ['an answer that may be audio', { model: 'gpt-audio', usage: USAGE }, undefined],
  [
    'audio of Gemini',
    {
      provider: 'gcp.gemini',
      model: 'gemini-2.5-flash',
      usage: { input: 1000, output: 0, inputBy: { text: 100, audio: 900 } },
    },
    0.00093,
  ],
  [
    'audio of Gemini at the price of text',
    { provider: 'gcp.gemini', model: 'gemini-2.5-pro', usage: { input: 1000, output: 0, inputBy: { audio: 900 } } },
    0.00125,
  ],
  [
    'cached audio',
    {
      provider: 'gcp.gemini',
      model: 'gemini-2.5-flash',
      usage: { input: 1000, output: 0, cacheRead: 400, inputBy: { audio: 500 }, cacheReadBy: { audio: 300 } },
    },
    0.000353,
  ],
  [
    'cached tokens that may be audio',
    {
      provider: 'gcp.gemini',
      model: 'gemini-2.5-flash',
      usage: { input: 1000, output: 0, cacheRead: 400, inputBy: { audio: 500 } },
    },
    undefined,
  ],
  [
    'more fresh audio than fresh tokens',
    {
      provider: 'gcp.gemini',
      model: 'gemini-2.5-flash',
      usage: { input: 1000, output: 0, cacheRead: 800, inputBy: { audio: 500 }, cacheReadBy: { audio: 0 } },
    },
    undefined,
  ],
  ['images', { model: 'gpt-image-1', usage: { input: 100, output: 1000, inputBy: { text: 20, image: 80 } } }, 0.0409],
  [
    'drawn images',
    {
      provider: 'gcp.gemini',
      model: 'gemini-2.5-flash-image',
      usage: { input: 10, output: 1300, outputBy: { image: 1290 } },
    },
    0.038728,
  ],
  [
    'embeddings',
    { operation: 'embeddings', model: 'text-embedding-3-small', usage: { input: 1000, total: 1000 } },
    0.00002,
  ],
  [
    'embeddings of a model that has a price for output',
    { operation: 'embeddings', provider: 'mistral_ai', model: 'mistral-embed', usage: { input: 1000 } },
    0.0001,
  ],
  [
    'long context: at the limit',
    { provider: 'gcp.gemini', model: 'gemini-2.5-pro', usage: { input: 200_000, output: 1000 } },
    0.26,
  ],
  [
    'long context: above it',
    { provider: 'gcp.gemini', model: 'gemini-2.5-pro', usage: { input: 200_001, output: 1000 } },
    0.5150025,
  ],
  ['before a day', { model: 'o3', time: Date.parse('2025-06-09T23:59Z'), usage: { input: 1000, output: 1000 } }, 0.05],
  [
    'from that day on',
    { model: 'o3', time: Date.parse('2025-06-10T00:00Z'), usage: { input: 1000, output: 1000 } },
    0.01,
  ],
  ['no output', { usage: { input: 1000, output: 0 } }, 0.00015],
];

test.each(PARTS)('%s', (_, call, dollars) => {
  expect(total(call)).toEqual(dollars === undefined ? undefined : about(dollars));
});

describe('no cost', () => {
  const odd: readonly (readonly [about: string, usage: PricedResponse['usage']])[] = [
    ['no input', { output: 100 }],
    ['no output', { input: 100 }],
    ['no tokens', { input: 0, output: 0 }],
    ['NaN', { input: Number.NaN, output: 1 }],
    ['infinite', { input: Number.POSITIVE_INFINITY, output: 1 }],
    ['negative input', { input: -1, output: 1 }],
    ['negative output', { input: 1, output: -1 }],
    ['more cached than sent', { input: 10, output: 1, cacheRead: 11 }],
    ['more cached and written than sent', { input: 10, output: 1, cacheRead: 6, cacheWrite: 5 }],
    ['negative cache', { input: 10, output: 1, cacheRead: -5 }],
    ['an hour of more than was written', { input: 10, output: 1, cacheWrite: 2, cacheWrite1h: 3 }],
    ['more reasoning than output', { input: 10, output: 1, reasoning: 2 }],
    ['less than the parts', { input: 10, output: 10, total: 5 }],
  ];
  test.each(odd)('%s', (_, usage) => {
    expect(cost({ usage })).toBeUndefined();
    expect(cost({ provider: 'gcp.gemini', model: 'gemini-2.5-flash', usage })).toBeUndefined();
  });

  test('more of a modality than of anything', () => {
    const usage = { input: 10, output: 1, inputBy: { audio: 11 }, outputBy: { text: 1 } };
    expect(cost({ model: 'gpt-audio', usage })).toBeUndefined();
  });

  test.each(['', 'constructor', '__proto__', 'gpt-99', ' '])('unknown model %j', (model) => {
    expect(cost({ model })).toBeUndefined();
  });

  test.each(['constructor', '__proto__', 'somebody', '', 'hugging_face', 'openrouter'])('provider %j', (provider) => {
    expect(cost({ provider, model: 'gpt-4o' })).toBeUndefined();
  });

  test('switched off, or nothing counted', () => {
    const request = { operation: 'chat', provider: 'openai', model: 'gpt-4o' };
    expect(costOf(request, { model: 'gpt-4o', usage: USAGE }, { cost: false, prices: {} }, TIME)).toBeUndefined();
    expect(costOf(request, { model: 'gpt-4o' }, OPTIONS, TIME)).toBeUndefined();
  });

  test('endpoints whose prices differ', () => {
    expect(cost({ address: 'api.openai.com' })).toBeDefined();
    expect(cost({ address: 'llm.corp.example' })).toBeDefined();
    expect(cost({ address: 'eu.api.openai.com' })).toBeUndefined();
    const claude = { provider: 'gcp.vertex_ai', model: 'claude-opus-5@20260724' };
    expect(cost({ ...claude, address: 'aiplatform.googleapis.com' })?.model).toBe('gcp.gemini/claude-opus-5');
    expect(cost({ ...claude, address: 'us-east5-aiplatform.googleapis.com' })).toBeUndefined();
    expect(cost({ ...claude, model: 'gemini-2.5-pro', address: 'us-east5-aiplatform.googleapis.com' })).toBeDefined();
  });
});

const MODELS: readonly (readonly [about: string, call: Call, entry: string | undefined])[] = [
  ['the model that answered', { model: 'gpt-4o', answered: 'gpt-4o-2024-05-13' }, 'openai/gpt-4o-2024-05-13'],
  ['else the one asked for', { model: 'gpt-4o', answered: null }, 'openai/gpt-4o'],
  ['a snapshot that is too new for the table', { model: 'gpt-4o', answered: 'gpt-4o-2027-01-31' }, 'openai/gpt-4o'],
  ['another model answered', { model: 'gpt-4o', answered: 'gpt-4o-next' }, undefined],
  ['a prefix is no model', { model: 'gpt-4', answered: 'gpt-4o-next' }, undefined],
  ['upper case', { model: 'GPT-4o' }, 'openai/gpt-4o'],
  ['fine-tuned', { model: 'ft:gpt-4o-mini-2024-07-18:acme::abc123' }, 'openai/ft:gpt-4o-mini'],
  ['fine-tuned, unknown', { model: 'ft:gpt-4.1-2025-04-14:acme::abc123' }, undefined],
  [
    'Azure: the deployment is no model',
    { provider: 'azure.ai.openai', model: 'gpt-4', answered: 'gpt-4o-2024-08-06' },
    'openai/gpt-4o',
  ],
  ['Azure: the deployment alone', { provider: 'azure.ai.openai', model: 'gpt-4o', answered: null }, undefined],
  [
    'Azure: an unknown model',
    { provider: 'azure.ai.openai', model: 'gpt-4o', answered: 'gpt-4o-2027-01-31' },
    undefined,
  ],
  [
    'Bedrock: the profile sets the price',
    {
      provider: 'aws.bedrock',
      model: 'global.anthropic.claude-opus-4-5-20251101-v1:0',
      answered: 'claude-opus-4-5-20251101',
    },
    'aws.bedrock/global.anthropic.claude-opus-4-5-v1:0',
  ],
  [
    'Bedrock: in a region',
    { provider: 'aws.bedrock', model: 'us.anthropic.claude-opus-4-5-20251101-v1:0' },
    'aws.bedrock/regional.anthropic.claude-opus-4-5-v1:0',
  ],
  [
    'Bedrock: by ARN',
    { provider: 'aws.bedrock', model: 'arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-6' },
    'aws.bedrock/regional.anthropic.claude-sonnet-4-6-v1:0',
  ],
  [
    'Bedrock: a profile of the application',
    {
      provider: 'aws.bedrock',
      model: 'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc',
      answered: 'claude-opus-4-5-20251101',
    },
    undefined,
  ],
  [
    'Anthropic: a snapshot',
    { provider: 'anthropic', model: 'claude-haiku-4-5-20251001' },
    'anthropic/claude-haiku-4-5',
  ],
  [
    'Anthropic: an alias',
    { provider: 'anthropic', model: 'claude-3-5-haiku-latest' },
    'anthropic/claude-3-5-haiku-latest',
  ],
  [
    'Anthropic: a version that is its own model',
    { provider: 'anthropic', model: 'claude-opus-4-20250514' },
    'anthropic/claude-opus-4-0',
  ],
  ['Gemini: a preview', { provider: 'gcp.gemini', model: 'gemini-2.5-pro-preview-05-06' }, 'gcp.gemini/gemini-2.5-pro'],
  [
    'Gemini: a numbered version',
    { provider: 'gcp.gemini', model: 'gemini-2.0-flash-001' },
    'gcp.gemini/gemini-2.0-flash',
  ],
  ['Gemini: speech', { provider: 'gcp.gemini', model: 'gemini-2.5-pro-preview-tts' }, 'gcp.gemini/gemini-2.5-pro-tts'],
  [
    'Gemini: an alias that moves',
    { provider: 'gcp.gemini', model: 'gemini-flash-latest', answered: 'gemini-2.5-flash' },
    'gcp.gemini/gemini-2.5-flash',
  ],
  [
    'a host with names of its own',
    { provider: 'fireworks_ai', model: 'accounts/fireworks/models/deepseek-v3p2' },
    'fireworks_ai/deepseek-v3p2',
  ],
];

test.each(MODELS)('which price: %s', (_, call, entry) => {
  expect(cost(call)?.model).toBe(entry);
});

const TIERS: readonly (readonly [about: string, call: Call, dollars: number | undefined])[] = [
  ['standard', { got: 'default' }, 0.00021],
  ['flex, as answered', { got: 'flex' }, 0.000105],
  ['asked for, not confirmed', { tier: 'flex' }, undefined],
  ['standard asked for', { tier: 'auto' }, 0.00021],
  ['asked for, not got', { tier: 'flex', got: 'default' }, 0.00021],
  ['batch', { got: 'batch' }, 0.000105],
  ['priority without a published price', { got: 'priority' }, undefined],
  ['priority', { model: 'gpt-4.1', got: 'priority' }, 0.0049],
  ['fast is priority', { model: 'gpt-4.1', tier: 'fast', got: 'priority' }, 0.0049],
  [
    'priority and cache',
    { model: 'gpt-5-mini', got: 'priority', usage: { input: 1000, output: 0, cacheRead: 1000 } },
    0.000045,
  ],
  [
    'priority of a long context',
    { model: 'gpt-5.4', got: 'priority', usage: { input: 300_000, output: 0 } },
    undefined,
  ],
  [
    'priority of a long context that has a price',
    { model: 'gpt-5.6-terra', got: 'priority', usage: { input: 300_000, output: 0 } },
    2.4,
  ],
  ['capacity by contract', { got: 'scale' }, undefined],
  ['unheard of', { got: 'ultrafast' }, undefined],
  ['inherited', { got: 'constructor' }, undefined],
  ['Azure', { provider: 'azure.ai.openai', model: 'gpt-4o', got: 'flex' }, undefined],
  ['Anthropic: batch', { provider: 'anthropic', model: 'claude-opus-4-5', got: 'batch' }, 0.00375],
  ['Anthropic: priority', { provider: 'anthropic', model: 'claude-opus-4-5', got: 'priority' }, undefined],
  ['Anthropic: fast', { provider: 'anthropic', model: 'claude-opus-4-6', got: 'fast' }, undefined],
  ['Anthropic: in the US', { provider: 'anthropic', model: 'claude-opus-4-6', got: 'standard', region: 'us' }, 0.00825],
  [
    'Anthropic: a batch in the US',
    { provider: 'anthropic', model: 'claude-opus-4-6', got: 'batch', region: 'us' },
    0.004125,
  ],
  [
    'Anthropic: anywhere',
    { provider: 'anthropic', model: 'claude-opus-4-6', got: 'standard', region: 'global' },
    0.0075,
  ],
  ['Anthropic: elsewhere', { provider: 'anthropic', model: 'claude-opus-4-6', region: 'eu' }, undefined],
  ['Gemini: flex', { provider: 'gcp.gemini', model: 'gemini-3.5-flash', got: 'flex' }, 0.0012],
  [
    'Gemini: flex and cache',
    { provider: 'gcp.gemini', model: 'gemini-3.5-flash', got: 'flex', usage: { ...USAGE, cacheRead: 1 } },
    undefined,
  ],
  ['Gemini: priority', { provider: 'gcp.gemini', model: 'gemini-3.5-flash', got: 'priority' }, undefined],
  ['Vertex AI: on demand', { provider: 'gcp.vertex_ai', model: 'gemini-3.5-flash', got: 'ON_DEMAND' }, 0.0024],
  [
    'Vertex AI: provisioned',
    { provider: 'gcp.vertex_ai', model: 'gemini-3.5-flash', got: 'PROVISIONED_THROUGHPUT' },
    undefined,
  ],
  ['Groq: flex costs the same', { provider: 'groq', model: 'llama-3.3-70b-versatile', got: 'flex' }, 0.000669],
  ['Groq: on demand', { provider: 'groq', model: 'llama-3.3-70b-versatile', got: 'on_demand' }, 0.000669],
  ['Groq: performance', { provider: 'groq', model: 'llama-3.3-70b-versatile', got: 'performance' }, undefined],
];

test.each(TIERS)('service tier: %s', (_, call, dollars) => {
  expect(total(call)).toEqual(dollars === undefined ? undefined : about(dollars));
});

test('an amount has 12 significant digits', () => {
  expect(roundedCost({ total: 0.1 + 0.2, input: 0.1 * 3, output: 1 / 3, model: 'm' })).toEqual({
    total: 0.3,
    input: 0.3,
    output: 0.333333333333,
    model: 'm',
  });
});
