import { expect, test } from 'vitest';
import { MessageReader } from '../../src/providers/formats/anthropic-messages/stream.ts';
import { openaiContentParts } from '../../src/providers/formats/openai-chat/content-parts.ts';
import { interactionInput } from '../../src/providers/google-genai/interactions/content.ts';
import { messageOf } from '../../src/providers/langchain/content.ts';
import { chatReader } from '../../src/providers/langchain/methods.ts';
import { itemMessage } from '../../src/providers/openai/content-items.ts';
import { ResponsesContentAccumulator } from '../../src/providers/openai/content-stream.ts';
import { entryOf } from '../../src/providers/reading/unknown-values.ts';
import { reasonOf } from '../../src/providers/vercel-ai/response.ts';

/** Words that every object has a member for: a table that is asked for them must have none. */
const WORDS = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];

test.each(WORDS)('%s is a word like any other', (word) => {
  expect(entryOf({ known: 1 }, word)).toBeUndefined();
  expect(new MessageReader().kind({ type: 'content_block_start', content_block: { type: word } })).toBeUndefined();
  expect(new MessageReader().kind({ type: 'content_block_delta', delta: { type: word } })).toBeUndefined();
  expect(interactionInput({ input: [{ role: word, content: 'hi' }] }).messages?.[0]?.role).toBe(word);
  expect(messageOf({ role: word, content: 'hi' }).role).toBe(word);
  expect(chatReader(false).request({ getLsParams: () => ({ ls_provider: word }) }, [], {}).provider).toBe(
    word.toLowerCase(),
  );
  expect(itemMessage({ type: word, a: 1 })).toEqual({ role: 'assistant', parts: [{ type: word, a: 1 }] });
  expect(openaiContentParts([{ type: word, a: 1 }])).toEqual([{ type: word, a: 1 }]);
  expect(reasonOf(word)).toBe(word.toLowerCase());
  const stream = new ResponsesContentAccumulator(1000);
  stream.add({ type: word, item_id: 'i', delta: 'hi' });
  expect(stream.messages(true)).toEqual([]);
});
