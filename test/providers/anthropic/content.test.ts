import { describe, expect, it } from 'vitest';
import type { OutputMessage, Part } from '../../../src/facts/messages.ts';
import { completionInput, completionOutput } from '../../../src/providers/anthropic/content.ts';
import { CompletionContentAccumulator } from '../../../src/providers/anthropic/content-stream.ts';
import { messageOutput, messagesInput } from '../../../src/providers/formats/anthropic-messages/content.ts';
import { MessageContentAccumulator } from '../../../src/providers/formats/anthropic-messages/content-stream.ts';
import { schemaNote } from '../../support/content-schemas.ts';
import { recordable } from '../recordable.ts';

const text = (content: string): Part => ({ type: 'text', content });

const partsIn = (content: unknown) =>
  recordable(messagesInput({ messages: [{ role: 'user', content }] })).messages?.[0]?.parts;
const partsOut = (...content: unknown[]) => recordable(messageOutput({ content, stop_reason: 'end_turn' }))[0]?.parts;

const SEARCH = { type: 'web_search_result', title: 'Sea', url: 'https://sea.example', encrypted_content: 'EvIB' };

describe(`input${schemaNote}`, () => {
  it.each<[string, unknown, Part[]]>([
    ['a text', 'hi', [text('hi')]],
    ['texts', [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }, { type: 'text', text: 'b' }], [text('a'), text('b')]], // biome-ignore format: a row
    ['nothing', null, []],
    [
      'an image of each source',
      [
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } },
        { type: 'image', source: { type: 'url', url: 'https://x.example/a.png' } },
        { type: 'image', source: { type: 'file', file_id: 'file_1' } },
      ],
      [
        { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'iVBO' },
        { type: 'uri', modality: 'image', uri: 'https://x.example/a.png' },
        { type: 'file', modality: 'image', file_id: 'file_1' },
      ],
    ],
    [
      'documents',
      [
        { type: 'document', title: 'a.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'plain' } },
        { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'inside' }] } },
        { type: 'container_upload', file_id: 'file_2' },
      ],
      [
        { type: 'blob', modality: 'document', mime_type: 'application/pdf', content: 'JVBE', filename: 'a.pdf' },
        text('plain'),
        text('inside'),
        { type: 'file', modality: 'document', file_id: 'file_2' },
      ],
    ],
    [
      'tool results',
      [
        { type: 'tool_result', tool_use_id: 't1', content: 'sunny' },
        { type: 'tool_result', tool_use_id: 't2', content: [{ type: 'text', text: 'no' }], is_error: true },
        {
          type: 'tool_result',
          tool_use_id: 't3',
          content: [
            { type: 'text', text: 'see' },
            { type: 'image', source: { type: 'file', file_id: 'file_1' } },
          ],
        },
      ],
      [
        { type: 'tool_call_response', id: 't1', response: 'sunny' },
        { type: 'tool_call_response', id: 't2', response: 'no', is_error: true },
        {
          type: 'tool_call_response',
          id: 't3',
          response: [text('see'), { type: 'file', modality: 'image', file_id: 'file_1' }],
        },
      ],
    ],
    ['a kind that is not known', [{ type: 'tool_addition', tool: { name: 'x' } }], [{ type: 'tool_addition', tool: { name: 'x' } }]], // biome-ignore format: a row
  ])('%s', (_, content, expected) => {
    expect(partsIn(content)).toEqual(expected);
  });

  it('results of tools alone are from the tool, with other content from the user', () => {
    const result = { type: 'tool_result', tool_use_id: 't1', content: 'x' };
    const roles = messagesInput({
      messages: [
        { role: 'user', content: [result] },
        { role: 'user', content: [result, { type: 'text', text: 'y' }] },
      ],
    }).messages?.map(({ role }) => role);
    expect(roles).toEqual(['tool', 'user']);
  });

  it('system and tools', () => {
    const said = recordable(
      messagesInput({
        system: [{ type: 'text', text: 'be brief' }],
        tools: [
          { name: 'f', description: 'd', input_schema: { type: 'object' } },
          { type: 'custom', name: 'g' },
          { type: 'web_search_20250305', name: 'web_search', allowed_domains: ['x'] },
          { type: 'mcp_toolset', mcp_server_name: 'wiki' },
        ],
      }),
    );
    expect(said.system).toEqual([text('be brief')]);
    expect(said.tools).toEqual([
      { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' } },
      { type: 'function', name: 'g' },
      { type: 'web_search_20250305', name: 'web_search' },
      { type: 'mcp_toolset', name: 'wiki' },
    ]);
    expect(messagesInput({ system: 'be brief' }).system).toEqual([text('be brief')]);
  });

  it('a prompt of the legacy completions', () => {
    const prompt = '\n\nHuman: hi\n\nAssistant:';
    expect(recordable(completionInput({ prompt })).messages).toEqual([{ role: 'user', parts: [text(prompt)] }]);
  });
});

describe(`output${schemaNote}`, () => {
  it.each<[string, unknown, Part[]]>([
    ['thinking', { type: 'thinking', thinking: 'hm', signature: 'Eqo' }, [{ type: 'reasoning', content: 'hm' }]],
    ['thinking nobody may read', { type: 'redacted_thinking', data: 'Ev' }, [{ type: 'redacted_thinking' }]],
    ['a tool call', { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 } }, [{ type: 'tool_call', id: 't1', name: 'f', arguments: { a: 1 } }]], // biome-ignore format: a row
    [
      'a tool of the server',
      { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'sea' } },
      [{ type: 'server_tool_call', id: 's1', name: 'web_search', server_tool_call: { type: 'web_search', input: { query: 'sea' } } }], // biome-ignore format: a row
    ],
    [
      'a tool of an MCP server',
      { type: 'mcp_tool_use', id: 'm1', name: 'ask', server_name: 'wiki', input: {} },
      [{ type: 'server_tool_call', id: 'm1', name: 'ask', server_tool_call: { type: 'mcp', server_name: 'wiki', input: {} } }], // biome-ignore format: a row
    ],
    [
      'what a tool of the server gave, without what is encrypted',
      { type: 'web_search_tool_result', tool_use_id: 's1', content: [SEARCH] },
      [
        {
          type: 'server_tool_call_response',
          id: 's1',
          server_tool_call_response: {
            type: 'web_search',
            content: [{ type: 'web_search_result', title: 'Sea', url: 'https://sea.example' }],
          },
        },
      ],
    ],
    ['a compaction', { type: 'compaction', content: 'so far' }, [{ type: 'compaction', content: 'so far' }]],
  ])('%s', (_, block, expected) => {
    expect(partsOut(block)).toEqual(expected);
  });

  it('says why it stopped in the words of the message schema', () => {
    expect(messageOutput({ content: [], stop_reason: 'tool_use' })).toEqual([
      { role: 'assistant', parts: [], finish_reason: 'tool_call' },
    ]);
    expect(messageOutput({ type: 'error' })).toEqual([]);
    expect(recordable(completionOutput({ completion: ' Hi', stop_reason: 'stop_sequence' }))).toEqual([
      { role: 'assistant', parts: [text(' Hi')], finish_reason: 'stop' },
    ]);
  });
});

/** The message of these blocks, each with its deltas. */
function streamed(
  blocks: readonly (readonly [block: object, ...deltas: object[]])[],
  complete = true,
): OutputMessage[] {
  const content = new MessageContentAccumulator(1024);
  content.add({ type: 'message_start', message: { content: [], stop_reason: null } });
  for (const [index, [content_block, ...deltas]] of blocks.entries()) {
    // As a stream helper does once the event is out of the iterator.
    const event = { type: 'content_block_start', index, content_block };
    content.add(event);
    for (const delta of deltas) content.add({ type: 'content_block_delta', index, delta });
    Object.assign(content_block, { text: 'changed by a helper', input: { changed: true } });
  }
  if (complete) content.add({ type: 'message_delta', delta: { stop_reason: 'end_turn' } });
  return recordable(content.messages(complete));
}

describe(`streamed output${schemaNote}`, () => {
  it('texts, thinking and calls by block', () => {
    const [message] = streamed([
      [{ type: 'thinking', thinking: '' }, { type: 'thinking_delta', thinking: 'hm' }, { type: 'signature_delta', signature: 'E' }], // biome-ignore format: a row
      [
        { type: 'text', text: '' },
        { type: 'text_delta', text: 'Hel' },
        { type: 'text_delta', text: 'lo' },
      ],
      [{ type: 'tool_use', id: 't1', name: 'f', input: {} }, { type: 'input_json_delta', partial_json: '{"a"' }, { type: 'input_json_delta', partial_json: ':1}' }], // biome-ignore format: a row
      [{ type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'x' } }],
    ]);
    expect(message).toEqual({
      role: 'assistant',
      finish_reason: 'stop',
      parts: [
        { type: 'reasoning', content: 'hm' },
        text('Hello'),
        { type: 'tool_call', id: 't1', name: 'f', arguments: { a: 1 } },
        { type: 'server_tool_call', id: 's1', name: 'web_search', server_tool_call: { type: 'web_search', input: { query: 'x' } } }, // biome-ignore format: a row
      ],
    });
  });

  it('a stream that was cut off says so', () => {
    expect(streamed([[{ type: 'text', text: 'Hel' }]], false)).toEqual([
      { role: 'assistant', parts: [text('Hel')], finish_reason: 'error' },
    ]);
  });

  it('keeps no more of a text than one part can hold', () => {
    const content = new MessageContentAccumulator(64);
    content.add({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
    for (let i = 0; i < 2000; i++)
      content.add({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x'.repeat(10) } });
    const part = content.messages(true)[0]?.parts[0];
    expect(String(part?.content).length).toBeLessThan(5000);
    expect(part).toMatchObject({ truncated: true, original_bytes: 20_000 });
  });

  it('a message that came whole in its first event', () => {
    const content = new MessageContentAccumulator(64);
    const blocks = [{ type: 'tool_use', id: 't1', name: 'f', input: { a: 1 } }];
    content.add({ type: 'message_start', message: { content: blocks, stop_reason: 'tool_use' } });
    expect(content.messages(true)).toEqual([
      { role: 'assistant', parts: [{ type: 'tool_call', id: 't1', name: 'f', arguments: { a: 1 } }], finish_reason: 'tool_call' }, // biome-ignore format: a row
    ]);
  });

  it('legacy completions', () => {
    const content = new CompletionContentAccumulator(64);
    content.add({ completion: ' Hel', stop_reason: null });
    content.add({ completion: 'lo', stop_reason: 'stop_sequence' });
    expect(content.messages(true)).toEqual([{ role: 'assistant', parts: [text(' Hello')], finish_reason: 'stop' }]);
  });

  it.each([undefined, null, 7, 'x', [], {}])('an event that is %o throws nothing', (event) => {
    const content = new MessageContentAccumulator(64);
    for (const type of ['message_start', 'content_block_start', 'content_block_delta', 'message_delta'])
      content.add({ type, index: event, message: event, content_block: event, delta: event });
    content.add(event);
    expect(content.messages(true)).toEqual([]);
  });
});
