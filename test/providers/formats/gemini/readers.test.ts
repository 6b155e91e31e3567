import { describe, expect, test } from 'vitest';
import { contentMessages, generateInput, generateOutput } from '../../../../src/providers/formats/gemini/content.ts';
import { geminiPartsOf } from '../../../../src/providers/formats/gemini/content-parts.ts';
import { GenerateContentAccumulator } from '../../../../src/providers/formats/gemini/content-stream.ts';
import { PartialArguments } from '../../../../src/providers/formats/gemini/partial-arguments.ts';
import { embeddingFacts, geminiUsageFacts, generateFacts } from '../../../../src/providers/formats/gemini/response.ts';
import { GenerateReader } from '../../../../src/providers/formats/gemini/stream.ts';
import { schemaNote, schemaProblems } from '../../../support/content-schemas.ts';

const ODD: readonly unknown[] = [undefined, null, 0, 'text', [], [null], {}, () => {}];
const text = (content: string): object => ({ type: 'text', content });

describe('usage', () => {
  test.each([
    [
      { promptTokenCount: 9, candidatesTokenCount: 4 },
      { input: 9, output: 4 },
    ],
    [
      { promptTokenCount: 9, toolUsePromptTokenCount: 2 },
      { input: 11, output: undefined },
    ],
    [
      { candidatesTokenCount: 4, thoughtsTokenCount: 3 },
      { output: 7, reasoning: 3 },
    ],
    [{ thoughtsTokenCount: 3 }, { output: 3 }],
    [{ cachedContentTokenCount: 5 }, { cacheRead: 5 }],
    [{ promptTokenCount: '9', candidatesTokenCount: 1 }, { input: undefined }],
    [
      {
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 3 }, { modality: 'AUDIO', tokenCount: 2 }, null],
        toolUsePromptTokensDetails: [{ modality: 'TEXT', tokenCount: 4 }],
        candidatesTokensDetails: [
          { modality: 'IMAGE', tokenCount: 6 },
          { modality: 'VIDEO', tokenCount: 1 },
        ],
        cacheTokensDetails: [{ modality: 'TEXT', tokenCount: 1 }],
      },
      { inputBy: { text: 7, audio: 2 }, outputBy: { image: 6 }, cacheReadBy: { text: 1 } },
    ],
  ])('%o', (usage, expected) => {
    expect(geminiUsageFacts(usage)).toMatchObject(expected);
  });

  test('none', () => {
    expect(geminiUsageFacts(undefined)).toBeUndefined();
  });
});

const CALL = { functionCall: { name: 'f', args: {} } };

test.each([
  ['STOP', [], 'stop'],
  ['STOP', [CALL], 'tool_calls'],
  ['MAX_TOKENS', [], 'length'],
  ['SAFETY', [], 'content_filter'],
  ['RECITATION', [], 'content_filter'],
  ['MALFORMED_FUNCTION_CALL', [], 'error'],
  ['OTHER', [], 'other'],
  [1, [], 'stop'],
  [1, [CALL], 'tool_calls'],
  [2, [], 'length'],
  [undefined, [], 'error'],
])('finish reason %s with %o is %s', (finishReason, parts, expected) => {
  expect(generateFacts({ candidates: [{ finishReason, content: { parts } }] }).finishReasons).toEqual([expected]);
});

test('an answer', () => {
  expect(generateFacts({ responseId: 'r', modelVersion: 'models/gemini-flash' })).toMatchObject({
    id: 'r',
    model: 'gemini-flash',
    finishReasons: undefined,
  });
  expect(generateFacts({ promptFeedback: { blockReason: 'SAFETY' } }).finishReasons).toEqual(['content_filter']);
  expect(generateFacts({ error: { status: 'UNAVAILABLE', code: 503 } }).failure?.type).toBe('UNAVAILABLE');
  expect(generateFacts({ error: { code: 503 } }).failure?.type).toBe('503');
});

test.each([
  [{ usageMetadata: { promptTokenCount: 5 } }, 5],
  [{ embeddings: [{ statistics: { tokenCount: 2 } }, { statistics: { tokenCount: 3 } }] }, 5],
  [{ embeddings: [{ statistics: { tokenCount: 2 } }, {}] }, undefined],
  [{ embeddings: [] }, undefined],
  [{ embedding: { values: [] } }, undefined],
])('embeddings %o: %s', (body, input) => {
  expect(embeddingFacts(body).usage?.input).toBe(input);
});

const PARTS: readonly (readonly [part: unknown, parts: readonly object[]])[] = [
  ['hi', [text('hi')]],
  ['', []],
  [{ text: 'hi' }, [text('hi')]],
  [{ text: 'hm', thought: true }, [{ type: 'reasoning', content: 'hm' }]],
  [{ text: '', thoughtSignature: 's' }, []],
  [
    { functionCall: { id: 'c', name: 'f', args: { a: 1 } } },
    [{ type: 'tool_call', id: 'c', name: 'f', arguments: { a: 1 } }],
  ],
  [{ function_call: { name: 'f' } }, [{ type: 'tool_call', name: 'f' }]],
  [
    { functionResponse: { id: 'c', name: 'f', response: { ok: true } } },
    [{ type: 'tool_call_response', id: 'c', name: 'f', response: { ok: true } }],
  ],
  [{ functionResponse: { name: 'f' } }, [{ type: 'tool_call_response', name: 'f', response: {} }]],
  [
    { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
    [{ type: 'blob', modality: 'image', mime_type: 'image/png', content: 'aGk=' }],
  ],
  [
    { inline_data: { mime_type: 'audio/wav', data: 'aGk=' } },
    [{ type: 'blob', modality: 'audio', mime_type: 'audio/wav', content: 'aGk=' }],
  ],
  [
    { fileData: { mimeType: 'application/pdf', fileUri: 'gs://a' } },
    [{ type: 'uri', modality: 'document', mime_type: 'application/pdf', uri: 'gs://a' }],
  ],
  [{ fileData: {} }, []],
  [
    { executableCode: { language: 'PYTHON', code: '1' } },
    [
      {
        type: 'server_tool_call',
        name: 'code_execution',
        server_tool_call: { type: 'code_execution', language: 'PYTHON', code: '1' },
      },
    ],
  ],
  [
    { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
    [
      {
        type: 'server_tool_call_response',
        server_tool_call_response: { type: 'code_execution', outcome: 'OUTCOME_OK', output: '1' },
      },
    ],
  ],
  [
    { toolCall: { id: 't', toolType: 'GOOGLE_SEARCH', args: { q: 'x' } } },
    [
      {
        type: 'server_tool_call',
        id: 't',
        name: 'google_search',
        server_tool_call: { type: 'google_search', args: { q: 'x' } },
      },
    ],
  ],
  [
    { toolResponse: { id: 't', response: { r: 1 } } },
    [{ type: 'server_tool_call_response', id: 't', server_tool_call_response: { type: 'tool', response: { r: 1 } } }],
  ],
  [{ somethingNew: { a: 1 } }, [{ type: 'somethingNew', somethingNew: { a: 1 } }]],
  [{}, []],
  [null, []],
];

test.each(PARTS)(`part %o${schemaNote}`, (part, parts) => {
  expect(geminiPartsOf([part])).toEqual(parts);
  expect(schemaProblems('gen_ai.input.messages', [{ role: 'user', parts: geminiPartsOf([part]) }])).toEqual([]);
});

test.each([
  ['hi', [{ role: 'user', parts: [text('hi')] }]],
  [['a', { text: 'b' }], [{ role: 'user', parts: [text('a'), text('b')] }]],
  [
    [
      { role: 'user', parts: [{ text: 'a' }] },
      { role: 'model', parts: [CALL] },
      { role: 'user', parts: [{ functionResponse: { name: 'f' } }] },
    ],
    [{ role: 'user' }, { role: 'assistant' }, { role: 'tool' }],
  ],
  [[], []],
  [undefined, []],
])('contents %o', (contents, expected) => {
  expect(contentMessages(contents)).toMatchObject(expected);
});

test('instructions and tools', () => {
  const tools = [
    { functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: { type: 'object' } }, {}, null] },
    { googleSearch: {}, codeExecution: null },
  ];
  expect(generateInput('hi', { parts: [{ text: 'be brief' }] }, tools)).toMatchObject({
    system: [text('be brief')],
    tools: [
      { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' } },
      { type: 'google_search', name: 'google_search' },
    ],
  });
  expect(generateInput(undefined, undefined, null)).toEqual({ system: undefined, messages: [], tools: undefined });
});

test.each(ODD)('%o is read without an error', (value) => {
  for (const read of [contentMessages, generateOutput, generateFacts, embeddingFacts, geminiUsageFacts])
    expect(() => read(value)).not.toThrow();
  const accumulator = new GenerateContentAccumulator(99);
  accumulator.add(value);
  expect(accumulator.messages(true)).toEqual([]);
});

test('an answer in messages', () => {
  const candidates = [
    { content: { parts: [{ text: 'hi' }] }, finishReason: 'STOP' },
    { content: { parts: [CALL] }, finishReason: 'STOP' },
    { content: null },
  ];
  expect(generateOutput({ candidates })).toEqual([
    { role: 'assistant', parts: [text('hi')], finish_reason: 'stop' },
    { role: 'assistant', parts: [{ type: 'tool_call', name: 'f', arguments: {} }], finish_reason: 'tool_call' },
    { role: 'assistant', parts: [] },
  ]);
});

const chunk = (parts: readonly unknown[], more: object = {}, index?: number): object => ({
  candidates: [{ index, content: { parts }, ...more }],
});

describe('a stream', () => {
  const read = (chunks: readonly unknown[]): GenerateReader => {
    const reader = new GenerateReader(new GenerateContentAccumulator(1000));
    for (const one of chunks) reader.read(one);
    return reader;
  };

  test('to its end', () => {
    const reader = read([
      {
        responseId: 'r',
        modelVersion: 'gemini-flash',
        ...chunk([{ text: 'hm', thought: true }]),
        usageMetadata: { promptTokenCount: 9, cachedContentTokenCount: 2 },
      },
      chunk([{ text: 'a' }]),
      chunk([{ text: 'b' }, { inlineData: { mimeType: 'image/png', data: 'aGk=' } }]),
      chunk([{ inlineData: { mimeType: 'image/png', data: 'aGk=' } }, { executableCode: { code: '1' } }]),
      { ...chunk([CALL], { finishReason: 'STOP' }), usageMetadata: { candidatesTokenCount: 4, thoughtsTokenCount: 1 } },
    ]);
    expect(reader.facts(true)).toMatchObject({
      id: 'r',
      model: 'gemini-flash',
      finishReasons: ['tool_calls'],
      usage: { input: 9, output: 5, cacheRead: 2, reasoning: 1 },
    });
    expect(reader.output(true)).toMatchObject([
      {
        finish_reason: 'tool_call',
        parts: [
          { type: 'reasoning', content: 'hm' },
          text('ab'),
          { type: 'blob', modality: 'image', byte_length: 4 },
          { type: 'server_tool_call' },
          { type: 'tool_call', name: 'f' },
        ],
      },
    ]);
  });

  test('several candidates, in any order, one without a reason', () => {
    const reader = read([chunk([{ text: 'b' }], { finishReason: 'MAX_TOKENS' }, 1), chunk([{ text: 'a' }], {}, 0)]);
    expect(reader.facts(true).finishReasons).toEqual(['error', 'length']);
    expect(reader.output(false).map((m) => m.finish_reason)).toEqual(['error', 'length']);
  });

  test('blocked, failed, empty', () => {
    expect(read([{ promptFeedback: { blockReason: 'SAFETY' } }]).facts(true).finishReasons).toEqual(['content_filter']);
    expect(read([{ error: { status: 'INTERNAL' } }]).facts(true).failure?.type).toBe('INTERNAL');
    expect(read([]).facts(true)).toMatchObject({ finishReasons: ['error'], usage: undefined });
    expect(read([{ candidates: [null] }, { candidates: 'x' }]).facts(true).finishReasons).toEqual(['error']);
  });

  test('arguments of a function in pieces', () => {
    const piece = (partialArgs: readonly object[], name?: string): object =>
      chunk([{ functionCall: { name, partialArgs } }]);
    const reader = read([
      piece([], 'f'),
      piece([{ jsonPath: '$.city', stringValue: 'Ro', willContinue: true }]),
      piece([{ jsonPath: '$.city', stringValue: 'me' }]),
    ]);
    expect(reader.output(true)[0]?.parts[0]).toMatchObject({ type: 'tool_call', name: 'f' });
    expect(JSON.stringify(reader.output(true)[0]?.parts[0]?.arguments)).toBe('{"city":"Rome"}');
  });

  test.each([
    [chunk([{ text: 'a' }]), 'text'],
    [chunk([{ text: 'a', thought: true }]), 'reasoning'],
    [chunk([CALL]), 'tool_call'],
    [chunk([{ inlineData: { mimeType: 'audio/wav' } }]), 'audio'],
    [chunk([{ inlineData: { mimeType: 'image/png' } }]), undefined],
    [{ usageMetadata: {} }, 'usage'],
    [{}, undefined],
  ])('%o starts %o', (one, kind) => {
    expect(new GenerateReader().kind(one)).toBe(kind);
  });
});

describe('partial arguments', () => {
  const put = (edits: readonly unknown[], chars = 1000): string => {
    const args = new PartialArguments(chars);
    for (const edit of edits) args.apply(edit);
    return JSON.stringify(args.value);
  };

  test.each([
    [
      [
        { jsonPath: '$.a', numberValue: 1 },
        { jsonPath: '$.b', boolValue: false },
        { jsonPath: '$.c', nullValue: 'NULL' },
      ],
      '{"a":1,"b":false,"c":null}',
    ],
    [[{ jsonPath: "$.a['b c'].d", stringValue: 'x' }], '{"a":{"b c":{"d":"x"}}}'],
    [[{ jsonPath: '$.__proto__.polluted', stringValue: 'x' }], '{"__proto__":{"polluted":"x"}}'],
    [[null, {}, { jsonPath: '$.a' }, { stringValue: 'x' }, { jsonPath: '$', stringValue: 'x' }], '{}'],
  ])('%o', (edits, json) => {
    expect(put(edits)).toBe(json);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('are bounded', () => {
    const edits = Array.from({ length: 1000 }, (_, i) => ({ jsonPath: `$.k${i}`, stringValue: 'x'.repeat(50) }));
    expect(put(edits, 500).length).toBeLessThan(900);
    expect(put([{ jsonPath: `$${'.a'.repeat(40)}`, stringValue: 'x' }])).toBe('{}');
  });
});
