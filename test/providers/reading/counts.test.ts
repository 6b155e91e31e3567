/** What is a count, for every provider: an integer, not negative. Empty objects, nulls and made-up zeros were not sent. */
import { describe, expect, test } from 'vitest';
import { MessageReader } from '../../../src/providers/formats/anthropic-messages/stream.ts';
import { anthropicUsageFacts } from '../../../src/providers/formats/anthropic-messages/usage.ts';
import { geminiUsageFacts } from '../../../src/providers/formats/gemini/response.ts';
import { GenerateReader } from '../../../src/providers/formats/gemini/stream.ts';
import { CompletionReader } from '../../../src/providers/formats/openai-chat/stream.ts';
import { openaiUsageFacts } from '../../../src/providers/formats/openai-chat/usage.ts';
import { interactionUsage } from '../../../src/providers/google-genai/interactions/response.ts';
import { usageOf } from '../../../src/providers/langchain/response.ts';
import { usageFactsOf } from '../../../src/providers/vercel-ai/usage.ts';

const READERS = [
  ['openai', openaiUsageFacts, 'prompt_tokens', 'completion_tokens'],
  ['responses', openaiUsageFacts, 'input_tokens', 'output_tokens'],
  ['anthropic', anthropicUsageFacts, 'input_tokens', 'output_tokens'],
  ['gemini', geminiUsageFacts, 'promptTokenCount', 'candidatesTokenCount'],
  ['interactions', interactionUsage, 'total_input_tokens', 'total_output_tokens'],
  ['langchain', usageOf, 'input_tokens', 'output_tokens'],
] as const;

describe.each(READERS)('%s', (_, read, input, output) => {
  test.each([null, undefined, -1, '5', 1.5, Number.NaN, {}, []])('%o is no count', (value) => {
    expect(read({ [input]: value, [output]: value })).toBeUndefined();
    expect(read({ [input]: 3, [output]: value })).toMatchObject({ input: 3, output: undefined });
  });

  test('an empty object was not sent, and 0 was', () => {
    expect(read({})).toBeUndefined();
    expect(read({ [input]: 0, [output]: 0 })).toMatchObject({ input: 0, output: 0 });
  });
});

describe('vercel-ai', () => {
  const zeros = {
    inputTokens: { total: 0, noCache: 0, cacheRead: 0 },
    outputTokens: { total: 0, text: 0, reasoning: 0 },
  };

  test.each([{}, { prompt_tokens: null, completion_tokens: null }, { input_tokens: null, details: {} }])(
    'zeros made of %o were not sent',
    (raw) => {
      expect(usageFactsOf({ ...zeros, raw }, undefined, undefined).usage).toBeUndefined();
    },
  );

  test('zeros of the provider were sent', () => {
    const raw = { prompt_tokens: 0, completion_tokens: 0 };
    expect(usageFactsOf({ ...zeros, raw }, undefined, undefined).usage).toMatchObject({ input: 0, output: 0 });
  });

  test('a count that the provider left out stays out', () => {
    const usage = { inputTokens: { total: 5 }, outputTokens: { total: 0 }, raw: { input_tokens: 5 } };
    const read = usageFactsOf(usage, undefined, undefined).usage;
    expect(read?.input).toBe(5);
    expect(read?.output).toBeUndefined();
  });
});

describe('a later chunk without counts leaves the counts before', () => {
  test('chat completions', () => {
    const reader = new CompletionReader();
    for (const usage of [{ prompt_tokens: 5, completion_tokens: 2 }, {}, { prompt_tokens: null }])
      reader.read({ usage });
    expect(reader.facts(true).usage).toMatchObject({ input: 5, output: 2 });
  });

  test('messages', () => {
    const reader = new MessageReader();
    reader.read({ type: 'message_start', message: { usage: { input_tokens: 5 } } });
    for (const output_tokens of [2, -1, null]) reader.read({ type: 'message_delta', usage: { output_tokens } });
    expect(reader.facts(true).usage).toMatchObject({ input: 5, output: 2 });
  });

  test('Gemini', () => {
    const reader = new GenerateReader();
    for (const promptTokenCount of [5, -1, null]) reader.read({ usageMetadata: { promptTokenCount } });
    expect(reader.facts(true).usage).toMatchObject({ input: 5 });
    const empty = new GenerateReader();
    empty.read({ usageMetadata: {} });
    expect(empty.facts(true).usage).toBeUndefined();
  });
});
