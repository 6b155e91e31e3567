import { describe, expect, test } from 'vitest';
import type { ResponseFacts, StreamReader } from '../../../src/facts/call.ts';
import { messageFacts } from '../../../src/providers/anthropic/response.ts';
import { MessageReader } from '../../../src/providers/formats/anthropic-messages/stream.ts';
import { generateFacts } from '../../../src/providers/formats/gemini/response.ts';
import { GenerateReader } from '../../../src/providers/formats/gemini/stream.ts';
import { completionFacts } from '../../../src/providers/formats/openai-chat/response.ts';
import { CompletionReader } from '../../../src/providers/formats/openai-chat/stream.ts';
import { interactionFacts } from '../../../src/providers/google-genai/interactions/response.ts';
import { InteractionReader } from '../../../src/providers/google-genai/interactions/stream.ts';
import { responseFacts } from '../../../src/providers/openai/response.ts';
import { ResponsesReader } from '../../../src/providers/openai/stream.ts';

const chat = (...calls: unknown[]) => ({ choices: [{ message: { tool_calls: calls } }] });
const candidate = (...calls: unknown[]) => ({
  candidates: [{ content: { parts: [{ text: 'hm' }, ...calls.map((functionCall) => ({ functionCall }))] } }],
});
const output = [
  { type: 'message', id: 'msg_1' },
  { type: 'function_call', id: 'fc_1', call_id: 'a' },
  { type: 'custom_tool_call', id: 'ctc_1', call_id: 'b' },
];

const ANSWERS: readonly (readonly [
  about: string,
  read: (body: unknown) => ResponseFacts,
  body: unknown,
  ids?: string[],
])[] = [
  ['openai chat', completionFacts, chat({ id: 'a' }, { id: 'b' }), ['a', 'b']],
  [
    'openai chat, two choices',
    completionFacts,
    { choices: [...chat({ id: 'a' }).choices, ...chat({ id: 'b' }).choices] },
    ['a', 'b'],
  ],
  ['openai chat without calls', completionFacts, { choices: [{ message: { content: 'hi', tool_calls: null } }] }],
  ['openai chat with an odd call', completionFacts, chat(null, {}, { id: 7 })],
  ['openai responses', responseFacts, { output }, ['a', 'b']],
  ['openai responses without calls', responseFacts, { output: [output[0]] }],
  [
    'anthropic',
    messageFacts,
    { content: [{ type: 'text' }, { type: 'tool_use', id: 'a' }, { type: 'server_tool_use', id: 'x' }] },
    ['a'],
  ],
  ['anthropic without calls', messageFacts, { content: [{ type: 'text', text: 'hi' }] }],
  ['gemini', generateFacts, candidate({ id: 'a', name: 'f' }, { id: 'b' }), ['a', 'b']],
  ['gemini without ids', generateFacts, candidate({ name: 'f' })],
  ['gemini without parts', generateFacts, { candidates: [{ content: {} }, null] }],
  [
    'interactions',
    interactionFacts,
    {
      steps: [
        { type: 'function_call', id: 'a' },
        { type: 'thought', id: 'x' },
      ],
    },
    ['a'],
  ],
  ['interactions without calls', interactionFacts, { steps: [] }],
];

test.each(ANSWERS.map(([about, read, body, ids]) => ({ about, read, body, ids })))('$about', ({ read, body, ids }) => {
  expect(read(body).toolCalls).toEqual(ids);
});

const delta = (...calls: unknown[]) => ({ choices: [{ index: 0, delta: { tool_calls: calls } }] });

const STREAMS: readonly (readonly [about: string, reader: () => StreamReader, chunks: unknown[], ids?: string[]])[] = [
  [
    'openai chat',
    () => new CompletionReader(),
    [delta({ index: 0, id: 'a' }), delta({ index: 0, function: { arguments: '{' } }), delta({ index: 1, id: 'b' })],
    ['a', 'b'],
  ],
  [
    'openai chat without calls',
    () => new CompletionReader(),
    [{ choices: [{ delta: { content: 'hi' } }, { delta: null }, null] }],
  ],
  [
    'openai responses',
    () => new ResponsesReader(false),
    [{ type: 'response.completed', response: { status: 'completed', output } }],
    ['a', 'b'],
  ],
  [
    'anthropic',
    () => new MessageReader(),
    [
      { type: 'content_block_start', content_block: { type: 'text' } },
      { type: 'content_block_start', content_block: { type: 'tool_use', id: 'a' } },
      { type: 'content_block_start', content_block: { type: 'tool_use', id: 'b' } },
      { type: 'content_block_start' },
    ],
    ['a', 'b'],
  ],
  ['gemini', () => new GenerateReader(), [candidate({ id: 'a' }), candidate(), candidate({ id: 'b' })], ['a', 'b']],
  [
    'interactions',
    () => new InteractionReader(),
    [
      { event_type: 'step.start', step: { type: 'function_call', id: 'a' } },
      { event_type: 'step.start', step: { type: 'thought', id: 'x' } },
    ],
    ['a'],
  ],
];

describe('a stream of', () => {
  const rows = STREAMS.map(([about, make, chunks, ids]) => ({ about, make, chunks, ids }));
  test.each(rows)('$about', ({ make, chunks, ids }) => {
    const reader = make();
    for (const chunk of chunks) reader.read(chunk);
    expect(reader.facts(false).toolCalls).toEqual(ids);
  });
});
