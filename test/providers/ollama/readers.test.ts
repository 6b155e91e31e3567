import { describe, expect, test } from 'vitest';
import { METHODS } from '../../../src/providers/ollama/methods.ts';
import { recordable } from '../recordable.ts';

const readerOf = (name: string) => {
  const reader = METHODS.find(([method]) => method === name)?.[1];
  if (reader === undefined) throw new Error('no reader');
  return reader;
};
const chat = readerOf('chat');
const generate = readerOf('generate');

const client = { config: { host: 'http://127.0.0.1:11434' } };
const MESSAGES = [{ role: 'user', content: 'Hello' }];
const END = { model: 'llama3.2', done: true, done_reason: 'stop', prompt_eval_count: 9, eval_count: 4 };
const CALL = { function: { name: 'weather', arguments: { city: 'Rome' } } };
const TOOL_CALL = { type: 'tool_call', name: 'weather', arguments: { city: 'Rome' } };

describe('request', () => {
  test.each([
    [client, { address: '127.0.0.1', port: 11434 }],
    [{ config: { host: 'https://ollama.com:443' } }, { address: 'ollama.com', port: 443 }],
    // A server of Ollama answers, whatever the host is called.
    [{ config: { host: 'https://api.groq.com:443' } }, { address: 'api.groq.com', port: 443 }],
    [{ config: { host: '' } }, {}],
    [undefined, {}],
  ])('endpoint of %o', (self, expected) => {
    expect(chat.request(self, [{ model: 'llama3.2' }], {})).toMatchObject({ provider: 'ollama', ...expected });
  });

  test.each([
    [{ options: { temperature: 0, top_p: 0.5, top_k: 40 } }, { temperature: 0, top_p: 0.5, top_k: 40 }],
    [{ options: { num_predict: 7, seed: 1, stop: 'END' } }, { max_tokens: 7, seed: 1, stop_sequences: ['END'] }],
    [{ options: { frequency_penalty: 0.5, presence_penalty: 1 } }, { frequency_penalty: 0.5, presence_penalty: 1 }],
    [
      { think: 'high', stream: true },
      { 'reasoning.level': 'high', stream: true },
    ],
    [{ think: true, format: '', options: null }, {}],
    [{ temperature: 1, options: { temperature: null, stop: 3 } }, {}],
  ])('%o', (params, attributes) => {
    const expected = Object.fromEntries(Object.entries(attributes).map(([k, v]) => [`gen_ai.request.${k}`, v]));
    expect(chat.request(client, [{ messages: MESSAGES, ...params }], {}).attributes).toEqual(expected);
  });

  test.each([['json'], [{ type: 'object' }]])('format %o is JSON', (format) => {
    expect(generate.request(client, [{ format }], {}).attributes).toEqual({ 'gen_ai.output.type': 'json' });
  });
});

describe('answer', () => {
  test.each([
    [{ ...END, message: { content: 'Hi' } }, ['stop']],
    [{ ...END, message: { content: '', tool_calls: [CALL] } }, ['tool_calls']],
    [{ ...END, message: { tool_calls: [CALL] }, done_reason: 'length' }, ['length']],
    [{ ...END, done_reason: undefined }, ['stop']],
    [{ ...END, done_reason: 'load' }, ['load']],
    [{ model: 'm' }, ['error']],
  ])('reason of %o', (body, finishReasons) => {
    expect(chat.response(body).finishReasons).toEqual(finishReasons);
  });

  test('counts and model', () => {
    expect(chat.response(END)).toMatchObject({ model: 'llama3.2', usage: { input: 9, output: 4 } });
    expect(chat.response(END).id).toBeUndefined();
    expect(readerOf('embed').response({ model: 'm', embeddings: [[1]], prompt_eval_count: 0 })).toEqual({
      model: 'm',
      usage: { input: 0, output: undefined },
    });
  });

  test.each([null, [], {}, { done: 'yes', prompt_eval_count: -1, eval_count: '4' }])('%o has no counts', (body) => {
    expect(chat.response(body).usage).toBeUndefined();
  });

  test.each([
    [{ status_code: 404, message: "model 'x' not found", name: 'ResponseError' }, { type: '404' }],
    [new Error('no'), undefined],
  ])('failure %#', (error, failure) => {
    expect(chat.failure?.(error)).toEqual(failure);
  });
});

describe('stream', () => {
  const CHUNKS = [
    { model: 'llama3.2', message: { role: 'assistant', thinking: 'Hm', content: '' }, done: false },
    { model: 'llama3.2', message: { role: 'assistant', content: 'Hi' }, done: false },
    { model: 'llama3.2', message: { role: 'assistant', content: '', tool_calls: [CALL] }, done: false },
    { ...END, message: { role: 'assistant', content: '' } },
  ];

  test('facts, kinds and content', () => {
    const reader = chat.stream?.(true, 1000);
    for (const chunk of CHUNKS) reader?.read(chunk);
    expect(CHUNKS.map((chunk) => reader?.kind(chunk))).toEqual(['reasoning', 'text', 'tool_call', 'usage']);
    expect(reader?.facts(true)).toMatchObject({
      model: 'llama3.2',
      finishReasons: ['tool_calls'],
      usage: { input: 9, output: 4 },
    });
    expect(recordable(reader?.output?.(true) ?? [])).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'reasoning', content: 'Hm' }, { type: 'text', content: 'Hi' }, TOOL_CALL],
        finish_reason: 'tool_call',
      },
    ]);
  });

  test('left early', () => {
    const reader = generate.stream?.(false, 0);
    reader?.read({ model: 'm', response: 'Hi', done: false });
    expect(reader?.facts(false)).toMatchObject({ model: 'm', finishReasons: ['error'], usage: undefined });
  });

  test('calls beyond 128 are not kept', () => {
    const reader = chat.stream?.(true, 1000);
    reader?.read({ message: { tool_calls: Array(200).fill(CALL) } });
    expect(reader?.output?.(false)[0]?.parts).toHaveLength(128);
  });
});

describe('content', () => {
  test('of a chat', () => {
    const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
    const messages = [
      { role: 'system', content: 'Be brief' },
      { role: 'user', content: 'Look', images: ['AAAA'] },
      { role: 'assistant', content: '', tool_calls: [CALL] },
      { role: 'tool', content: 'Sunny', tool_name: 'weather' },
    ];
    expect(recordable(chat.input?.([{ messages, tools }]) ?? {})).toMatchObject({
      messages: [
        { role: 'system', parts: [{ type: 'text', content: 'Be brief' }] },
        {
          role: 'user',
          parts: [
            { type: 'text', content: 'Look' },
            { type: 'blob', modality: 'image' },
          ],
        },
        { role: 'assistant', parts: [TOOL_CALL] },
        { role: 'tool', parts: [{ type: 'tool_call_response', response: 'Sunny' }] },
      ],
      tools: [{ type: 'function', name: 'weather' }],
    });
  });

  test('of generate', () => {
    expect(recordable(generate.input?.([{ prompt: 'Say', system: 'Be brief' }]) ?? {})).toEqual({
      system: [{ type: 'text', content: 'Be brief' }],
      messages: [{ role: 'user', parts: [{ type: 'text', content: 'Say' }] }],
    });
    expect(recordable(generate.output?.({ ...END, response: 'Hello' }) ?? [])).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Hello' }], finish_reason: 'stop' },
    ]);
  });
});
