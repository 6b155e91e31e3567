import { describe, expect, test } from 'vitest';
import type { CommandName } from '../../../src/providers/aws-bedrock/commands.ts';
import { readerOf } from '../../../src/providers/aws-bedrock/methods.ts';
import { recordable } from '../recordable.ts';

const read = (name: CommandName, input: object, client?: object) => {
  const reader = readerOf(name, { input }, client);
  if (reader === undefined) throw new Error('no reader');
  return reader;
};
const invoke = (body: unknown, modelId = 'model-1') => read('InvokeModel', { modelId, body });
const json = (body: object) => ({ body: new TextEncoder().encode(JSON.stringify(body)) });
const chunk = (event: object) => ({ chunk: { bytes: json(event).body } });

/** Facts of a stream of `InvokeModelWithResponseStream`. */
function streamed(events: readonly object[]) {
  const reader = read('InvokeModelWithResponseStream', { body: '{"prompt":"a"}' }).stream?.(true, 1000);
  for (const event of events) reader?.read(chunk(event));
  return { facts: reader?.facts(true), output: recordable(reader?.output?.(true) ?? []) };
}

const METRICS = {
  'amazon-bedrock-invocationMetrics': { inputTokenCount: 5, outputTokenCount: 3, cacheReadInputTokenCount: 2 },
};

describe('address', () => {
  const later = async (config: object) => {
    const client = { config };
    const { request } = read('Converse', { modelId: 'm' }, client);
    const facts = request(client, [], {});
    const atStart = facts.address;
    await new Promise((resolve) => setImmediate(resolve));
    return [atStart, facts.address, facts.port, facts.addressComesLate];
  };

  test.each([
    [{ region: async () => 'eu-west-1' }, 'bedrock-runtime.eu-west-1.amazonaws.com', 443],
    [{ region: async () => 'cn-north-1' }, 'bedrock-runtime.cn-north-1.amazonaws.com.cn', 443],
    [{ endpoint: async () => ({ protocol: 'http:', hostname: 'proxy', port: 8080 }) }, 'proxy', 8080],
    [{ endpoint: async () => ({ protocol: 'https:', hostname: 'vpce.example' }) }, 'vpce.example', 443],
    [{ endpoint: async () => ({ url: new URL('http://other:81/x') }) }, 'other', 81],
    [{ endpoint: async () => Promise.reject(new Error('no profile')) }, undefined, undefined],
    [{}, undefined, undefined],
  ])('%#', async (config, address, port) => {
    expect(await later(config)).toEqual([undefined, address, port, true]);
  });

  test('the second call of a client has the address from the start', async () => {
    const client = { config: { region: async () => 'us-east-1' } };
    const facts = () => read('Converse', {}, client).request(client, [], {});
    facts();
    await new Promise((resolve) => setImmediate(resolve));
    expect(facts()).toMatchObject({
      provider: 'aws.bedrock',
      address: 'bedrock-runtime.us-east-1.amazonaws.com',
      addressComesLate: false,
    });
  });
});

describe('request', () => {
  const attributesOf = (name: CommandName, input: object) => read(name, input).request(undefined, [], {}).attributes;
  const named = (attributes: object) =>
    Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`gen_ai.request.${key}`, value]));

  test.each([
    [
      { inferenceConfig: { temperature: 0, topP: 0.5, maxTokens: 7, stopSequences: ['END'] } },
      { temperature: 0, top_p: 0.5, max_tokens: 7, stop_sequences: ['END'] },
    ],
    [{ additionalModelRequestFields: { top_k: 9 } }, { top_k: 9 }],
    [{ additionalModelRequestFields: { inferenceConfig: { topK: 9 } } }, { top_k: 9 }],
    [{ additionalModelRequestFields: { output_config: { effort: 'low' } } }, { 'reasoning.level': 'low' }],
    [{ inferenceConfig: { temperature: null, maxTokens: '7' }, additionalModelRequestFields: 3 }, {}],
  ])('Converse %o', (input, attributes) => {
    expect(attributesOf('Converse', input)).toEqual(named(attributes));
  });

  test.each([
    [{ textGenerationConfig: { maxTokenCount: 7, topP: 0.5 } }, { max_tokens: 7, top_p: 0.5 }],
    [{ inferenceConfig: { max_new_tokens: 7, topK: 3 } }, { max_tokens: 7, top_k: 3 }],
    [
      { max_tokens_to_sample: 7, stop_sequences: ['a'] },
      { max_tokens: 7, stop_sequences: ['a'] },
    ],
    [
      { max_gen_len: 7, temperature: 1 },
      { max_tokens: 7, temperature: 1 },
    ],
    [
      { p: 0.5, k: 3, stop: 'a', seed: 1 },
      { top_p: 0.5, top_k: 3, stop_sequences: ['a'], seed: 1 },
    ],
    [
      { frequencyPenalty: { scale: 0.5 }, presence_penalty: 1 },
      { frequency_penalty: 0.5, presence_penalty: 1 },
    ],
  ])('InvokeModel %o', (body, attributes) => {
    expect(attributesOf('InvokeModel', { body: JSON.stringify(body) })).toEqual(named(attributes));
  });

  test('guardrails, in both places', () => {
    const expected = { 'aws.bedrock.guardrail.id': 'gr-1' };
    expect(attributesOf('Converse', { guardrailConfig: { guardrailIdentifier: 'gr-1' } })).toEqual(expected);
    expect(attributesOf('InvokeModel', { guardrailIdentifier: 'gr-1' })).toEqual(expected);
  });

  test.each([
    ['a text', '{"messages":[]}', 'chat'],
    ['bytes', new TextEncoder().encode('{"message":"a"}'), 'chat'],
    ['a buffer', Buffer.from('{"prompt":"a"}'), 'text_completion'],
    ['an ArrayBuffer', new Uint8Array(Buffer.from('{"texts":["a"]}')).buffer, 'embeddings'],
    ['documents', '{"query":"a","documents":[]}', 'rerank'],
    ['a task', '{"taskType":"TEXT_IMAGE"}', 'image_generation'],
    ['no JSON', 'a b', 'text_completion'],
    ['a stream', { pipe: () => {} }, 'text_completion'],
  ])('operation by %s', (_, body, operation) => {
    expect(invoke(body).operation).toBe(operation);
    expect(invoke(body).request(undefined, [], {}).operation).toBe(operation);
  });

  test('embeddings of Titan by the name of the model', () => {
    expect(invoke('{"inputText":"a"}', 'amazon.titan-embed-text-v2:0').operation).toBe('embeddings');
  });
});

describe('answers of Converse', () => {
  const USAGE = { inputTokens: 5, outputTokens: 3, cacheReadInputTokens: 2, cacheWriteInputTokens: 1 };
  const CONTENT = [{ text: 'Hi' }, { toolUse: { toolUseId: 't1', name: 'weather', input: { city: 'Rome' } } }];
  const PARTS = [
    { type: 'text', content: 'Hi' },
    { type: 'tool_call', id: 't1', name: 'weather', arguments: { city: 'Rome' } },
  ];

  test.each([
    ['end_turn', 'stop'],
    ['tool_use', 'tool_calls'],
    ['guardrail_intervened', 'content_filter'],
    ['content_filtered', 'content_filter'],
    ['malformed_tool_use', 'error'],
    ['model_context_window_exceeded', 'length'],
  ])('reason %s', (stopReason, reason) => {
    expect(read('Converse', {}).response({ stopReason }).finishReasons).toEqual([reason]);
  });

  test('usage with both counts of the cache', () => {
    const body = { stopReason: 'tool_use', usage: USAGE, output: { message: { role: 'assistant', content: CONTENT } } };
    expect(read('Converse', {}).response(body)).toMatchObject({
      usage: { input: 8, output: 3, cacheRead: 2, cacheWrite: 1 },
      toolCalls: ['t1'],
    });
    expect(recordable(read('Converse', {}).output?.(body) ?? [])).toEqual([
      { role: 'assistant', parts: PARTS, finish_reason: 'tool_call' },
    ]);
  });

  test('streamed', () => {
    const reader = read('ConverseStream', {}).stream?.(true, 1000);
    const events = [
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hi' } } },
      { contentBlockStart: { contentBlockIndex: 1, start: { toolUse: { toolUseId: 't1', name: 'weather' } } } },
      { contentBlockDelta: { contentBlockIndex: 1, delta: { toolUse: { input: '{"city":"Rome"}' } } } },
      { messageStop: { stopReason: 'tool_use' } },
      { metadata: { usage: USAGE } },
    ];
    for (const event of events) reader?.read(event);
    expect(events.map((event) => reader?.kind(event))).toEqual([
      undefined,
      'text',
      'tool_call',
      'tool_call',
      undefined,
      'usage',
    ]);
    expect(reader?.facts(true)).toMatchObject({
      finishReasons: ['tool_calls'],
      usage: { input: 8 },
      toolCalls: ['t1'],
    });
    expect(recordable(reader?.output?.(true) ?? [])).toEqual([
      { role: 'assistant', parts: PARTS, finish_reason: 'tool_call' },
    ]);
  });

  test('blocks beyond 128 are not kept', () => {
    const reader = read('ConverseStream', {}).stream?.(true, 1000);
    for (let i = 0; i < 200; i++) reader?.read({ contentBlockDelta: { contentBlockIndex: i, delta: { text: 'a' } } });
    expect(reader?.output?.(false)[0]?.parts).toHaveLength(128);
  });

  test.each([null, [], {}, { usage: 3, output: [] }])('%o has no counts', (body) => {
    expect(read('Converse', {}).response(body).usage).toBeUndefined();
  });
});

describe('answers of InvokeModel', () => {
  const CASES: readonly (readonly [family: string, body: object, reasons: string[], usage: object | undefined])[] = [
    [
      'anthropic',
      {
        type: 'message',
        stop_reason: 'end_turn',
        usage: { input_tokens: 5, output_tokens: 3, cache_read_input_tokens: 2 },
      },
      ['stop'],
      { input: 7, output: 3, cacheRead: 2 },
    ],
    ['old Claude', { completion: 'Hi', stop_reason: 'stop_sequence' }, ['stop'], undefined],
    [
      'nova',
      {
        output: { message: { content: [{ text: 'Hi' }] } },
        stopReason: 'max_tokens',
        usage: { inputTokens: 5, outputTokens: 3, cacheReadInputTokenCount: 2 },
      },
      ['length'],
      { input: 7, output: 3, cacheRead: 2 },
    ],
    [
      'titan',
      {
        inputTextTokenCount: 5,
        results: [
          { tokenCount: 2, completionReason: 'FINISH' },
          { tokenCount: 1, completionReason: 'LENGTH' },
        ],
      },
      ['stop', 'length'],
      { input: 5, output: 3 },
    ],
    [
      'llama',
      { generation: 'Hi', prompt_token_count: 5, generation_token_count: 3, stop_reason: 'stop' },
      ['stop'],
      { input: 5, output: 3 },
    ],
    ['mistral', { outputs: [{ text: 'Hi', stop_reason: 'length' }] }, ['length'], undefined],
    ['cohere', { generations: [{ text: 'Hi', finish_reason: 'COMPLETE' }] }, ['stop'], undefined],
    ['command-r', { text: 'Hi', finish_reason: 'STOP_SEQUENCE' }, ['stop'], undefined],
    ['ai21', { completions: [{ data: { text: 'Hi' }, finishReason: { reason: 'endoftext' } }] }, ['stop'], undefined],
    [
      'openai',
      {
        choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 5, completion_tokens: 3 },
      },
      ['stop'],
      { input: 5, output: 3 },
    ],
  ];

  test.each(CASES)('%s', (_, body, finishReasons, usage) => {
    const facts = invoke('{"prompt":"a"}').response(json(body));
    expect(facts.finishReasons).toEqual(finishReasons);
    if (usage === undefined) expect(facts.usage).toBeUndefined();
    else expect(facts.usage).toMatchObject(usage);
  });

  test('an error as the answer', () => {
    expect(invoke('{"prompt":"a"}').response(json({ error: { type: 'overloaded_error' } })).failure).toEqual({
      type: 'overloaded_error',
      message: undefined,
    });
  });

  test.each([
    ['no JSON', { body: new TextEncoder().encode('<html>') }],
    ['nothing', {}],
  ])('%s has no facts', (_, answer) => {
    expect(invoke('{"prompt":"a"}').response(answer)).toEqual({});
    expect(invoke('{"prompt":"a"}').output?.(answer)).toEqual([]);
  });

  test('llama, streamed: the prompt is counted by the first chunk only', () => {
    const events = [
      { generation: 'H', prompt_token_count: 5, generation_token_count: 1, stop_reason: null },
      { generation: 'i', prompt_token_count: null, generation_token_count: 3, stop_reason: 'stop', ...METRICS },
    ];
    expect(streamed(events)).toMatchObject({
      facts: { finishReasons: ['stop'], usage: { input: 5, output: 3, cacheRead: 2 } },
      output: [{ role: 'assistant', parts: [{ type: 'text', content: 'Hi' }], finish_reason: 'stop' }],
    });
  });

  test('mistral, streamed: the counts of Bedrock', () => {
    const events = [
      { outputs: [{ text: 'Hi', stop_reason: null }] },
      { outputs: [{ text: '', stop_reason: 'stop' }], ...METRICS },
    ];
    expect(streamed(events).facts).toMatchObject({ finishReasons: ['stop'], usage: { input: 7, output: 3 } });
  });

  test('nothing streamed', () => {
    expect(streamed([]).facts).toMatchObject({ finishReasons: ['error'] });
  });
});

test.each([
  [
    { name: 'ThrottlingException', $fault: 'client', $metadata: { httpStatusCode: 429 } },
    { type: 'ThrottlingException' },
  ],
  [{ name: 'UnknownError', $fault: 'client', $metadata: { httpStatusCode: 403 } }, { type: '403' }],
  [{ name: 'SyntaxError', $metadata: { httpStatusCode: 200 } }, undefined],
  [{ name: 'TimeoutError', code: 'ETIMEDOUT' }, undefined],
  ['text', undefined],
])('failure %#', (error, failure) => {
  expect(read('Converse', {}).failure?.(error)).toEqual(failure);
});

describe('prompts', () => {
  test.each([
    [{ prompt: 'Hi' }, { messages: [{ role: 'user', parts: [{ type: 'text', content: 'Hi' }] }] }],
    [
      { message: 'Hi', chat_history: [{ role: 'CHATBOT', message: 'Yes?' }], preamble: 'Be brief' },
      {
        system: [{ type: 'text', content: 'Be brief' }],
        messages: [{ role: 'assistant' }, { role: 'user' }],
      },
    ],
    [
      { anthropic_version: 'x', system: 'Be brief', messages: [{ role: 'user', content: 'Hi' }] },
      {
        system: [{ content: 'Be brief' }],
        messages: [{ role: 'user', parts: [{ type: 'text', content: 'Hi' }] }],
      },
    ],
    [
      { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
      {
        messages: [{ role: 'user', parts: [{ type: 'text', content: 'Hi' }] }],
      },
    ],
  ])('%o', (body, expected) => {
    expect(recordable(invoke(JSON.stringify(body)).input?.([]) ?? {})).toMatchObject(expected);
  });

  test('of Converse', () => {
    const input = {
      system: [{ text: 'Be brief' }, { cachePoint: { type: 'default' } }],
      messages: [
        {
          role: 'user',
          content: [{ text: 'Look' }, { image: { format: 'png', source: { bytes: new Uint8Array(3) } } }],
        },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 't1', content: [{ json: { c: 20 } }], status: 'error' } }],
        },
      ],
      toolConfig: { tools: [{ toolSpec: { name: 'weather', inputSchema: { json: { type: 'object' } } } }] },
    };
    expect(recordable(read('Converse', input).input?.([]) ?? {})).toMatchObject({
      system: [{ type: 'text', content: 'Be brief' }],
      messages: [
        { role: 'user', parts: [{ content: 'Look' }, { type: 'blob', modality: 'image', mime_type: 'image/png' }] },
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 't1', response: { c: 20 }, is_error: true }] },
      ],
      tools: [{ type: 'function', name: 'weather' }],
    });
  });
});
