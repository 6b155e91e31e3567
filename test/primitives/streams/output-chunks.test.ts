import { describe, expect, test } from 'vitest';
import { chunkMeaning } from '../../../src/primitives/streams/output-chunks.ts';

const chat = (delta: object, finish_reason: string | null = null) => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason }],
});
const gemini = (candidate: object) => ({ candidates: [candidate], usageMetadata: { promptTokenCount: 1 } });

const ROWS = {
  output: [
    ['openai chat: text', chat({ content: 'Hi' })],
    ['openai chat: reasoning', chat({ content: null, reasoning_content: 'hm' })],
    ['openai chat: refusal', chat({ refusal: 'No' })],
    ['openai chat: tool call', chat({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '' } }] })],
    ['openai chat: audio', chat({ audio: { data: 'aa' } })],
    ['openai chat: finish reason', chat({}, 'stop')],
    ['openai completions: text', { choices: [{ text: 'Hi', finish_reason: null }] }],
    ['openai responses: text', { type: 'response.output_text.delta', delta: 'Hi' }],
    ['openai responses: arguments', { type: 'response.function_call_arguments.delta', delta: '{' }],
    ['openai responses: end', { type: 'response.completed', response: {} }],
    ['openai responses: incomplete', { type: 'response.incomplete', response: {} }],
    ['anthropic: text', { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } }],
    ['anthropic: thinking', { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'hm' } }],
    ['anthropic: arguments', { type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: '{' } }],
    ['anthropic: stop reason', { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null } }],
    ['gemini: text', gemini({ content: { parts: [{ text: 'Hi' }] } })],
    ['gemini: function call', gemini({ content: { parts: [{ functionCall: { name: 'f' } }] } })],
    ['gemini: finish reason', gemini({ finishReason: 'STOP' })],
    ['gemini: blocked prompt', { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 1 } }],
    ['vercel ai: text', { type: 'text-delta', id: '0', text: 'Hi' }],
    ['vercel ai: text, version 2 of the model', { type: 'text-delta', id: '0', delta: 'Hi' }],
    ['a text', 'Hi'],
    ['bytes', new Uint8Array(1)],
    ['a number', 0],
    ['null', null],
    ['an object of unknown shape', { hello: 'world' }],
    ['an event of unknown type', { type: 'new.event' }],
    [
      'a getter that throws',
      {
        get choices(): never {
          throw new Error('x');
        },
      },
    ],
  ],
  silent: [
    ['openai chat: role', chat({ role: 'assistant', content: '' })],
    ['openai chat: role and null', chat({ role: 'assistant', content: null, refusal: null })],
    ['openai chat: empty delta', chat({})],
    ['openai chat: usage', { choices: [], usage: { total_tokens: 3 } }],
    ['openai responses: created', { type: 'response.created', response: {} }],
    ['openai responses: in progress', { type: 'response.in_progress', response: {} }],
    ['openai responses: item added', { type: 'response.output_item.added', item: { type: 'message' } }],
    ['openai responses: part added', { type: 'response.content_part.added', part: { type: 'output_text', text: '' } }],
    ['openai responses: empty delta', { type: 'response.output_text.delta', delta: '' }],
    ['anthropic: ping', { type: 'ping' }],
    ['anthropic: message start', { type: 'message_start', message: { content: [] } }],
    ['anthropic: block start', { type: 'content_block_start', content_block: { type: 'text', text: '' } }],
    ['anthropic: block stop', { type: 'content_block_stop', index: 0 }],
    ['anthropic: empty text', { type: 'content_block_delta', delta: { type: 'text_delta', text: '' } }],
    [
      'anthropic: empty arguments',
      { type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: '' } },
    ],
    ['gemini: usage', { usageMetadata: { promptTokenCount: 1 } }],
    ['gemini: empty text', gemini({ content: { role: 'model', parts: [{ text: '' }] } })],
    ['vercel ai: start', { type: 'stream-start', warnings: [] }],
    ['vercel ai: empty text', { type: 'text-delta', id: '0', text: '' }],
    ['langchain: first chunk', { content: '', tool_call_chunks: [], response_metadata: {} }],
    ['an empty text', ''],
    ['no bytes', new Uint8Array()],
  ],
  error: [
    ['openai chat', { error: { code: 'server_error', message: 'x' } }],
    ['openai responses', { type: 'error', code: 'server_error' }],
    ['openai responses: failed', { type: 'response.failed', response: {} }],
    ['anthropic', { type: 'error', error: { type: 'overloaded_error' } }],
    ['gemini', { error: { code: 503, status: 'UNAVAILABLE' } }],
    ['vercel ai', { type: 'error', error: new Error('x') }],
  ],
} as const;

describe.each(Object.entries(ROWS))('%s', (expected, rows) => {
  test.each(rows as readonly (readonly [string, unknown])[])('%s', (_name, chunk) => {
    expect(chunkMeaning(chunk)).toBe(expected);
  });
});
