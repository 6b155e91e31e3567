import { describe, expect, test } from 'vitest';
import type { CallReader, RequestFacts } from '../../../src/facts/call.ts';
import { METHODS } from '../../../src/providers/openai/methods.ts';

/** Reads `args` as the method of this name would. */
function read(method: string, ...args: unknown[]): RequestFacts {
  const [, , reader] = METHODS.find(([path, name]) => `${path}.${name}` === method) ?? [];
  return (reader as CallReader).request({ _client: { baseURL: 'https://api.openai.com/v1' } }, args, {});
}

const CHAT = 'Chat.Completions.create';
const RESPONSES = 'Responses.create';
const API = { 'openai.api.type': 'chat_completions' };
const RESPONSES_API = { 'openai.api.type': 'responses' };

type Row = readonly [method: string, params: Readonly<Record<string, unknown>>, attributes: object];

const ROWS: readonly Row[] = [
  [CHAT, { model: 'gpt-4o' }, API],
  [CHAT, { temperature: 0, top_p: 0.5 }, { ...API, 'gen_ai.request.temperature': 0, 'gen_ai.request.top_p': 0.5 }],
  [CHAT, { temperature: '0.5', top_p: null, seed: Number.NaN, n: 1.5 }, API],
  [CHAT, { max_tokens: 5 }, { ...API, 'gen_ai.request.max_tokens': 5 }],
  [CHAT, { max_tokens: 5, max_completion_tokens: 6 }, { ...API, 'gen_ai.request.max_tokens': 6 }],
  [CHAT, { max_completion_tokens: null, max_tokens: 5 }, { ...API, 'gen_ai.request.max_tokens': 5 }],
  [CHAT, { stop: 'END' }, { ...API, 'gen_ai.request.stop_sequences': ['END'] }],
  [CHAT, { stop: ['a', 'b'] }, { ...API, 'gen_ai.request.stop_sequences': ['a', 'b'] }],
  [CHAT, { stop: [] }, API],
  [CHAT, { stop: ['a', 1] }, API],
  [CHAT, { stop: null }, API],
  [
    CHAT,
    { frequency_penalty: -1, presence_penalty: 2, seed: 7 },
    {
      ...API,
      'gen_ai.request.frequency_penalty': -1,
      'gen_ai.request.presence_penalty': 2,
      'gen_ai.request.seed': 7,
    },
  ],
  [CHAT, { n: 1 }, API],
  [CHAT, { n: 3 }, { ...API, 'gen_ai.request.choice.count': 3 }],
  [CHAT, { top_k: 40, top_logprobs: 5 }, { ...API, 'gen_ai.request.top_k': 40 }],
  [CHAT, { stream: true }, { ...API, 'gen_ai.request.stream': true }],
  [CHAT, { stream: false }, API],
  [CHAT, { stream: 'true' }, API],
  [CHAT, { service_tier: 'auto' }, API],
  [CHAT, { service_tier: 'flex' }, { ...API, 'openai.request.service_tier': 'flex' }],
  [CHAT, { service_tier: null }, API],
  [CHAT, { reasoning_effort: 'low' }, { ...API, 'gen_ai.request.reasoning.level': 'low' }],
  [CHAT, { reasoning: { effort: 'high' } }, { ...API, 'gen_ai.request.reasoning.level': 'high' }],
  [CHAT, { response_format: { type: 'json_object' } }, { ...API, 'gen_ai.output.type': 'json' }],
  [CHAT, { response_format: { type: 'json_schema' } }, { ...API, 'gen_ai.output.type': 'json' }],
  [CHAT, { response_format: { type: 'text' } }, { ...API, 'gen_ai.output.type': 'text' }],
  [CHAT, { response_format: null }, API],
  [CHAT, { response_format: 'json' }, API],
  [CHAT, { modalities: ['text', 'audio'] }, { ...API, 'gen_ai.output.type': 'speech' }],
  [CHAT, { modalities: ['text'] }, API],
  [RESPONSES, { max_output_tokens: 9 }, { ...RESPONSES_API, 'gen_ai.request.max_tokens': 9 }],
  [RESPONSES, { reasoning: { effort: 'low' } }, { ...RESPONSES_API, 'gen_ai.request.reasoning.level': 'low' }],
  [RESPONSES, { reasoning: null, text: null, conversation: null }, RESPONSES_API],
  [
    RESPONSES,
    { previous_response_id: 'resp_1', conversation: 'conv_1' },
    { ...RESPONSES_API, 'gen_ai.request.previous_response.id': 'resp_1', 'gen_ai.conversation.id': 'conv_1' },
  ],
  [RESPONSES, { conversation: { id: 'conv_2' } }, { ...RESPONSES_API, 'gen_ai.conversation.id': 'conv_2' }],
  [RESPONSES, { text: { format: { type: 'json_schema' } } }, { ...RESPONSES_API, 'gen_ai.output.type': 'json' }],
  [
    'Completions.create',
    { max_tokens: 4, stop: '.' },
    { 'gen_ai.request.max_tokens': 4, 'gen_ai.request.stop_sequences': ['.'] },
  ],
  [
    'Embeddings.create',
    { dimensions: 256, encoding_format: 'base64' },
    { 'gen_ai.embeddings.dimension.count': 256, 'gen_ai.request.encoding_formats': ['base64'] },
  ],
  ['Embeddings.create', { dimensions: '256', encoding_format: null }, {}],
  [
    'Images.generate',
    { n: 2, stream: true },
    { 'gen_ai.output.type': 'image', 'gen_ai.request.choice.count': 2, 'gen_ai.request.stream': true },
  ],
  ['Images.edit', {}, { 'gen_ai.output.type': 'image' }],
  ['Audio.Speech.create', { voice: 'alloy' }, { 'gen_ai.output.type': 'speech' }],
  [
    'Audio.Transcriptions.create',
    { temperature: 0.1, stream: true },
    { 'gen_ai.request.temperature': 0.1, 'gen_ai.request.stream': true },
  ],
  ['Audio.Translations.create', {}, {}],
  ['Moderations.create', { input: 'x' }, {}],
];

test.each(ROWS)('%s %o', (method, params, attributes) => {
  expect(read(method, params).attributes).toEqual(attributes);
});

describe('what is not in the body', () => {
  const facts = { provider: 'openai', address: 'api.openai.com', port: 443 };
  test.each([
    [CHAT, [{ model: 'gpt-4o', stream: true }], { ...facts, operation: 'chat', model: 'gpt-4o', stream: true }],
    [CHAT, [{ model: 7 }], { ...facts, operation: 'chat', model: undefined, stream: false }],
    [CHAT, [{ model: '' }], { model: undefined }],
    [CHAT, [], { operation: 'chat', model: undefined }],
    [CHAT, [null, null], { operation: 'chat', model: undefined }],
    [CHAT, ['text', 5], { operation: 'chat', model: undefined }],
    [CHAT, [{ model: 'a' }, { body: { model: 'b' } }], { model: 'b' }],
    [RESPONSES, [{ model: 'gpt-5' }], { operation: 'chat', model: 'gpt-5' }],
    ['Responses.compact', [{ model: 'gpt-5' }], { operation: 'chat', measuredAsOther: true }],
    ['Completions.create', [{ model: 'davinci' }], { operation: 'text_completion', model: 'davinci' }],
    ['Audio.Transcriptions.create', [{ model: 'whisper-1' }], { operation: 'transcription' }],
    ['Audio.Translations.create', [{ model: 'whisper-1' }], { operation: 'translation' }],
    ['Moderations.create', [{}], { operation: 'moderation' }],
  ] as const)('%s %o', (method, args, expected) => {
    expect(read(method, ...args)).toMatchObject(expected);
  });

  test('a fetched response: no model, the query is the second argument', () => {
    const facts = read('Responses.retrieve', 'resp_1', { stream: true, starting_after: 5 });
    expect(facts).toMatchObject({ operation: 'fetch_response', stream: true });
    expect(facts.model).toBeUndefined();
    expect(facts.attributes).toEqual({
      ...RESPONSES_API,
      'gen_ai.request.stream': true,
      'gen_ai.request.stream_cursor': '5',
    });
    expect(read('Responses.retrieve', 'resp_1').attributes).toEqual(RESPONSES_API);
  });

  test('a search names its store', () => {
    const facts = read('VectorStores.search', 'vs_1', { query: 'my secret', max_num_results: 3 });
    expect(facts).toMatchObject({ operation: 'retrieval', target: 'vs_1' });
    expect(facts.attributes).toEqual({ 'gen_ai.data_source.id': 'vs_1', 'gen_ai.retrieval.top_k': 3 });
    expect(read('VectorStores.search', null, null)).toMatchObject({ target: undefined, attributes: {} });
  });

  test('the client of early versions, and no client at all', () => {
    const [, , reader] = METHODS[0] as (typeof METHODS)[number];
    const early = { client: { baseURL: 'https://api.groq.com/openai/v1' } };
    expect(reader.request(early, [{}], {})).toMatchObject({ provider: 'groq', address: 'api.groq.com' });
    expect(reader.request(undefined, [{}], {})).toMatchObject({ provider: 'openai' });
  });
});
