import { describe, expect, test } from 'vitest';
import {
  interactionInput,
  interactionOutput,
  itemParts,
} from '../../../src/providers/google-genai/interactions/content.ts';
import { InteractionContentAccumulator } from '../../../src/providers/google-genai/interactions/content-stream.ts';
import { interactionAttributes } from '../../../src/providers/google-genai/interactions/request.ts';
import { interactionFacts, interactionUsage } from '../../../src/providers/google-genai/interactions/response.ts';
import { InteractionReader } from '../../../src/providers/google-genai/interactions/stream.ts';
import { schemaNote, schemaProblems } from '../../support/content-schemas.ts';

const ODD: readonly unknown[] = [undefined, null, 0, [], [null], {}, () => {}];
const text = (content: string): object => ({ type: 'text', content });

test.each([
  [{}, {}],
  [
    { stream: true, previous_interaction_id: 'i0' },
    { 'gen_ai.request.stream': true, 'gen_ai.request.previous_response.id': 'i0' },
  ],
  [
    {
      generation_config: {
        temperature: 0,
        top_p: 1,
        max_output_tokens: 5,
        stop_sequences: ['a'],
        seed: 3,
        thinking_level: 'low',
      },
    },
    {
      'gen_ai.request.temperature': 0,
      'gen_ai.request.top_p': 1,
      'gen_ai.request.max_tokens': 5,
      'gen_ai.request.stop_sequences': ['a'],
      'gen_ai.request.seed': 3,
      'gen_ai.request.reasoning.level': 'low',
    },
  ],
  [{ response_modalities: ['image'] }, { 'gen_ai.output.type': 'image' }],
  [{ response_modalities: ['audio', 'text'] }, { 'gen_ai.output.type': 'speech' }],
  [{ response_mime_type: 'application/json' }, { 'gen_ai.output.type': 'json' }],
  [{ response_format: [{ type: 'text', mime_type: 'application/json' }] }, { 'gen_ai.output.type': 'json' }],
])('request %o', (params, attributes) => {
  expect(interactionAttributes(params)).toEqual(attributes);
});

test('usage: tools count as input, thoughts as output', () => {
  const usage = {
    total_input_tokens: 10,
    total_tool_use_tokens: 2,
    total_output_tokens: 5,
    total_thought_tokens: 3,
    total_cached_tokens: 4,
    input_tokens_by_modality: [
      { modality: 'text', tokens: 8 },
      { modality: 'video', tokens: 1 },
    ],
    tool_use_tokens_by_modality: [{ modality: 'text', tokens: 2 }],
  };
  expect(interactionUsage(usage)).toMatchObject({
    input: 12,
    output: 8,
    cacheRead: 4,
    reasoning: 3,
    inputBy: { text: 10 },
  });
  expect(interactionUsage({ total_output_tokens: 5, total_reasoning_tokens: 1 })).toMatchObject({
    output: 6,
    reasoning: 1,
  });
  expect(interactionUsage(null)).toBeUndefined();
});

test.each([
  [{ status: 'completed' }, ['stop'], undefined],
  [{ status: 'completed', steps: [{ type: 'function_call' }] }, ['tool_calls'], undefined],
  [{ status: 'completed', outputs: [{ type: 'function_call' }, { type: 'text' }] }, ['stop'], undefined],
  [{ status: 'requires_action' }, ['tool_calls'], undefined],
  [{ status: 'incomplete' }, ['length'], undefined],
  [{ status: 'in_progress' }, undefined, undefined],
  [{}, undefined, undefined],
  [{ status: 'cancelled' }, ['error'], undefined],
  [{ status: 'failed', error: { code: 500 } }, ['error'], '500'],
])('%o ends with %o', (interaction, reasons, failure) => {
  const facts = interactionFacts({ id: 'i1', model: 'models/gemini-flash', ...interaction });
  expect(facts).toMatchObject({ id: 'i1', model: 'gemini-flash' });
  expect([facts.finishReasons, facts.failure?.type]).toEqual([reasons, failure]);
});

const ITEMS: readonly (readonly [item: unknown, parts: readonly object[]])[] = [
  ['hi', [text('hi')]],
  [{ type: 'text', text: 'hi' }, [text('hi')]],
  [{ text: 'hi' }, [text('hi')]],
  [{ type: 'thought', summary: [{ type: 'text', text: 'hm' }] }, [{ type: 'reasoning', content: 'hm' }]],
  [{ type: 'model_output', content: [{ type: 'text', text: 'hi' }] }, [text('hi')]],
  [
    { type: 'function_call', id: 'c', name: 'f', arguments: { a: 1 } },
    [{ type: 'tool_call', id: 'c', name: 'f', arguments: { a: 1 } }],
  ],
  [
    { type: 'function_result', call_id: 'c', name: 'f', result: 'ok' },
    [{ type: 'tool_call_response', id: 'c', name: 'f', response: 'ok' }],
  ],
  [
    { type: 'image', mime_type: 'image/png', data: 'aGk=' },
    [{ type: 'blob', modality: 'image', mime_type: 'image/png', content: 'aGk=' }],
  ],
  [{ type: 'audio', uri: 'gs://a' }, [{ type: 'uri', modality: 'audio', uri: 'gs://a' }]],
  [{ type: 'document' }, []],
  [
    { type: 'google_search_call', id: 's', arguments: { q: 'x' } },
    [
      {
        type: 'server_tool_call',
        id: 's',
        name: 'google_search',
        server_tool_call: { type: 'google_search', arguments: { q: 'x' } },
      },
    ],
  ],
  [
    { type: 'google_search_result', call_id: 's', result: [] },
    [{ type: 'server_tool_call_response', id: 's', server_tool_call_response: { type: 'google_search', result: [] } }],
  ],
  [{ type: 'something_new', a: 1 }, [{ type: 'something_new', a: 1 }]],
  [null, []],
];

test.each(ITEMS)(`item %o${schemaNote}`, (item, parts) => {
  expect(itemParts([item])).toEqual(parts);
  expect(schemaProblems('gen_ai.input.messages', [{ role: 'user', parts: itemParts([item]) }])).toEqual([]);
});

test('what is sent', () => {
  const steps = [
    { type: 'user_input', content: [{ type: 'text', text: 'a' }] },
    { type: 'function_call', id: 'c', name: 'f' },
    { type: 'function_result', call_id: 'c', result: 'ok' },
  ];
  expect(interactionInput({ input: steps }).messages?.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  const turns = [
    { role: 'user', content: 'a' },
    { role: 'model', content: 'b' },
  ];
  expect(interactionInput({ input: turns }).messages).toEqual([
    { role: 'user', parts: [text('a')] },
    { role: 'assistant', parts: [text('b')] },
  ]);
  const pieces = [
    { type: 'text', text: 'a' },
    { type: 'image', uri: 'gs://a' },
  ];
  expect(interactionInput({ input: pieces, system_instruction: 'brief' })).toMatchObject({
    system: [text('brief')],
    messages: [{ role: 'user', parts: [text('a'), { type: 'uri' }] }],
  });
  const tools = [
    { type: 'function', name: 'f', parameters: {} },
    { type: 'mcp_server', headers: { authorization: 'secret' } },
    {},
  ];
  expect(interactionInput({ tools }).tools).toMatchObject([{ type: 'function', name: 'f' }, { type: 'mcp_server' }]);
  expect(JSON.stringify(interactionInput({ tools }))).not.toContain('secret');
});

test.each(ODD)('%o is read without an error', (value) => {
  for (const read of [interactionInput, interactionOutput, interactionFacts, interactionUsage])
    expect(() => read(value)).not.toThrow();
});

const START = {
  event_type: 'interaction.created',
  interaction: { id: 'i1', model: 'gemini-flash', status: 'in_progress' },
};
const END = {
  event_type: 'interaction.completed',
  interaction: { id: 'i1', status: 'completed', usage: { total_input_tokens: 3, total_output_tokens: 2 } },
};
const delta = (index: number, fields: object): object => ({ event_type: 'step.delta', index, delta: fields });
const STEPS = [
  { event_type: 'step.start', index: 0, step: { type: 'thought' } },
  delta(0, { type: 'thought_summary', content: { text: 'hm' } }),
  delta(0, { type: 'thought_signature', signature: 's' }),
  delta(1, { type: 'text', text: 'a' }),
  delta(1, { type: 'text', text: 'b' }),
  delta(2, { type: 'image', mime_type: 'image/png', data: 'aGk=' }),
  { event_type: 'step.start', index: 3, step: { type: 'function_call', id: 'c', name: 'f' } },
  delta(3, { type: 'arguments_delta', arguments: '{"a":' }),
  delta(3, { type: 'arguments_delta', arguments: '1}' }),
];

describe('a stream', () => {
  const read = (events: readonly unknown[]): InteractionReader => {
    const reader = new InteractionReader(new InteractionContentAccumulator(1000));
    for (const event of events) reader.read(event);
    return reader;
  };

  test('to its end', () => {
    const reader = read([START, ...STEPS, END]);
    expect(reader.facts(true)).toMatchObject({
      id: 'i1',
      model: 'gemini-flash',
      finishReasons: ['tool_calls'],
      usage: { input: 3, output: 2 },
    });
    expect(reader.output(true)).toMatchObject([
      {
        role: 'assistant',
        finish_reason: 'tool_call',
        parts: [
          { type: 'reasoning', content: 'hm' },
          text('ab'),
          { type: 'blob', modality: 'image', byte_length: 2 },
          { type: 'tool_call', id: 'c', name: 'f', arguments: { a: 1 } },
        ],
      },
    ]);
  });

  test('cut, failed, in the background, empty', () => {
    expect(read([START, ...STEPS]).facts(false).finishReasons).toEqual(['error']);
    expect(read([START, ...STEPS]).output(false)[0]?.finish_reason).toBe('error');
    expect(read([{ event_type: 'error', error: { code: 429 } }]).facts(true).failure?.type).toBe('429');
    expect(read([{ ...END, interaction: { status: 'failed', error: { code: 500 } } }]).facts(true).failure?.type).toBe(
      '500',
    );
    const background = [START, { event_type: 'interaction.status_update', status: 'in_progress' }];
    expect(read(background).facts(true).finishReasons).toBeUndefined();
    expect(read([]).facts(true).finishReasons).toEqual(['error']);
    expect(read([{}, { interaction: null }, { delta: null }]).output(true)).toEqual([]);
  });

  test.each([
    [delta(0, { type: 'text' }), 'text'],
    [delta(0, { type: 'thought_summary' }), 'reasoning'],
    [delta(0, { type: 'arguments_delta' }), 'tool_call'],
    [delta(0, { type: 'audio' }), 'audio'],
    [delta(0, { type: 'something_new' }), undefined],
    [END, 'usage'],
    [START, undefined],
    [{}, undefined],
  ])('%o starts %o', (event, kind) => {
    expect(new InteractionReader().kind(event)).toBe(kind);
  });
});
