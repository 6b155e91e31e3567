import { describe, expect, it } from 'vitest';
import type { OutputMessage, Part } from '../../../src/facts/messages.ts';
import { ChatContentAccumulator } from '../../../src/providers/formats/openai-chat/content-stream.ts';
import { ResponsesContentAccumulator } from '../../../src/providers/openai/content-stream.ts';
import { REDACTION_MARGIN } from '../../../src/telemetry/content/truncation.ts';
import { schemaNote, schemaProblems } from '../../support/content-schemas.ts';

const text = (content: string): Part => ({ type: 'text', content });
const call = (id: string, name: string, args: unknown): Part => ({ type: 'tool_call', id, name, arguments: args });

function messages(
  stream: { add(chunk: unknown): void; messages(complete: boolean): OutputMessage[] },
  chunks: readonly unknown[],
  complete = true,
): OutputMessage[] {
  for (const chunk of chunks) stream.add(chunk);
  const out = stream.messages(complete);
  expect(schemaProblems('gen_ai.output.messages', JSON.parse(JSON.stringify(out)))).toEqual([]);
  return out;
}

/** Chunks with one choice, from its deltas; the last one may carry a finish reason. */
const deltas = (list: readonly unknown[], finish_reason: string | null = 'stop'): unknown[] => [
  ...list.map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] })),
  { choices: [{ index: 0, delta: {}, finish_reason }] },
  { choices: [], usage: {} },
];
const chat = (list: readonly unknown[]): readonly Part[] | undefined =>
  messages(new ChatContentAccumulator(1000), deltas(list))[0]?.parts;
const tool = (entry: object) => ({ tool_calls: [entry] });

describe(`ChatContentAccumulator${schemaNote}`, () => {
  it.each<[string, unknown[], Part[]]>([
    ['text', [{ role: 'assistant', content: '' }, { content: 'he' }, { content: 'llo' }], [text('hello')]],
    ['refusal', [{ refusal: 'n' }, { refusal: 'o' }], [{ type: 'refusal', content: 'no' }]],
    ['reasoning', [{ reasoning_content: 'r1', content: null }, { reasoning: 'r2' }, { content: 'a' }], [{ type: 'reasoning', content: 'r1r2' }, text('a')]],
    ['reasoning details', [{ reasoning_details: [{ text: 'r' }] }], [{ type: 'reasoning', content: 'r' }]],
    ['content as a list', [{ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'r' }] }] }, { content: [{ type: 'text', text: 'a' }] }, { content: 'b' }], [{ type: 'reasoning', content: 'r' }, text('ab')]],
    ['audio', [{ audio: { id: 'a', transcript: 'sa' } }, { audio: { transcript: 'id', data: 'AAAA' } }, { audio: { data: 'AAAA' } }], [text('said'), { type: 'blob', modality: 'audio', content: '', byte_length: 6 }]],
    ['parallel tool calls', [tool({ index: 0, id: 'c1', function: { name: 'f', arguments: '' } }), tool({ index: 1, id: 'c2', function: { name: 'g', arguments: '{"b"' } }), tool({ index: 0, function: { arguments: '{"a":1}' } }), tool({ index: 1, function: { arguments: ':2}' } })], [call('c1', 'f', { a: 1 }), call('c2', 'g', { b: 2 })]],
    ['calls without index', [tool({ id: 'c1', function: { name: 'f', arguments: '{' } }), tool({ id: 'c2', function: { name: 'g', arguments: '{}' } }), tool({ id: 'c1', function: { arguments: '}' } })], [call('c1', 'f', {}), call('c2', 'g', {})]],
    ['pieces without index and id', [tool({ id: 'c1', function: { name: 'f', arguments: '{' } }), tool({ function: { arguments: '}' } })], [call('c1', 'f', {})]],
    ['calls that share an index', [tool({ index: 0, id: 'c1', function: { name: 'f', arguments: '{}' } }), tool({ index: 0, id: 'c2', function: { name: 'g', arguments: '{}' } })], [call('c1', 'f', {}), call('c2', 'g', {})]],
    ['an id repeated in every piece', [tool({ index: 0, id: 'c1', function: { name: 'f', arguments: '{' } }), tool({ index: 0, id: 'c1', function: { name: 'f', arguments: '}' } })], [call('c1', 'f', {})]],
    ['custom tool', [tool({ index: 0, id: 'c1', type: 'custom', custom: { name: 'sql', input: 'select' } }), tool({ index: 0, custom: { input: ' 1' } })], [call('c1', 'sql', 'select 1')]],
    ['arguments as an object', [tool({ index: 0, id: 'c1', function: { name: 'f', arguments: { a: 1 } } })], [call('c1', 'f', { a: 1 })]],
    ['legacy function call', [{ function_call: { name: 'f', arguments: '' } }, { function_call: { arguments: '{"a":1}' } }], [{ type: 'tool_call', name: 'f', arguments: { a: 1 } }]],
    ['empty fields', [{ content: '', function_call: { name: '', arguments: '' }, audio: { data: '' }, reasoning: '' }], []],
  ])('puts together: %s', (_, list, want) => {
    expect(chat(list)).toEqual(want);
  }); // biome-ignore format: a table

  it('keeps choices apart and in order', () => {
    const chunk = (index: number, content: string, finish_reason?: string) => ({
      choices: [{ index, delta: { content }, finish_reason }],
    });
    expect(
      messages(new ChatContentAccumulator(100), [chunk(1, 'B', 'length'), chunk(0, 'A'), chunk(0, 'a')], false),
    ).toEqual([
      { role: 'assistant', parts: [text('Aa')], finish_reason: 'error' },
      { role: 'assistant', parts: [text('B')], finish_reason: 'length' },
    ]);
  });

  it('has no finish reason where a complete stream gave none', () => {
    expect(messages(new ChatContentAccumulator(100), deltas([{ content: 'a' }], null))).toEqual([
      { role: 'assistant', parts: [text('a')] },
    ]);
  });

  it('stays within bounds, however long the stream', () => {
    const stream = new ChatContentAccumulator(100);
    const piece = 'x'.repeat(100);
    for (let i = 0; i < 5000; i++) {
      stream.add({ choices: [{ index: i, delta: { content: piece } }] });
      stream.add({
        choices: [
          { index: 0, delta: { content: piece, ...tool({ index: i, function: { name: 'f', arguments: piece } }) } },
        ],
      });
      stream.add({ choices: [{ index: 0, delta: tool({ index: 0, function: { arguments: piece } }) }] });
    }
    const out = stream.messages(true);
    expect(out.length).toBeLessThanOrEqual(128);
    expect(out[0]?.parts.length).toBeLessThanOrEqual(129);
    expect(out[0]?.parts[0]).toEqual({
      type: 'text',
      content: 'x'.repeat(100 + REDACTION_MARGIN),
      truncated: true,
      original_bytes: 500_100,
    });
    expect(out[0]?.parts[1]).toMatchObject({ truncated: true, original_bytes: 500_100 });
  });
});

const message = { type: 'message', id: 'm', role: 'assistant', content: [{ type: 'output_text', text: 'hello' }] };
const announced = { ...message, content: [] };
const delta = (type: string, piece: string, more: object = { content_index: 0 }) => ({ type: `response.${type}.delta`, output_index: 0, delta: piece, ...more }); // biome-ignore format: one line
const responses = (events: readonly unknown[], complete = true): OutputMessage[] =>
  messages(new ResponsesContentAccumulator(1000), events, complete);

describe(`ResponsesContentAccumulator${schemaNote}`, () => {
  const told = [
    { type: 'response.created', response: { status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: announced },
    delta('output_text', 'hel'),
    delta('output_text', 'lo'),
  ];
  const done = { type: 'response.output_item.done', output_index: 0, item: message };

  it.each<[string, unknown[], boolean, string | undefined]>([
    ['the final response', [...told, done, { type: 'response.completed', response: { status: 'completed', output: [message] } }], true, 'stop'],
    ['an incomplete response', [...told, { type: 'response.incomplete', response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [message] } }], true, 'length'],
    ['a final response without output', [...told, done, { type: 'response.completed', response: { status: 'completed', output: [] } }], true, 'stop'],
    ['a failed response', [...told, { type: 'response.failed', response: { status: 'failed', output: [] } }], true, 'error'],
    ['finished items', [...told, done], false, 'error'],
    ['deltas', told, false, 'error'],
    ['deltas alone', told.slice(2), true, undefined],
  ])('reads %s', (_, events, complete, reason) => {
    expect(responses(events, complete)).toEqual([
      { role: 'assistant', parts: [text('hello')], ...(reason && { finish_reason: reason }) },
    ]);
  }); // biome-ignore format: a table

  it.each<[string, object | undefined, unknown[], Part[]]>([
    ['refusal', announced, [delta('refusal', 'no')], [{ type: 'refusal', content: 'no' }]],
    ['reasoning', { type: 'reasoning' }, [delta('reasoning_summary_text', 's1', { summary_index: 0 }), delta('reasoning_summary_text', 's2', { summary_index: 1 }), delta('reasoning_text', 'c')], ['s1', 's2', 'c'].map((content) => ({ type: 'reasoning', content }))],
    ['function call', { type: 'function_call', call_id: 'c', name: 'f', arguments: '' }, [delta('function_call_arguments', '{"a":'), delta('function_call_arguments', '1}')], [call('c', 'f', { a: 1 })]],
    ['custom tool call', { type: 'custom_tool_call', call_id: 'c', name: 'sql', input: '' }, [delta('custom_tool_call_input', 'select')], [call('c', 'sql', 'select')]],
    ['code', { type: 'code_interpreter_call', id: 'i' }, [delta('code_interpreter_call_code', '1+1')], [{ type: 'server_tool_call', id: 'i', name: 'code_interpreter', server_tool_call: { type: 'code_interpreter', code: '1+1' } }]],
  ])('puts together an unfinished item: %s', (_, item, events, want) => {
    const added = { type: 'response.output_item.added', output_index: 0, item };
    expect(responses([added, ...events], false)[0]?.parts).toEqual(want);
  }); // biome-ignore format: a table

  it('finishes with a tool call when the application has to run one', () => {
    const item = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' };
    const events = [{ type: 'response.output_item.done', output_index: 0, item }, { type: 'response.completed', response: { status: 'completed' } }]; // biome-ignore format: one line
    expect(responses(events)).toEqual([{ role: 'assistant', parts: [call('c', 'f', {})], finish_reason: 'tool_call' }]);
  });

  it('says nothing where nothing was said', () => {
    expect(responses([{ type: 'response.created', response: { status: 'queued', output: [] } }])).toEqual([]);
  });

  it('stays within bounds, however long the stream', () => {
    const stream = new ResponsesContentAccumulator(100);
    for (let i = 0; i < 5000; i++) {
      stream.add(delta('output_text', 'x'.repeat(100)));
      stream.add({
        type: 'response.output_item.done',
        output_index: i + 1,
        item: { ...message, content: 'y'.repeat(9000) },
      });
    }
    const parts = stream.messages(false)[0]?.parts ?? [];
    expect(parts.length).toBeLessThanOrEqual(128);
    expect(parts[0]).toEqual({
      type: 'text',
      content: 'x'.repeat(100 + REDACTION_MARGIN),
      truncated: true,
      original_bytes: 500_000,
    });
    expect(parts[1]).toMatchObject({ truncated: true, original_bytes: 9000 });
  });
});
