import { describe, expect, test } from 'vitest';
import type { ResponseFacts, StreamReader } from '../../../src/facts/call.ts';
import { MODEL_METHODS, withoutContent } from '../../../src/providers/vercel-ai/methods.ts';
import { reasonOf } from '../../../src/providers/vercel-ai/response.ts';

const { doGenerate, doStream } = MODEL_METHODS.language;

/** Facts without the fields that say nothing. */
function said(facts: object): object {
  return JSON.parse(JSON.stringify(facts)) as object;
}

const REQUESTS: readonly (readonly [options: object, attributes: object])[] = [
  [{}, {}],
  [
    { temperature: 0, topP: 0.9, topK: 40, maxOutputTokens: 99, stopSequences: ['X'], seed: 7 },
    {
      'gen_ai.request.temperature': 0,
      'gen_ai.request.top_p': 0.9,
      'gen_ai.request.top_k': 40,
      'gen_ai.request.max_tokens': 99,
      'gen_ai.request.stop_sequences': ['X'],
      'gen_ai.request.seed': 7,
    },
  ],
  [
    { frequencyPenalty: 0.1, presencePenalty: 0.2, responseFormat: { type: 'json', schema: {} } },
    {
      'gen_ai.request.frequency_penalty': 0.1,
      'gen_ai.request.presence_penalty': 0.2,
      'gen_ai.output.type': 'json',
    },
  ],
  [{ responseFormat: { type: 'text' } }, { 'gen_ai.output.type': 'text' }],
  [{ reasoning: 'low' }, { 'gen_ai.request.reasoning.level': 'low' }],
  [{ reasoning: 'provider-default' }, {}],
  [
    { providerOptions: { openai: { reasoningEffort: 'high', serviceTier: 'flex' } } },
    { 'gen_ai.request.reasoning.level': 'high', 'openai.request.service_tier': 'flex' },
  ],
  [{ providerOptions: { openai: { serviceTier: 'auto' } } }, {}],
  [{ temperature: 'hot', seed: 1.5, topP: null, stopSequences: [], providerOptions: 'x' }, {}],
];

describe('requests of a language model', () => {
  test.each(REQUESTS)('%j', (options, attributes) => {
    const model = { modelId: 'models/gemini-flash', provider: 'google.generative-ai' };
    expect(said(doGenerate.request(model, [options], {}))).toMatchObject({ model: 'gemini-flash', attributes });
    expect(doGenerate.request(model, [options], {}).attributes).toEqual(attributes);
    expect(doStream.request(model, [options], {}).attributes).toEqual({ ...attributes, 'gen_ai.request.stream': true });
  });
});

const REASONS: readonly (readonly [given: unknown, reason: string | undefined])[] = [
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool-calls', 'tool_calls'],
  ['content-filter', 'content_filter'],
  ['error', 'error'],
  ['other', 'other'],
  ['unknown', 'unknown'],
  [{ unified: 'stop', raw: 'end_turn' }, 'stop'],
  [{ unified: 'stop', raw: undefined }, 'stop'],
  [{ unified: 'stop', raw: 'pause_turn' }, 'pause_turn'],
  [{ unified: 'length', raw: 'MAX_TOKENS' }, 'length'],
  [{ unified: 'tool-calls', raw: 'STOP' }, 'tool_calls'],
  [{ unified: 'content-filter', raw: 'SAFETY' }, 'content_filter'],
  [{ unified: 'other', raw: 'MALFORMED_FUNCTION_CALL' }, 'error'],
  [undefined, undefined],
  [null, undefined],
];

test.each(REASONS)('finish reason %j is %s', (given, reason) => {
  expect(reasonOf(given)).toBe(reason);
});

const OPENAI = {
  prompt_tokens: 24,
  completion_tokens: 17,
  total_tokens: 41,
  prompt_tokens_details: { cached_tokens: 8 },
  completion_tokens_details: { reasoning_tokens: 5 },
};
const ANTHROPIC = {
  input_tokens: 24,
  output_tokens: 17,
  cache_read_input_tokens: 8,
  cache_creation_input_tokens: 2,
  cache_creation: { ephemeral_1h_input_tokens: 2 },
  service_tier: 'priority',
};
const GEMINI = { promptTokenCount: 24, candidatesTokenCount: 12, thoughtsTokenCount: 5, cachedContentTokenCount: 8 };
const COUNTED = { input: 24, output: 17, cacheRead: 8, reasoning: 5 };

/** Results of `doGenerate` and what they say of tokens. */
const USAGES: readonly (readonly [about: string, result: object, facts: object])[] = [
  ['6, 7: counts of OpenAI', { usage: { raw: OPENAI } }, { usage: { ...COUNTED, total: 41 } }],
  ['6, 7: counts of Gemini', { usage: { raw: GEMINI } }, { usage: COUNTED }],
  [
    '6, 7: counts of Anthropic',
    { usage: { raw: ANTHROPIC } },
    { usage: { input: 34, output: 17, cacheRead: 8, cacheWrite: 2, cacheWrite1h: 2 }, tier: 'priority' },
  ],
  [
    '6, 7: counts in a dialect that is not known',
    {
      usage: {
        inputTokens: { total: 24, cacheRead: 8, cacheWrite: 0 },
        outputTokens: { total: 17, reasoning: 5 },
        raw: { billed_units: {} },
      },
    },
    { usage: { ...COUNTED, cacheWrite: 0 } },
  ],
  [
    "5: the SDK's own",
    { usage: { inputTokens: 24, outputTokens: 17, totalTokens: 41, cachedInputTokens: 8, reasoningTokens: 5 } },
    { usage: { ...COUNTED, total: 41 } },
  ],
  [
    "5: Anthropic's input leaves out what was cached",
    { usage: { inputTokens: 24, outputTokens: 17 }, providerMetadata: { anthropic: { usage: ANTHROPIC } } },
    { usage: { input: 34, output: 17, cacheRead: 8, cacheWrite: 2, cacheWrite1h: 2 }, tier: 'priority' },
  ],
  [
    "5: Gemini's output leaves out what was thought",
    { usage: { inputTokens: 24, outputTokens: 12 }, providerMetadata: { google: { usageMetadata: GEMINI } } },
    { usage: COUNTED },
  ],
  [
    '5: counts in the body',
    {
      usage: { inputTokens: 24 },
      response: { body: { object: 'chat.completion', usage: OPENAI, service_tier: 'flex' } },
    },
    {
      usage: { ...COUNTED, total: 41 },
      tier: 'flex',
      attributes: { 'openai.response.service_tier': 'flex' },
    },
  ],
  ['none', {}, {}],
  ['nothing but nulls', { usage: { inputTokens: null, raw: null }, providerMetadata: null }, {}],
  ['numbers as strings', { usage: { inputTokens: '24' } }, {}],
];

describe('answers of a language model', () => {
  test.each(USAGES)('%s', (_, result, facts) => {
    expect(said(doGenerate.response(result))).toEqual(facts);
  });

  test('id, model and the attributes of OpenAI', () => {
    const response = {
      id: 'chatcmpl-1',
      modelId: 'gpt-4o-2024',
      body: { object: 'chat.completion', service_tier: 'default', system_fingerprint: 'fp_1' },
    };
    expect(said(doGenerate.response({ finishReason: 'stop', response }))).toEqual({
      id: 'chatcmpl-1',
      model: 'gpt-4o-2024',
      finishReasons: ['stop'],
      tier: 'default',
      attributes: { 'openai.response.service_tier': 'default', 'openai.response.system_fingerprint': 'fp_1' },
    });
  });
});

function read(parts: readonly object[], content = false): StreamReader {
  const reader = doStream.stream?.(content, 1000) as StreamReader;
  for (const part of parts) reader.read(part);
  return reader;
}

const METADATA = { type: 'response-metadata', id: 'chatcmpl-1', modelId: 'gpt-4o-2024' };
const TEXT = [
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: 'The sea ' },
  { type: 'text-delta', id: '0', delta: 'is blue.' },
  { type: 'text-end', id: '0' },
];
const FINISH = { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, usage: { raw: OPENAI } };

const STREAMS: readonly (readonly [about: string, parts: readonly object[], facts: Partial<ResponseFacts>])[] = [
  [
    'to its end',
    [METADATA, ...TEXT, FINISH],
    { id: 'chatcmpl-1', model: 'gpt-4o-2024', finishReasons: ['stop'], usage: { ...COUNTED, total: 41 } },
  ],
  ['cut off', [METADATA, ...TEXT], { id: 'chatcmpl-1', model: 'gpt-4o-2024', finishReasons: ['error'] }],
  [
    'with an error in it',
    [
      METADATA,
      { type: 'error', error: { type: 'server_error', message: 'secret' } },
      { ...FINISH, finishReason: 'error' },
    ],
    {
      id: 'chatcmpl-1',
      model: 'gpt-4o-2024',
      finishReasons: ['error'],
      usage: { ...COUNTED, total: 41 },
      failure: expect.objectContaining({ type: 'server_error' }),
    },
  ],
  ['without anything', [], { finishReasons: ['error'] }],
];

describe('streams of a language model', () => {
  test.each(STREAMS)('%s', (_, parts, facts) => {
    expect(said(read(parts).facts(true))).toEqual(facts);
  });

  test.each([
    ['text-delta', 'text'],
    ['reasoning-start', 'reasoning'],
    ['tool-input-delta', 'tool_call'],
    ['tool-call', 'tool_call'],
    ['finish', 'usage'],
    ['source', undefined],
    ['constructor', undefined],
  ])('a part of the type %s is %s', (type, kind) => {
    expect(read([]).kind({ type })).toBe(kind);
  });

  test('content, put together', () => {
    const parts = [
      { type: 'reasoning-delta', id: '0', delta: 'Hm.' },
      ...TEXT,
      { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: '{"city":"Rome"}' },
      { ...FINISH, finishReason: 'tool-calls' },
    ];
    expect(read(parts, true).output?.(true)).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'Hm.' },
          { type: 'text', content: 'The sea is blue.' },
          { type: 'tool_call', id: 'c1', name: 'weather', arguments: { city: 'Rome' } },
        ],
        finish_reason: 'tool_call',
      },
    ]);
    expect(read(TEXT, true).output?.(false)).toMatchObject([{ finish_reason: 'error' }]);
    expect(read(parts).output?.(true)).toEqual([]);
  });
});

test('an embedding: its model is in the body alone', () => {
  const response = { body: { model: 'text-embedding-3-small', usage: { prompt_tokens: 3, total_tokens: 3 } } };
  const facts = { model: 'text-embedding-3-small', usage: { input: 3, total: 3 } };
  expect(said(MODEL_METHODS.embedding.doEmbed.response({ usage: { tokens: 3 }, response }))).toEqual(facts);
  expect(said(MODEL_METHODS.embedding.doEmbed.response({ usage: { tokens: 3 } }))).toEqual({ usage: { input: 3 } });
});

test.each([
  [true, true, ['input', 'output', 'stream']],
  [false, true, ['output', 'stream']],
  [true, false, ['input']],
  [false, false, []],
])('content that may be captured, inputs %s, outputs %s', (inputs, outputs, kept) => {
  const reader = withoutContent(doStream, inputs, outputs);
  const options = { prompt: [{ role: 'user', content: [{ type: 'text', text: 'secret' }] }] };
  const stream = reader.stream?.(true, 1000);
  for (const part of [...TEXT, FINISH]) stream?.read(part);
  const captured = {
    input: (reader.input?.([options]).messages?.length ?? 0) > 0,
    output: reader.output !== undefined,
    stream: (stream?.output?.(true).length ?? 0) > 0,
  };
  expect(Object.entries(captured).flatMap(([name, has]) => (has ? [name] : []))).toEqual(kept);
});
