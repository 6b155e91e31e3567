import { describe, expect, test } from 'vitest';
import { openaiAttributes } from '../../../src/providers/formats/openai-chat/openai-attributes.ts';
import { completionFacts, plainFacts } from '../../../src/providers/formats/openai-chat/response.ts';
import { openaiUsageFacts } from '../../../src/providers/formats/openai-chat/usage.ts';
import { compactionFacts, fetchedFacts, pageFacts, responseFacts } from '../../../src/providers/openai/response.ts';

/** Nothing an answer could be, but servers are. */
const ODD: readonly unknown[] = [undefined, null, 0, 'text', true, [], [null], {}, new Map(), () => {}];

const READERS = {
  completionFacts,
  responseFacts,
  fetchedFacts,
  compactionFacts,
  plainFacts,
  pageFacts,
};

describe.each(Object.entries(READERS))('%s', (_, read) => {
  test.each(ODD)('of %o throws nothing', (value) => {
    expect(() => read(value)).not.toThrow();
  });

  test.each(['id', 'model', 'choices', 'usage', 'output', 'status', 'error', 'service_tier', 'incomplete_details'])(
    'an odd %s throws nothing',
    (field) => {
      for (const value of ODD) expect(() => read({ [field]: value })).not.toThrow();
    },
  );
});

const USAGE: readonly (readonly [about: string, usage: unknown, expected: object | undefined])[] = [
  [
    'chat completions',
    {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2, audio_tokens: 1, text_tokens: 9 },
      completion_tokens_details: { reasoning_tokens: 3, audio_tokens: 0 },
    },
    {
      input: 10,
      output: 5,
      cacheRead: 4,
      cacheWrite: 2,
      reasoning: 3,
      inputBy: { audio: 1, text: 9 },
      outputBy: { audio: 0 },
    },
  ],
  [
    'responses',
    {
      input_tokens: 10,
      output_tokens: 5,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens_details: { reasoning_tokens: 3 },
    },
    { input: 10, output: 5, cacheRead: 4, reasoning: 3 },
  ],
  [
    'images',
    { input_tokens: 10, output_tokens: 5, input_tokens_details: { image_tokens: 8, text_tokens: 2 } },
    { inputBy: { image: 8, text: 2 } },
  ],
  [
    'transcription',
    { input_tokens: 14, output_tokens: 2, input_token_details: { audio_tokens: 14 } },
    { inputBy: { audio: 14 } },
  ],
  ['embeddings', { prompt_tokens: 8, total_tokens: 8 }, { input: 8, output: undefined }],
  ['zeros are counts', { prompt_tokens: 0, completion_tokens: 0 }, { input: 0, output: 0 }],
  [
    'DeepSeek',
    { prompt_tokens: 10, prompt_cache_hit_tokens: 6, prompt_cache_miss_tokens: 4 },
    { input: 10, cacheRead: 6 },
  ],
  [
    'counts beside the details',
    { prompt_tokens: 10, cached_tokens: 6, reasoning_tokens: 2 },
    { cacheRead: 6, reasoning: 2 },
  ],
  ['Perplexity and others', { prompt_tokens: 10, num_cached_tokens: 3 }, { cacheRead: 3 }],
  ['the details go first', { prompt_tokens_details: { cached_tokens: 1 }, cached_tokens: 6 }, { cacheRead: 1 }],
  ['numbers as text stay out', { prompt_tokens: '10', completion_tokens: 1.5 }, undefined],
  ['null details', { prompt_tokens: 1, prompt_tokens_details: null }, { input: 1, cacheRead: undefined }],
  ['details that are a list', { prompt_tokens: 1, prompt_tokens_details: [] }, { input: 1, cacheRead: undefined }],
  ['infinite', { prompt_tokens: Number.POSITIVE_INFINITY }, undefined],
  ['nothing', {}, undefined],
  ['null', null, undefined],
  ['a list', [], undefined],
  ['text', '10', undefined],
];

test.each(USAGE)('usage: %s', (_, usage, expected) => {
  if (expected === undefined) expect(openaiUsageFacts(usage)).toBeUndefined();
  else expect(openaiUsageFacts(usage)).toMatchObject(expected);
});

const REASONS: readonly (readonly [choices: unknown, reasons: readonly string[] | undefined])[] = [
  [[{ finish_reason: 'stop' }], ['stop']],
  [
    [{ finish_reason: 'length' }, { finish_reason: 'tool_calls' }],
    ['length', 'tool_calls'],
  ],
  [[{ finish_reason: 'function_call' }], ['tool_calls']],
  [[{ finish_reason: 'content_filter' }], ['content_filter']],
  [[{ finish_reason: 'end_turn' }], ['stop']],
  [[{ finish_reason: 'EOS_Token' }], ['eos_token']],
  [[{ finish_reason: null }], ['error']],
  [[{}], ['error']],
  [[null], ['error']],
  [[], []],
  [null, undefined],
  [undefined, undefined],
  ['stop', undefined],
];

test.each(REASONS)('choices %o: %o', (choices, reasons) => {
  expect(completionFacts({ choices }).finishReasons).toEqual(reasons);
});

test('a completion: id, model, tier and fingerprint; Groq keeps its usage elsewhere', () => {
  const body = {
    id: 'c1',
    model: 'm',
    service_tier: 'flex',
    system_fingerprint: 'fp',
    x_groq: { usage: { prompt_tokens: 2 } },
  };
  expect(completionFacts(body, openaiAttributes)).toMatchObject({
    id: 'c1',
    model: 'm',
    usage: { input: 2 },
    attributes: { 'openai.response.service_tier': 'flex', 'openai.response.system_fingerprint': 'fp' },
  });
  expect(openaiAttributes(null, '')).toEqual({});
});

const STATUSES: readonly (readonly [body: object, reasons: readonly string[] | undefined, failure?: object])[] = [
  [{ status: 'completed' }, ['stop']],
  [{ status: 'completed', output: [{ type: 'message' }] }, ['stop']],
  [{ status: 'completed', output: [{ type: 'reasoning' }, { type: 'function_call' }] }, ['tool_calls']],
  [{ status: 'completed', output: [{ type: 'custom_tool_call' }] }, ['tool_calls']],
  [{ status: 'completed', output: [{ type: 'web_search_call' }] }, ['stop']],
  [{ status: 'completed', output: [null, 'x'] }, ['stop']],
  [{ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }, ['length']],
  [{ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }, ['content_filter']],
  [{ status: 'incomplete', incomplete_details: null }, ['error']],
  [{ status: 'queued' }, undefined],
  [{ status: 'in_progress' }, undefined],
  [{ status: 'cancelled' }, ['error']],
  [
    { status: 'failed', error: { code: 'server_error', message: 'm' } },
    ['error'],
    { type: 'server_error', message: 'm' },
  ],
  [{ status: 'failed', error: { code: null, type: 'rate_limit' } }, ['error'], { type: 'rate_limit' }],
  [{ status: 'failed', error: null }, ['error'], { type: '_OTHER' }],
];

test.each(STATUSES)('a response %o: %o', (body, reasons, failure) => {
  const facts = responseFacts(body);
  expect(facts.finishReasons).toEqual(reasons);
  if (failure === undefined) expect(facts.failure).toBeUndefined();
  else expect(facts.failure).toMatchObject(failure);
});

test('a fetched response: its status, but neither its tokens nor its failure', () => {
  const facts = fetchedFacts({ id: 'r', status: 'failed', usage: { input_tokens: 5 }, error: { code: 'x' } });
  expect(facts).toMatchObject({ id: 'r', attributes: { 'gen_ai.response.status': 'failed' } });
  expect([facts.usage, facts.failure]).toEqual([undefined, undefined]);
  expect(fetchedFacts({}).attributes).toEqual({});
});

test('a compaction', () => {
  expect(compactionFacts({ id: 'c', usage: { input_tokens: 5 } })).toMatchObject({
    id: 'c',
    finishReasons: ['compaction'],
    usage: { input: 5 },
    attributes: { 'gen_ai.conversation.compacted': true },
  });
});
