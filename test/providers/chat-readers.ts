/** The readers of a chat in the shape of OpenAI's, as several SDKs have it. */
import { describe, expect, test } from 'vitest';
import type { CallReader } from '../../src/facts/call.ts';
import { recordable } from './recordable.ts';

const client = { baseURL: 'https://api.example.com/v1' };
const PARAMS = { model: 'model-1', messages: [{ role: 'user', content: 'Hello' }] };
const USAGE = {
  prompt_tokens: 9,
  completion_tokens: 4,
  total_tokens: 13,
  prompt_tokens_details: { cached_tokens: 2 },
};
const HEAD = { id: 'c1', model: 'model-1-0612', service_tier: 'default', system_fingerprint: 'fp' };

/**
 * Declares the tests of the readers of an SDK.
 * @param methods the table of methods; the chat stands at `Chat.Completions`
 * @param provider `gen_ai.provider.name`
 */
export function describeChatReaders(
  methods: readonly (readonly [path: string, name: string, reader: CallReader])[],
  provider: string,
): void {
  const chat = methods.find(([path]) => path === 'Chat.Completions')?.[2];
  if (chat === undefined) throw new Error('no reader');

  describe('request', () => {
    test('provider, address and model', () => {
      expect(chat.request({ _client: client }, [PARAMS], {})).toMatchObject({
        operation: 'chat',
        provider,
        address: 'api.example.com',
        port: 443,
        model: 'model-1',
        stream: false,
      });
    });

    test.each([
      [{ temperature: 0.5 }, { 'gen_ai.request.temperature': 0.5 }],
      [{ max_completion_tokens: 7 }, { 'gen_ai.request.max_tokens': 7 }],
      [{ stream: true }, { 'gen_ai.request.stream': true }],
      [{ stop: 'END' }, { 'gen_ai.request.stop_sequences': ['END'] }],
      [{ temperature: null, stop: 3 }, {}],
    ])('%o', (params, attributes) => {
      expect(chat.request({ _client: client }, [{ ...PARAMS, ...params }], {}).attributes).toEqual(attributes);
    });
  });

  describe('answer', () => {
    const facts = {
      id: 'c1',
      model: 'model-1-0612',
      finishReasons: ['stop'],
      usage: { input: 9, output: 4, cacheRead: 2 },
    };

    test('unary', () => {
      const choices = [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }];
      const body = { ...HEAD, choices, usage: USAGE };
      expect(chat.response(body)).toMatchObject(facts);
      expect(chat.response(body).attributes).toBeUndefined();
      expect(recordable(chat.output?.(body) ?? [])).toEqual([
        { role: 'assistant', parts: [{ type: 'text', content: 'Hi' }], finish_reason: 'stop' },
      ]);
    });

    test('streamed', () => {
      const reader = chat.stream?.(true, 1000);
      const delta = (content: string, finish_reason: string | null = null) => ({
        ...HEAD,
        choices: [{ index: 0, delta: { content }, finish_reason }],
      });
      for (const chunk of [delta('H'), delta('i'), delta('', 'stop'), { ...HEAD, choices: [], usage: USAGE }])
        reader?.read(chunk);
      expect(reader?.facts(true)).toMatchObject(facts);
      expect(recordable(reader?.output?.(true) ?? [])).toEqual([
        { role: 'assistant', parts: [{ type: 'text', content: 'Hi' }], finish_reason: 'stop' },
      ]);
    });

    test.each([null, [], {}, { choices: null, usage: 'none' }])('%o has no facts and throws nothing', (body) => {
      expect(chat.response(body).usage).toBeUndefined();
    });
  });

  test('prompt', () => {
    expect(recordable(chat.input?.([PARAMS]) ?? {})).toMatchObject({
      messages: [{ role: 'user', parts: [{ type: 'text', content: 'Hello' }] }],
    });
  });
}
