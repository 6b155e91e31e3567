import { describe, expect, it } from 'vitest';
import type { Part } from '../../../src/facts/messages.ts';
import {
  chatInput,
  chatOutput,
  completionInput,
  completionOutput,
} from '../../../src/providers/formats/openai-chat/content.ts';
import {
  ChatContentAccumulator,
  CompletionContentAccumulator,
} from '../../../src/providers/formats/openai-chat/content-stream.ts';
import { responsesInput, responsesOutput } from '../../../src/providers/openai/content.ts';
import { ResponsesContentAccumulator } from '../../../src/providers/openai/content-stream.ts';
import { schemaNote } from '../../support/content-schemas.ts';
import { recordable } from '../recordable.ts';

const text = (content: string): Part => ({ type: 'text', content });
const think = (content: string): Part => ({ type: 'reasoning', content });

const inputOf = (message: unknown) => recordable(chatInput({ messages: [message] })).messages?.[0];
const outputOf = (message: unknown, finish_reason: unknown = 'stop') =>
  recordable(chatOutput({ choices: [{ index: 0, message, finish_reason }] }))[0];
const itemIn = (item: unknown) => recordable(responsesInput({ input: [item] })).messages?.[0];
const itemOut = (item: unknown) => recordable(responsesOutput({ status: 'completed', output: [item] }))[0]?.parts;

describe(`chat input${schemaNote}`, () => {
  it.each<[string, unknown, unknown]>([
    ['text', { role: 'user', content: 'hi' }, { role: 'user', parts: [text('hi')] }],
    ['name', { role: 'user', name: 'ann', content: 'hi' }, { role: 'user', name: 'ann', parts: [text('hi')] }],
    ['developer', { role: 'developer', content: 'be brief' }, { role: 'developer', parts: [text('be brief')] }],
    ['empty', { role: 'assistant', content: null }, { role: 'assistant', parts: [] }],
    ['not a message', 5, { role: 'user', parts: [] }],
    [
      'tool calls',
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
          { id: 'c2', type: 'function', function: { name: 'g', arguments: '{broken' } },
          { id: 'c3', type: 'custom', custom: { name: 'sql', input: '{"not":"parsed"}' } },
          { id: 'c4', type: 'function', function: { name: 'h', arguments: '' } },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'tool_call', id: 'c1', name: 'f', arguments: { a: 1 } },
          { type: 'tool_call', id: 'c2', name: 'g', arguments: '{broken' },
          { type: 'tool_call', id: 'c3', name: 'sql', arguments: '{"not":"parsed"}' },
          { type: 'tool_call', id: 'c4', name: 'h' },
        ],
      },
    ],
    [
      'legacy call',
      { role: 'assistant', function_call: { name: 'f', arguments: '{}' } },
      { role: 'assistant', parts: [{ type: 'tool_call', name: 'f', arguments: {} }] },
    ],
    [
      'tool result',
      { role: 'tool', tool_call_id: 'c1', content: '{"t":21}' },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: '{"t":21}' }] },
    ],
    [
      'tool result in elements',
      {
        role: 'tool',
        tool_call_id: 'c1',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: 'ab' }] },
    ],
    [
      'function result',
      { role: 'function', name: 'f', content: 'ok' },
      { role: 'function', name: 'f', parts: [{ type: 'tool_call_response', response: 'ok' }] },
    ],
  ])('reads %s', (_, message, want) => {
    expect(inputOf(message)).toEqual(want);
  });

  it.each<[unknown, Part[]]>([
    [{ type: 'image_url', image_url: { url: 'https://x.example/a.png' } }, [{ type: 'uri', modality: 'image', uri: 'https://x.example/a.png' }]], // biome-ignore format: a row
    [{ type: 'image_url', image_url: 'https://x.example/a.png' }, [{ type: 'uri', modality: 'image', uri: 'https://x.example/a.png' }]], // biome-ignore format: a row
    [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }, [{ type: 'blob', modality: 'audio', mime_type: 'audio/wav', content: 'AAAA' }]], // biome-ignore format: a row
    [{ type: 'file', file: { file_id: 'file-1' } }, [{ type: 'file', modality: 'document', file_id: 'file-1' }]],
    [{ type: 'file', file: { file_data: 'AAAA', filename: 'a.pdf' } }, [{ type: 'blob', modality: 'document', content: 'AAAA', filename: 'a.pdf' }]], // biome-ignore format: a row
    [{ type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } }, [{ type: 'uri', modality: 'document', uri: 'data:application/pdf;base64,AAAA' }]], // biome-ignore format: a row
    [{ type: 'refusal', refusal: 'no' }, [{ type: 'refusal', content: 'no' }]],
    [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }, [think('hm')]],
    [{ type: 'document_url', document_url: 'https://x.example/a.pdf' }, [{ type: 'uri', modality: 'document', uri: 'https://x.example/a.pdf' }]], // biome-ignore format: a row
    [{ type: 'brand_new', field: 1 }, [{ type: 'brand_new', field: 1 }]],
    [{ type: 'text', text: null }, []],
    [{ type: 'image_url', image_url: null }, []],
    ['plain', [text('plain')]],
    [null, []],
  ])('reads the element %j', (element, want) => {
    expect(inputOf({ role: 'user', content: [element] })?.parts).toEqual(want);
  });

  it('reads tools and functions', () => {
    const parameters = { type: 'object', properties: {} };
    const tools = [
      { type: 'function', function: { name: 'f', description: 'does', parameters } },
      { function: { name: 'untyped' } },
      { type: 'custom', custom: { name: 'sql', description: 'query' } },
      { type: 'function', name: 'flat', parameters },
      { type: 'web_search', search_context_size: 'low' },
      { type: 'mcp', server_label: 'wiki', headers: { authorization: 'secret' }, authorization: 'secret' },
      { type: 'namespace', name: 'crm', tools: [{ type: 'function', name: 'find' }] },
      null,
    ];
    const got = recordable(chatInput({ tools, functions: [{ name: 'old', parameters }] })).tools;
    expect(got).toEqual([
      { type: 'function', name: 'f', description: 'does', parameters },
      { type: 'function', name: 'untyped' },
      { type: 'custom', name: 'sql', description: 'query' },
      { type: 'function', name: 'flat', parameters },
      { type: 'web_search', name: 'web_search' },
      { type: 'mcp', name: 'wiki' },
      { type: 'namespace', name: 'crm' },
      { type: 'function', name: 'find' },
      { type: 'function', name: 'old', parameters },
    ]);
    expect(JSON.stringify(got)).not.toContain('secret');
  });
});

describe(`chat output${schemaNote}`, () => {
  it.each<[string, unknown, unknown]>([
    ['text', { role: 'assistant', content: 'hi', refusal: null, annotations: [{}] }, [text('hi')]],
    ['refusal', { role: 'assistant', content: null, refusal: 'no' }, [{ type: 'refusal', content: 'no' }]],
    ['DeepSeek reasoning', { content: 'a', reasoning_content: 'r' }, [think('r'), text('a')]],
    ['OpenRouter reasoning, once', { content: 'a', reasoning: 'r', reasoning_details: [{ type: 'reasoning.text', text: 'r' }] }, [think('r'), text('a')]], // biome-ignore format: a row
    ['reasoning details', { content: 'a', reasoning_details: [{ summary: 'r1' }, { text: 'r2' }, { data: 'x' }] }, [think('r1r2'), text('a')]], // biome-ignore format: a row
    ['Mistral thinking', { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'r' }] }, { type: 'text', text: 'a' }] }, [think('r'), text('a')]], // biome-ignore format: a row
    ['audio', { content: null, audio: { id: 'au', data: 'AAAA', transcript: 'said' } }, [text('said'), { type: 'blob', modality: 'audio', content: 'AAAA' }]], // biome-ignore format: a row
    ['generated image', { content: '', images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] }, [{ type: 'uri', modality: 'image', uri: 'data:image/png;base64,AAAA' }]], // biome-ignore format: a row
    ['empty fields', { content: '', function_call: { name: '', arguments: '' }, audio: { id: '', data: '' }, tool_calls: null }, []], // biome-ignore format: a row
  ])('reads %s', (_, message, want) => {
    expect(outputOf(message)).toEqual({ role: 'assistant', parts: want, finish_reason: 'stop' });
  });

  it('gives one message per choice, with the finish reasons of the schema', () => {
    const reasons = ['stop', 'length', 'tool_calls', 'function_call', 'content_filter', 'strange', '', null];
    const choices = reasons.map((finish_reason, index) => ({ index, message: { content: `${index}` }, finish_reason }));
    expect(recordable(chatOutput({ choices })).map((m) => m.finish_reason)).toEqual([
      'stop', 'length', 'tool_call', 'tool_call', 'content_filter', 'strange', undefined, undefined,
    ]); // biome-ignore format: as above
  });
});

describe(`legacy completions${schemaNote}`, () => {
  it('reads prompts and texts', () => {
    expect(recordable(completionInput({ prompt: 'a' })).messages).toEqual([{ role: 'user', parts: [text('a')] }]);
    expect(recordable(completionInput({ prompt: ['a', 'b'] })).messages).toHaveLength(2);
    expect(completionInput({ prompt: [1, 2] }).messages).toBeUndefined();
    expect(completionInput({ prompt: [[1], [2]] }).messages).toBeUndefined();
    expect(recordable(completionOutput({ choices: [{ text: 'x', finish_reason: 'length' }, { text: '' }] }))).toEqual([
      { role: 'assistant', parts: [text('x')], finish_reason: 'length' },
      { role: 'assistant', parts: [] },
    ]);
  });

  it('reads streams', () => {
    const stream = new CompletionContentAccumulator(100);
    for (const chunk of [{ choices: [{ index: 1, text: 'B' }] }, { choices: [{ index: 0, text: 'a' }] }, { choices: [{ index: 0, text: 'b', finish_reason: 'stop' }] }, {}, null]) stream.add(chunk); // biome-ignore format: one line
    expect(stream.messages(false)).toEqual([
      { role: 'assistant', parts: [text('ab')], finish_reason: 'stop' },
      { role: 'assistant', parts: [text('B')], finish_reason: 'error' },
    ]);
  });
});

describe(`Responses input${schemaNote}`, () => {
  it('keeps instructions apart from the history', () => {
    expect(recordable(responsesInput({ instructions: 'be brief', input: 'hi' }))).toEqual({
      system: [text('be brief')],
      messages: [{ role: 'user', parts: [text('hi')] }],
    });
  });

  it.each<[unknown, unknown]>([
    [
      { role: 'developer', content: 'x' },
      { role: 'developer', parts: [text('x')] },
    ],
    [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'x' }] },
      { role: 'user', parts: [text('x')] },
    ],
    [{ role: 'user', content: [{ type: 'input_image', file_id: 'f1' }] }, { role: 'user', parts: [{ type: 'file', modality: 'image', file_id: 'f1' }] }], // biome-ignore format: a row
    [{ role: 'user', content: [{ type: 'input_file', file_url: 'https://x.example/a' }] }, { role: 'user', parts: [{ type: 'uri', modality: 'document', uri: 'https://x.example/a' }] }], // biome-ignore format: a row
    [{ type: 'function_call_output', call_id: 'c', output: 'ok' }, { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c', response: 'ok' }] }], // biome-ignore format: a row
    [{ type: 'custom_tool_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'ok' }] }, { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c', response: 'ok' }] }], // biome-ignore format: a row
    [
      { type: 'item_reference', id: 'm1' },
      { role: 'assistant', parts: [{ type: 'item_reference', id: 'm1' }] },
    ],
    [
      { type: 'compaction', id: 'k', encrypted_content: 'x' },
      { role: 'assistant', parts: [{ type: 'compaction', id: 'k' }] },
    ],
    [{ type: 'reasoning', summary: [], encrypted_content: 'x' }, undefined],
    [null, undefined],
    [
      { type: 'mcp_approval_response', approve: true },
      { role: 'user', parts: [{ type: 'mcp_approval_response', approve: true }] },
    ],
  ])('reads %j', (item, want) => {
    expect(itemIn(item)).toEqual(want);
  });
});

describe(`Responses output${schemaNote}`, () => {
  const server = (name: string, call: object, id?: string): Part => ({ type: 'server_tool_call', ...(id && { id }), name, server_tool_call: call as Part }); // biome-ignore format: one line
  const result = (response: object): Part => ({ type: 'server_tool_call_response', server_tool_call_response: response as Part }); // biome-ignore format: one line

  it.each<[unknown, unknown]>([
    [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a', annotations: [] }, { type: 'refusal', refusal: 'no' }] }, [text('a'), { type: 'refusal', content: 'no' }]],
    [{ type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":1}' }, [{ type: 'tool_call', id: 'c', name: 'f', arguments: { a: 1 } }]],
    [{ type: 'custom_tool_call', call_id: 'c', name: 'sql', input: 'select 1' }, [{ type: 'tool_call', id: 'c', name: 'sql', arguments: 'select 1' }]],
    [{ type: 'computer_call', call_id: 'c', action: { type: 'click' } }, [{ type: 'tool_call', id: 'c', name: 'computer', arguments: { type: 'click' } }]],
    [{ type: 'local_shell_call', call_id: 'c', action: { command: ['ls'] } }, [{ type: 'tool_call', id: 'c', name: 'local_shell', arguments: { command: ['ls'] } }]],
    [{ type: 'apply_patch_call', call_id: 'c', operation: { type: 'create_file' } }, [{ type: 'tool_call', id: 'c', name: 'apply_patch', arguments: { type: 'create_file' } }]],
    [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 's' }], content: [{ type: 'reasoning_text', text: 'c' }] }, [think('s'), think('c')]],
    [{ type: 'web_search_call', id: 'w', action: { type: 'search', query: 'q' } }, [server('web_search', { type: 'web_search', action: { type: 'search', query: 'q' } }, 'w')]],
    [{ type: 'file_search_call', queries: ['q'], results: [{ text: 't' }] }, [server('file_search', { type: 'file_search', queries: ['q'] }), result({ type: 'file_search', results: [{ text: 't' }] })]],
    [{ type: 'code_interpreter_call', code: '1', outputs: null }, [server('code_interpreter', { type: 'code_interpreter', code: '1' })]],
    [{ type: 'mcp_call', server_label: 'wiki', name: 'ask', arguments: '{"q":1}', output: 'a', error: null }, [server('ask', { type: 'mcp', server_label: 'wiki', arguments: { q: 1 } }), result({ type: 'mcp', output: 'a' })]],
    [{ type: 'mcp_list_tools', id: 'l', server_label: 'wiki', tools: [{ name: 'ask', input_schema: {} }] }, [{ type: 'mcp_list_tools', id: 'l', server_label: 'wiki', tools: ['ask'] }]],
    [{ type: 'image_generation_call', result: 'AAAA', output_format: 'webp' }, [server('image_generation', { type: 'image_generation' }), { type: 'blob', modality: 'image', mime_type: 'image/webp', content: 'AAAA' }]],
    [{ type: 'tool_search_call', execution: 'client', call_id: 'c', arguments: { q: 1 } }, [{ type: 'tool_call', id: 'c', name: 'tool_search', arguments: { q: 1 } }]],
    [{ type: 'tool_search_output', execution: 'server', tools: [{ type: 'function', name: 'f' }] }, [result({ type: 'tool_search', tools: ['f'] })]],
    [{ type: 'unheard_of', id: 'u', field: 1 }, [{ type: 'unheard_of', id: 'u', field: 1 }]],
  ])('reads %j', (item, want) => {
    expect(itemOut(item)).toEqual(want);
  }); // biome-ignore format: a table

  it.each<[unknown, string | undefined]>([
    [{ status: 'completed' }, 'stop'],
    [{ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }, 'length'],
    [{ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }, 'content_filter'],
    [{ status: 'failed' }, 'error'],
    [{ status: 'in_progress' }, undefined],
    [{}, undefined],
  ])('finishes %j', (response, want) => {
    const output = [{ type: 'message', content: 'x' }];
    expect(responsesOutput({ ...(response as object), output })[0]?.finish_reason).toBe(want);
    expect(responsesOutput({ ...(response as object), output: [] })).toEqual([]);
  });

  it('finishes with a tool call when the application has to run one', () => {
    const output = [{ type: 'function_call', name: 'f', arguments: '{}' }];
    expect(responsesOutput({ status: 'completed', output })[0]?.finish_reason).toBe('tool_call');
  });
});

describe('anything else', () => {
  it.each([
    undefined,
    null,
    0,
    '',
    'text',
    [],
    [null],
    {},
    { messages: 5, input: 5, prompt: {}, choices: 5, output: 5, tools: 5 },
    { choices: [null, 1, {}], output: [null, 1, {}], messages: [null], input: [null, [], 1], tools: [1] },
  ])('is no content: %j', (value) => {
    // biome-ignore format: one line
    for (const read of [chatInput, responsesInput, completionInput]) expect(() => recordable(read(value))).not.toThrow();
    for (const read of [chatOutput, responsesOutput, completionOutput])
      expect(() => recordable(read(value))).not.toThrow();
    for (const Stream of [ChatContentAccumulator, CompletionContentAccumulator, ResponsesContentAccumulator]) {
      const stream = new Stream(100);
      expect(() => stream.add(value)).not.toThrow();
      expect(() => recordable(stream.messages(true))).not.toThrow();
    }
  });
});
