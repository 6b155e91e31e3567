import { describe, expect, it, test } from 'vitest';
import type { Part } from '../../../../src/facts/messages.ts';
import { contentMessages, generateInput, generateOutput } from '../../../../src/providers/formats/gemini/content.ts';
import { geminiPartsOf } from '../../../../src/providers/formats/gemini/content-parts.ts';
import { GenerateContentAccumulator } from '../../../../src/providers/formats/gemini/content-stream.ts';
import { PartialArguments } from '../../../../src/providers/formats/gemini/partial-arguments.ts';
import { REDACTION_MARGIN } from '../../../../src/telemetry/content/truncation.ts';
import { schemaNote, schemaProblems } from '../../../support/content-schemas.ts';

const text = (content: string): Part => ({ type: 'text', content });
const user = (...parts: Part[]) => ({ role: 'user', parts });

function valid<T>(name: string, value: T): T {
  expect(schemaProblems(name, JSON.parse(JSON.stringify(value)))).toEqual([]);
  return value;
}

describe(`contents in every shape${schemaNote}`, () => {
  it.each<[string, unknown, unknown]>([
    ['a text', 'hi', [user(text('hi'))]],
    ['a part', { text: 'hi' }, [user(text('hi'))]],
    ['a list of texts and parts', ['a', { text: 'b' }], [user(text('a'), text('b'))]],
    ['a content', { role: 'user', parts: [{ text: 'hi' }] }, [user(text('hi'))]],
    ['contents', [{ role: 'user', parts: [{ text: 'a' }] }, { role: 'model', parts: [{ text: 'b' }] }], [user(text('a')), { role: 'assistant', parts: [text('b')] }]],
    ['a content without a role', [{ parts: [{ text: 'a' }] }], [user(text('a'))]],
    ['the answers of functions', [{ role: 'user', parts: [{ functionResponse: { id: '1', name: 'f', response: { output: 1 } } }] }], [{ role: 'tool', parts: [{ type: 'tool_call_response', id: '1', name: 'f', response: { output: 1 } }] }]],
    ['the older role of functions', [{ role: 'function', parts: [{ functionResponse: { name: 'f', response: {} } }] }], [{ role: 'tool', parts: [{ type: 'tool_call_response', name: 'f', response: {} }] }]],
    ['an empty content', [{ role: 'user', parts: [] }], [user()]],
    ['nothing', undefined, []],
    ['odd things', [7, null], [user()]],
  ])('%s', (_, contents, messages) => {
    expect(valid('gen_ai.input.messages', contentMessages(contents))).toEqual(messages);
  }); // biome-ignore format: rows
});

describe('parts', () => {
  it.each<[string, unknown, Part[]]>([
    ['a thought', { text: 't', thought: true }, [{ type: 'reasoning', content: 't' }]],
    ['a call', { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 's' }, [{ type: 'tool_call', name: 'f', arguments: { a: 1 } }]],
    ['snake case', { function_call: { name: 'f', args: {} } }, [{ type: 'tool_call', name: 'f', arguments: {} }]],
    ['inline data', { inlineData: { mimeType: 'image/png', data: 'AAAA' } }, [{ type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA' }]],
    ['a file', { fileData: { mimeType: 'application/pdf', fileUri: 'gs://b/f' }, videoMetadata: {} }, [{ type: 'uri', modality: 'document', mime_type: 'application/pdf', uri: 'gs://b/f' }]],
    ['code', { executableCode: { language: 'PYTHON', code: '1' } }, [{ type: 'server_tool_call', name: 'code_execution', server_tool_call: { type: 'code_execution', language: 'PYTHON', code: '1' } }]],
    ['its result', { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } }, [{ type: 'server_tool_call_response', server_tool_call_response: { type: 'code_execution', outcome: 'OUTCOME_OK', output: '1' } }]],
    ['a tool of Google', { toolCall: { id: '1', toolType: 'GOOGLE_SEARCH_WEB', args: { q: 'x' } } }, [{ type: 'server_tool_call', id: '1', name: 'google_search_web', server_tool_call: { type: 'google_search_web', args: { q: 'x' } } }]],
    ['its answer', { toolResponse: { id: '1', toolType: 'GOOGLE_SEARCH_WEB', response: {} } }, [{ type: 'server_tool_call_response', id: '1', server_tool_call_response: { type: 'google_search_web', response: {} } }]],
    ['a signature alone', { thoughtSignature: 's' }, []],
    ['something new', { hologram: { x: 1 } }, [{ type: 'hologram', hologram: { x: 1 } }]],
    ['empty text', { text: '' }, []],
  ])('%s', (_, part, parts) => {
    expect(geminiPartsOf([part])).toEqual(parts);
    valid('gen_ai.input.messages', [user(...parts)]);
  }); // biome-ignore format: rows
});

test('system instructions and tools', () => {
  const tools = [
    { functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: { type: 'object' } }, { name: 7 }] },
    { googleSearch: {}, codeExecution: {} },
    null,
  ];
  const input = generateInput('hi', { role: 'system', parts: [{ text: 'be' }, { text: 'brief' }] }, tools);
  expect(input.system).toEqual([text('be'), text('brief')]);
  expect(valid('gen_ai.tool.definitions', input.tools)).toEqual([
    { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' } },
    { type: 'google_search', name: 'google_search' },
    { type: 'code_execution', name: 'code_execution' },
  ]);
  expect(generateInput('hi', 'be brief', undefined)).toMatchObject({ system: [text('be brief')], tools: undefined });
  expect(generateInput('hi', undefined, [])).toMatchObject({ system: undefined, tools: undefined });
});

test('one output message per candidate', () => {
  const body = {
    candidates: [
      { content: { parts: [{ text: 'a' }] }, finishReason: 'STOP' },
      { content: { parts: [{ functionCall: { name: 'f', args: {} } }] }, finishReason: 'STOP' },
      { finishReason: 'SAFETY' },
      {},
    ],
  };
  expect(valid('gen_ai.output.messages', generateOutput(body).slice(0, 3))).toEqual([
    { role: 'assistant', parts: [text('a')], finish_reason: 'stop' },
    { role: 'assistant', parts: [{ type: 'tool_call', name: 'f', arguments: {} }], finish_reason: 'tool_call' },
    { role: 'assistant', parts: [], finish_reason: 'content_filter' },
  ]);
  expect(generateOutput(body)[3]).toEqual({ role: 'assistant', parts: [] });
  expect(generateOutput(undefined)).toEqual([]);
});

describe('streams', () => {
  const chunk = (parts: readonly object[], finishReason?: string, index = 0) => ({
    candidates: [{ index, content: { parts }, ...(finishReason ? { finishReason } : {}) }],
  });
  const messages = (chunks: readonly unknown[], complete = true, limit = 1000) => {
    const content = new GenerateContentAccumulator(limit);
    for (const piece of chunks) content.add(piece);
    return content.messages(complete);
  };

  test('thoughts and text in the order they came', () => {
    const chunks = [
      chunk([{ text: 'th', thought: true }]),
      chunk([{ text: 'ink', thought: true }, { text: 'He' }]),
      chunk([{ text: 'llo' }], 'STOP'),
    ];
    expect(valid('gen_ai.output.messages', messages(chunks))).toEqual([
      { role: 'assistant', parts: [{ type: 'reasoning', content: 'think' }, text('Hello')], finish_reason: 'stop' },
    ]);
  });

  test('calls, code and media; media by its size alone', () => {
    const chunks = [
      chunk([{ functionCall: { id: '1', name: 'f', args: { a: 1 } } }]),
      chunk([{ executableCode: { code: '1' } }]),
      chunk([{ inlineData: { mimeType: 'audio/pcm', data: 'AAAA' } }]),
      chunk([{ inlineData: { mimeType: 'audio/pcm', data: 'AAAA' } }], 'STOP'),
    ];
    expect(valid('gen_ai.output.messages', messages(chunks))[0]).toEqual({
      role: 'assistant',
      parts: [
        { type: 'tool_call', id: '1', name: 'f', arguments: { a: 1 } },
        { type: 'server_tool_call', name: 'code_execution', server_tool_call: { type: 'code_execution', code: '1' } },
        { type: 'blob', modality: 'audio', mime_type: 'audio/pcm', content: '', byte_length: 6 },
      ],
      finish_reason: 'tool_call',
    });
  });

  test('arguments in pieces belong to the call before them', () => {
    const edit = (jsonPath: string, fields: object) =>
      chunk([{ functionCall: { partialArgs: [{ jsonPath, ...fields }] } }]);
    const chunks = [
      chunk([{ functionCall: { name: 'f', willContinue: true } }]),
      edit('$.city', { stringValue: 'Ro', willContinue: true }),
      edit('$.city', { stringValue: 'me' }),
      edit('$.days[0].n', { numberValue: 1 }),
      chunk([{ functionCall: {} }]),
      chunk([{ functionCall: { name: 'g' } }], 'STOP'),
    ];
    expect(JSON.parse(JSON.stringify(messages(chunks)[0]?.parts))).toEqual([
      { type: 'tool_call', name: 'f', arguments: { city: 'Rome', days: [{ n: 1 }] } },
      { type: 'tool_call', name: 'g' },
    ]);
  });

  test('a stream that was cut, candidates out of order', () => {
    const chunks = [chunk([{ text: 'b' }], undefined, 1), chunk([{ text: 'a' }], 'STOP', 0)];
    expect(messages(chunks, false)).toEqual([
      { role: 'assistant', parts: [text('a')], finish_reason: 'stop' },
      { role: 'assistant', parts: [text('b')], finish_reason: 'error' },
    ]);
  });

  test('what is kept is bounded', () => {
    const many = Array.from({ length: 500 }, () => chunk([{ text: 'x'.repeat(100) }]));
    const [message] = messages(many, true, 50);
    expect(message?.parts[0]).toMatchObject({ truncated: true, original_bytes: 50_000 });
    expect(String(message?.parts[0]?.content).length).toBe(50 + REDACTION_MARGIN);
    const calls = Array.from({ length: 500 }, () => chunk([{ functionCall: { name: 'f' } }]));
    expect(messages(calls)[0]?.parts.length).toBe(128);
  });

  test.each([undefined, null, 7, {}, { candidates: [null, 7, { content: 7 }, { content: { parts: [null, 7] } }] }])(
    'an odd chunk %o throws nothing',
    (odd) => expect(() => messages([odd])).not.toThrow(),
  );
});

describe('PartialArguments', () => {
  test.each<[string, object, unknown]>([
    ["$['a b'].c", { boolValue: true }, { 'a b': { c: true } }],
    ['$.a[1]', { nullValue: 'NULL_VALUE' }, { a: [null, null] }],
    ['$.__proto__.polluted', { stringValue: 'x' }, { ['__proto__']: { polluted: 'x' } }],
    ['$', { stringValue: 'x' }, {}],
  ])('%s', (jsonPath, value, args) => {
    const partial = new PartialArguments(100);
    partial.apply({ jsonPath, ...value });
    expect(JSON.stringify(partial.value)).toBe(JSON.stringify(args));
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  test('no more than fits, nothing of what is odd', () => {
    const partial = new PartialArguments(8);
    for (const odd of [undefined, null, {}, { jsonPath: '$.a' }, { jsonPath: 7, stringValue: 'x' }]) partial.apply(odd);
    expect(partial.empty).toBe(true);
    partial.apply({ jsonPath: '$.a', stringValue: 'x'.repeat(100) });
    expect(partial.value).toEqual({ a: 'xxxxx' });
  });
});
