import { describe, expect, test } from 'vitest';
import { completionInput, completionOutput } from '../../../src/providers/anthropic/content.ts';
import { CompletionContentAccumulator } from '../../../src/providers/anthropic/content-stream.ts';
import { completionFacts, messageFacts } from '../../../src/providers/anthropic/response.ts';
import { CompletionReader } from '../../../src/providers/anthropic/stream.ts';
import { messageOutput, messagesInput } from '../../../src/providers/formats/anthropic-messages/content.ts';
import { anthropicContentParts } from '../../../src/providers/formats/anthropic-messages/content-blocks.ts';
import { MessageContentAccumulator } from '../../../src/providers/formats/anthropic-messages/content-stream.ts';
import { MessageReader } from '../../../src/providers/formats/anthropic-messages/stream.ts';
import { anthropicUsageFacts } from '../../../src/providers/formats/anthropic-messages/usage.ts';
import { schemaNote, schemaProblems } from '../../support/content-schemas.ts';

const ODD: readonly unknown[] = [undefined, null, 0, 'text', [], [null], {}, () => {}];

describe('usage', () => {
  test.each([
    [
      { input_tokens: 3, output_tokens: 2 },
      { input: 3, output: 2 },
    ],
    [
      {
        input_tokens: 3,
        cache_read_input_tokens: 10,
        cache_creation_input_tokens: 5,
        output_tokens_details: { thinking_tokens: 4 },
      },
      { input: 18, cacheRead: 10, cacheWrite: 5, reasoning: 4 },
    ],
    [
      { input_tokens: null, cache_read_input_tokens: 1 },
      { input: undefined, cacheRead: 1 },
    ],
    [{ input_tokens: '3', output_tokens: 1 }, { input: undefined }],
  ])('%o', (usage, expected) => {
    expect(anthropicUsageFacts(usage)).toMatchObject(expected);
  });

  test('none', () => {
    expect(anthropicUsageFacts(null)).toBeUndefined();
    expect(messageFacts({}).usage).toBeUndefined();
  });

  test('what only Anthropic counts', () => {
    const usage = {
      cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 2 },
      server_tool_use: { web_search_requests: 3, web_fetch_requests: null },
      service_tier: 'priority',
      iterations: [
        { type: 'compaction', input_tokens: 100, output_tokens: 20 },
        { type: 'message', input_tokens: 7 },
        null,
        { type: 'compaction', input_tokens: 1 },
      ],
    };
    expect(messageFacts({ usage, stop_reason: 'end_turn' }).attributes).toEqual({
      'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': 1,
      'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 2,
      'anthropic.usage.server_tool_use.web_search_requests': 3,
      'anthropic.response.service_tier': 'priority',
      'anthropic.usage.compaction.input_tokens': 101,
      'anthropic.usage.compaction.output_tokens': 20,
      'anthropic.message.stop_reason': 'end_turn',
    });
  });
});

test.each([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
  ['compaction', 'compaction'],
  ['pause_turn', 'pause_turn'],
  [null, 'error'],
])('stop reason %s is %s', (stop_reason, reason) => {
  expect(messageFacts({ stop_reason }).finishReasons).toEqual([reason]);
  expect(completionFacts({ stop_reason }).finishReasons).toEqual([reason]);
});

const BLOCKS: readonly (readonly [block: unknown, parts: readonly object[]])[] = [
  ['hello', [{ type: 'text', content: 'hello' }]],
  [{ type: 'text', text: 'hello' }, [{ type: 'text', content: 'hello' }]],
  [{ type: 'text', text: '' }, []],
  [{ type: 'thinking', thinking: 'hm', signature: 's' }, [{ type: 'reasoning', content: 'hm' }]],
  [{ type: 'redacted_thinking', data: 'secret' }, [{ type: 'redacted_thinking' }]],
  [
    { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } },
    [{ type: 'tool_call', id: 't', name: 'f', arguments: { a: 1 } }],
  ],
  [
    { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'q' } },
    [
      {
        type: 'server_tool_call',
        id: 's',
        name: 'web_search',
        server_tool_call: { type: 'web_search', input: { query: 'q' } },
      },
    ],
  ],
  [
    { type: 'mcp_tool_use', id: 'm', name: 'f', server_name: 'srv', input: {} },
    [
      {
        type: 'server_tool_call',
        id: 'm',
        name: 'f',
        server_tool_call: { type: 'mcp', server_name: 'srv', input: {} },
      },
    ],
  ],
  [
    {
      type: 'web_search_tool_result',
      tool_use_id: 's',
      content: [{ type: 'web_search_result', title: 'T', encrypted_content: 'x' }],
    },
    [
      {
        type: 'server_tool_call_response',
        id: 's',
        server_tool_call_response: { type: 'web_search', content: [{ type: 'web_search_result', title: 'T' }] },
      },
    ],
  ],
  [
    { type: 'mcp_tool_result', tool_use_id: 'm', is_error: true, content: 'no' },
    [
      {
        type: 'server_tool_call_response',
        id: 'm',
        server_tool_call_response: { type: 'mcp', content: 'no', is_error: true },
      },
    ],
  ],
  [
    {
      type: 'tool_result',
      tool_use_id: 't',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    [{ type: 'tool_call_response', id: 't', response: 'ab' }],
  ],
  [
    { type: 'tool_result', tool_use_id: 't', is_error: true, content: 'bad' },
    [{ type: 'tool_call_response', id: 't', response: 'bad', is_error: true }],
  ],
  [
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
    [{ type: 'blob', modality: 'image', mime_type: 'image/png', content: 'aGk=' }],
  ],
  [
    { type: 'image', source: { type: 'url', url: 'https://a/b' } },
    [{ type: 'uri', modality: 'image', uri: 'https://a/b' }],
  ],
  [{ type: 'image', source: { type: 'file', file_id: 'f1' } }, [{ type: 'file', modality: 'image', file_id: 'f1' }]],
  [{ type: 'document', source: { type: 'text', data: 'words' } }, [{ type: 'text', content: 'words' }]],
  [{ type: 'document', source: { type: 'content', content: 'words' } }, [{ type: 'text', content: 'words' }]],
  [{ type: 'document', source: { type: 'other' } }, []],
  [{ type: 'container_upload', file_id: 'f2' }, [{ type: 'file', modality: 'document', file_id: 'f2' }]],
  [{ type: 'container_upload' }, []],
  [{ type: 'compaction', content: 'short' }, [{ type: 'compaction', content: 'short' }]],
  [{ no: 'type' }, []],
  [null, []],
];

test.each(BLOCKS)(`block %o${schemaNote}`, (block, parts) => {
  expect(anthropicContentParts([block])).toEqual(parts);
  expect(schemaProblems('gen_ai.input.messages', [{ role: 'user', parts: anthropicContentParts([block]) }])).toEqual(
    [],
  );
});

test('what is sent', () => {
  const input = messagesInput({
    system: [{ type: 'text', text: 'be brief' }],
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'ok' }] },
      { role: 'user', content: null },
    ],
    tools: [
      { name: 'f', description: 'd', input_schema: { type: 'object' } },
      { type: 'web_search_20250305', name: 'web_search' },
      { type: 'mcp_toolset', mcp_server_name: 'srv' },
      null,
    ],
  });
  expect(input.system).toEqual([{ type: 'text', content: 'be brief' }]);
  expect(input.messages?.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
  expect(input.tools).toMatchObject([
    { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' } },
    { type: 'web_search_20250305', name: 'web_search' },
    { type: 'mcp_toolset', name: 'srv' },
  ]);
  expect(messagesInput({ system: null, tools: [] })).toEqual({
    system: undefined,
    messages: undefined,
    tools: undefined,
  });
  expect(completionInput({ prompt: 'hi' }).messages).toEqual([
    { role: 'user', parts: [{ type: 'text', content: 'hi' }] },
  ]);
});

test.each(ODD)('%o is read without an error', (value) => {
  for (const read of [messagesInput, completionInput, messageOutput, completionOutput, messageFacts, completionFacts])
    expect(() => read(value)).not.toThrow();
  for (const accumulator of [new MessageContentAccumulator(99), new CompletionContentAccumulator(99)]) {
    accumulator.add(value);
    expect(accumulator.messages(true)).toEqual([]);
  }
});

test('what is answered', () => {
  const text = { type: 'text', content: 'hi' };
  expect(messageOutput({ content: [{ type: 'text', text: 'hi' }], stop_reason: 'end_turn' })).toEqual([
    { role: 'assistant', parts: [text], finish_reason: 'stop' },
  ]);
  expect(completionOutput({ completion: 'hi', stop_reason: 'max_tokens' })).toEqual([
    { role: 'assistant', parts: [text], finish_reason: 'length' },
  ]);
});

const START = {
  type: 'message_start',
  message: { id: 'm1', model: 'claude', content: [], stop_reason: null, usage: { input_tokens: 5, output_tokens: 1 } },
};
const block = (index: number, content_block: object): object => ({ type: 'content_block_start', index, content_block });
const delta = (index: number, fields: object): object => ({ type: 'content_block_delta', index, delta: fields });
const STOP = [
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9, input_tokens: null } },
  { type: 'message_stop' },
];
const EVENTS = [
  START,
  block(0, { type: 'thinking', thinking: '' }),
  delta(0, { type: 'thinking_delta', thinking: 'hm' }),
  delta(0, { type: 'signature_delta', signature: 'x' }),
  block(1, { type: 'text', text: 'a' }),
  delta(1, { type: 'text_delta', text: 'b' }),
  block(2, { type: 'tool_use', id: 't', name: 'f', input: {} }),
  delta(2, { type: 'input_json_delta', partial_json: '{"a":' }),
  delta(2, { type: 'input_json_delta', partial_json: '1}' }),
  block(3, { type: 'compaction', content: '' }),
  delta(3, { type: 'compaction_delta', content: 'short' }),
  block(4, { type: 'web_search_tool_result', tool_use_id: 's', content: [] }),
  delta(9, { type: 'text_delta', text: 'of no block' }),
  delta(1, { type: 'citations_delta', citation: {} }),
];

describe('a stream', () => {
  const read = (events: readonly unknown[]): MessageReader => {
    const reader = new MessageReader(new MessageContentAccumulator(1000));
    for (const event of events) reader.read(event);
    return reader;
  };

  test('to its end', () => {
    const reader = read([...EVENTS, ...STOP]);
    expect(reader.facts(true)).toMatchObject({
      id: 'm1',
      model: 'claude',
      finishReasons: ['tool_calls'],
      usage: { input: 5, output: 9 },
      failure: undefined,
    });
    expect(reader.output(true)).toMatchObject([
      {
        role: 'assistant',
        finish_reason: 'tool_call',
        parts: [
          { type: 'reasoning', content: 'hm' },
          { type: 'text', content: 'ab' },
          { type: 'tool_call', id: 't', name: 'f', arguments: { a: 1 } },
          { type: 'compaction', content: 'short' },
          { type: 'server_tool_call_response', id: 's' },
        ],
      },
    ]);
  });

  test('closed before its last event is a failure, although no SDK throws', () => {
    expect(read(EVENTS).facts(true).failure?.type).toBe('stream_truncated');
    expect(read(EVENTS).output(true)[0]?.finish_reason).toBe('error');
  });

  test('cut by the application is none', () => {
    const facts = read(EVENTS).facts(false);
    expect([facts.failure, facts.finishReasons]).toEqual([undefined, ['error']]);
    // The output count at the start is a placeholder.
    expect(facts.usage).toMatchObject({ input: 5, output: undefined });
  });

  test('whose answer comes whole in the first event', () => {
    const content = [{ type: 'tool_use', id: 't', name: 'f', input: { a: 1 } }];
    const reader = read([{ ...START, message: { ...START.message, content, stop_reason: 'tool_use' } }, STOP[1]]);
    expect(reader.output(true)[0]?.parts).toEqual([{ type: 'tool_call', id: 't', name: 'f', arguments: { a: 1 } }]);
  });

  test.each([
    [block(0, { type: 'text' }), 'text'],
    [block(0, { type: 'thinking' }), 'reasoning'],
    [block(0, { type: 'mcp_tool_use' }), 'tool_call'],
    [block(0, { type: 'image' }), undefined],
    [delta(0, { type: 'citations_delta' }), 'text'],
    [delta(0, { type: 'input_json_delta' }), 'tool_call'],
    [delta(0, { type: 'other_delta' }), undefined],
    [STOP[0], 'usage'],
    [STOP[1], undefined],
    [{ type: 'ping' }, undefined],
    [{}, undefined],
  ])('%o starts %o', (event, kind) => {
    expect(new MessageReader().kind(event)).toBe(kind);
  });
});

test('a legacy stream', () => {
  const reader = new CompletionReader(new CompletionContentAccumulator(1000));
  for (const event of [{ id: 'c1', model: 'claude-2', completion: 'a', stop_reason: null }, { completion: 'b' }])
    reader.read(event);
  expect(reader.kind({ completion: 'a' })).toBe('text');
  expect(reader.kind({ completion: '' })).toBeUndefined();
  expect(reader.facts(true).failure?.type).toBe('stream_truncated');
  reader.read({ completion: '', stop_reason: 'stop_sequence' });
  expect(reader.facts(true)).toMatchObject({
    id: 'c1',
    model: 'claude-2',
    finishReasons: ['stop'],
    failure: undefined,
  });
  expect(reader.output(true)).toEqual([
    { role: 'assistant', parts: [{ type: 'text', content: 'ab' }], finish_reason: 'stop' },
  ]);
});
