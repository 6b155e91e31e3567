import { describe, expect, test } from 'vitest';
import { langchainMessages } from '../../../src/providers/langchain/content.ts';
import { chatReader, retrieverReader } from '../../../src/providers/langchain/methods.ts';

const reader = chatReader(false);
const answer = (message: unknown, generationInfo: unknown = {}) => ({ generations: [{ message, generationInfo }] });

describe('an answer', () => {
  test.each([
    ['nothing', {}, {}],
    ['no message', { generations: [null] }, {}],
    [
      'usage',
      answer({ usage_metadata: { input_tokens: 5, output_tokens: 0, total_tokens: 5 } }),
      { usage: { input: 5, output: 0, total: 5 } },
    ],
    [
      'details of usage',
      answer({
        usage_metadata: {
          input_tokens: 9,
          output_tokens: 8,
          input_token_details: { cache_read: 1, cache_creation: 2, audio: 3 },
          output_token_details: { reasoning: 4, audio: 5 },
        },
      }),
      {
        usage: {
          input: 9,
          output: 8,
          cacheRead: 1,
          cacheWrite: 2,
          reasoning: 4,
          inputBy: { audio: 3 },
          outputBy: { audio: 5 },
        },
      },
    ],
    ['counts that are none', answer({ usage_metadata: { input_tokens: '5', output_tokens: null } }), {}],
    ['a finish reason beside the message', answer({}, { finish_reason: 'length' }), { finishReasons: ['length'] }],
    ['done_reason of Ollama', answer({ response_metadata: { done_reason: 'stop' } }), { finishReasons: ['stop'] }],
    ['stopReason of Bedrock', answer({ response_metadata: { stopReason: 'end_turn' } }), { finishReasons: ['stop'] }],
    [
      'two choices, one without a reason',
      { generations: [{ generationInfo: { finish_reason: 'stop' } }, {}] },
      { finishReasons: ['stop', 'error'] },
    ],
    ["an id of LangChain's", answer({ id: 'run-1' }), {}],
    ["an id of the provider's", answer({ id: 'msg_1' }), { id: 'msg_1' }],
    ['tool calls', answer({ tool_calls: [{ id: 'c1' }, {}] }), { toolCalls: ['c1'] }],
  ])('with %s', (_, body, expected) => {
    const known = JSON.parse(JSON.stringify(reader.response(body))) as Record<string, unknown>;
    const { usage } = known;
    const empty = (value: unknown): boolean => JSON.stringify(value) === '{}';
    if (typeof usage === 'object' && usage !== null)
      known.usage = Object.fromEntries(Object.entries(usage).filter(([, value]) => !empty(value)));
    expect(known).toEqual(expected);
  });
});

describe('a stream', () => {
  const read = (...messages: object[]) => {
    const stream = chatReader(true).stream?.(true, 1000);
    const kinds = messages.map((message) => {
      stream?.read({ message });
      return stream?.kind({ message });
    });
    return { stream, kinds };
  };

  test('adds up the usage of its chunks, and keeps the last reason', () => {
    const { stream, kinds } = read(
      { content: 'a', usage_metadata: { input_tokens: 5, output_tokens: 1, input_token_details: { cache_read: 2 } } },
      { content: '', additional_kwargs: { reasoning_content: 'hm' } },
      { content: '', usage_metadata: { input_tokens: 0, output_tokens: 2, output_token_details: { audio: 1 } } },
      { content: [{ type: 'text', text: 'b' }], response_metadata: { finish_reason: 'stop', model_name: 'm' } },
    );
    expect(kinds).toEqual(['text', 'reasoning', 'usage', 'text']);
    expect(stream?.model).toBe('m');
    expect(stream?.facts(true)).toMatchObject({
      model: 'm',
      finishReasons: ['stop'],
      usage: { input: 5, output: 3, cacheRead: 2, outputBy: { audio: 1 } },
    });
    expect(stream?.output?.(true)).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'hm' },
          { type: 'text', content: 'ab' },
        ],
        finish_reason: 'stop',
      },
    ]);
  });

  test('puts tool calls together', () => {
    const { stream, kinds } = read(
      { content: '', tool_call_chunks: [{ index: 0, id: 'c1', name: 'look', args: '{"q"' }] },
      {
        content: '',
        tool_call_chunks: [
          { index: 0, args: ':1}' },
          { index: 1, id: 'c2', args: '' },
        ],
      },
    );
    expect(kinds).toEqual(['tool_call', 'tool_call']);
    expect(stream?.facts(true)).toMatchObject({ finishReasons: ['tool_calls'], toolCalls: ['c1', 'c2'] });
    expect(stream?.output?.(true)[0]?.parts).toEqual([
      { type: 'tool_call', id: 'c1', name: 'look', arguments: { q: 1 } },
      { type: 'tool_call', id: 'c2', name: 'unknown' },
    ]);
  });

  test('that was cut has no reason of its own', () => {
    expect(read({ content: 'a' }).stream?.facts(false).finishReasons).toEqual(['error']);
    expect(read({ content: 'a' }).stream?.facts(true).finishReasons).toBeUndefined();
    expect(chatReader(true).stream?.(false, 0).output?.(true)).toEqual([]);
  });
});

test.each([
  ['fakelist', 'fakelist'],
  ['amazon_bedrock', 'aws.bedrock'],
  ['Groq', 'groq'],
  [undefined, 'langchain'],
])('ls_provider %s is %s', (given, provider) => {
  const self = { getLsParams: () => ({ ls_provider: given }), model: 'm', temperature: 0, topP: 1 };
  expect(chatReader(true).request(self, [[], {}], {})).toEqual({
    operation: 'chat',
    provider,
    model: 'm',
    stream: true,
    attributes: { 'gen_ai.request.temperature': 0, 'gen_ai.request.top_p': 1, 'gen_ai.request.stream': true },
  });
});

const instance = (type: string, fields: object) => ({ _getType: () => type, ...fields });

test.each([
  ['a text', 'hi', { role: 'user', parts: [{ type: 'text', content: 'hi' }] }],
  ['a pair', ['system', 'be'], { role: 'system', parts: [{ type: 'text', content: 'be' }] }],
  ['an object', { role: 'assistant', content: 'a' }, { role: 'assistant', parts: [{ type: 'text', content: 'a' }] }],
  [
    'a human',
    instance('human', { content: 'h', name: 'Ann' }),
    { role: 'user', parts: [{ type: 'text', content: 'h' }], name: 'Ann' },
  ],
  [
    'a role of its own',
    instance('generic', { role: 'critic', content: 'c' }),
    { role: 'critic', parts: [{ type: 'text', content: 'c' }] },
  ],
  [
    'a call beside its block',
    instance('ai', {
      content: [{ type: 'text', text: 't' }, { type: 'tool_use' }],
      tool_calls: [{ id: 'c', name: 'n', args: { q: 1 } }],
    }),
    {
      role: 'assistant',
      parts: [
        { type: 'text', content: 't' },
        { type: 'tool_call', id: 'c', name: 'n', arguments: { q: 1 } },
      ],
    },
  ],
  [
    'the answer of a tool',
    instance('tool', { content: 'r', tool_call_id: 'c', name: 'n' }),
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c', response: 'r' }], name: 'n' },
  ],
])('%s as a message', (_, message, expected) => {
  expect(langchainMessages([message])).toEqual([expected]);
});

test.each([
  [{}, { operation: 'retrieval', provider: 'langchain', attributes: {} }],
  [
    { k: 4, vectorStore: { _vectorstoreType: () => 'memory' } },
    { operation: 'retrieval', provider: 'memory', attributes: { 'gen_ai.retrieval.top_k': 4 } },
  ],
])('the retriever %j', (self, expected) => {
  expect(retrieverReader.request(self, ['q'], {})).toEqual(expected);
  expect(retrieverReader.response([])).toEqual({});
});
