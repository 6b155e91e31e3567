import { SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { PRESET_NAMES } from '../../../src/config/backends/preset-names.ts';
import { createPreset } from '../../../src/pipeline/presets/create-preset.ts';
import { AGENT, CHAT, EMBEDDINGS, endedSpan, FAILED, STRUCTURED_CHAT, TOOL } from './spans.ts';

const ALL = PRESET_NAMES.join(',');

/** What the presets `name` add to a span with `attributes`. */
function added(name: string, attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const span = endedSpan(attributes);
  const result = createPreset({ name, mode: 'copy' })(span).attributes as Record<string, unknown>;
  expect(result).toMatchObject(attributes);
  return Object.fromEntries(Object.entries(result).filter(([key]) => !Object.hasOwn(attributes, key)));
}

/** The kind of a span by operation, as the preset `name` names the kind. */
const kindOf = (name: string, key: string, operation: string): unknown =>
  added(name, { 'gen_ai.operation.name': operation })[key];

const OPERATIONS = [
  ...['chat', 'text_completion', 'generate_content', 'embeddings', 'retrieval', 'execute_tool', 'invoke_agent'],
  ...[
    'create_agent',
    'plan',
    'invoke_workflow',
    'fetch_response',
    'moderation',
    'rerank',
    'image_generation',
    'constructor',
  ],
];

describe('kinds of operations', () => {
  test.each([
    [
      'openinference',
      'openinference.span.kind',
      'LLM LLM LLM EMBEDDING RETRIEVER TOOL AGENT AGENT AGENT CHAIN CHAIN GUARDRAIL RERANKER CHAIN CHAIN',
    ],
    [
      'langfuse',
      'langfuse.observation.type',
      'generation generation generation embedding retriever tool agent agent agent chain chain chain chain chain chain',
    ],
    [
      'mlflow',
      'mlflow.spanType',
      'CHAT_MODEL LLM LLM EMBEDDING RETRIEVER TOOL AGENT AGENT AGENT CHAIN CHAIN GUARDRAIL RERANKER CHAIN CHAIN',
    ],
    [
      'langsmith',
      'langsmith.span.kind',
      'llm llm llm embedding retriever tool chain chain chain chain chain chain chain chain chain',
    ],
  ])('%s', (name, key, kinds) => {
    expect(OPERATIONS.map((operation) => kindOf(name, key, operation)).join(' ')).toBe(kinds);
  });
});

describe('openinference', () => {
  test('a streamed chat with tools and images', () => {
    const input = 'llm.input_messages';
    const output = 'llm.output_messages.0.message';
    expect(added('openinference', CHAT)).toEqual({
      'openinference.span.kind': 'LLM',
      'llm.provider': 'google',
      'llm.system': 'google',
      'llm.model_name': 'gemini-4-001',
      'llm.invocation_parameters': '{"temperature":0.5,"stream":true,"stop_sequences":["END"]}',
      'llm.token_count.prompt': 1000,
      'llm.token_count.completion': 300,
      'llm.token_count.total': 1300,
      'llm.token_count.prompt_details.cache_read': 600,
      'llm.token_count.prompt_details.cache_write': 100,
      'llm.token_count.prompt_details.audio': 7,
      'llm.token_count.completion_details.reasoning': 50,
      'llm.cost.total': 0.03,
      'llm.cost.prompt': 0.01,
      'llm.cost.completion': 0.02,
      [`${input}.0.message.role`]: 'system',
      [`${input}.0.message.contents.0.message_content.type`]: 'text',
      [`${input}.0.message.contents.0.message_content.text`]: 'Be short.',
      [`${input}.1.message.role`]: 'user',
      [`${input}.1.message.contents.0.message_content.type`]: 'text',
      [`${input}.1.message.contents.0.message_content.text`]: 'What is on the picture?',
      [`${input}.1.message.contents.1.message_content.type`]: 'image',
      [`${input}.1.message.contents.1.message_content.image.image.url`]: 'https://img.example/cat.png',
      [`${input}.1.message.contents.2.message_content.type`]: 'text',
      [`${input}.1.message.contents.2.message_content.text`]: '[image/jpeg 12.3 kB]',
      [`${input}.2.message.role`]: 'assistant',
      [`${input}.2.message.tool_calls.0.tool_call.id`]: 'c1',
      [`${input}.2.message.tool_calls.0.tool_call.function.name`]: 'look',
      [`${input}.2.message.tool_calls.0.tool_call.function.arguments`]: '{"zoom":2}',
      [`${input}.3.message.role`]: 'tool',
      [`${input}.3.message.tool_call_id`]: 'c1',
      [`${input}.3.message.contents.0.message_content.type`]: 'text',
      [`${input}.3.message.contents.0.message_content.text`]: 'a cat',
      [`${input}.4.message.role`]: 'tool',
      [`${input}.4.message.tool_call_id`]: 'c2',
      [`${input}.4.message.contents.0.message_content.type`]: 'text',
      [`${input}.4.message.contents.0.message_content.text`]: '{"dogs":0}',
      [`${output}.role`]: 'assistant',
      [`${output}.contents.0.message_content.type`]: 'reasoning',
      [`${output}.contents.0.message_content.text`]: 'Cats have whiskers.',
      [`${output}.contents.1.message_content.type`]: 'text',
      [`${output}.contents.1.message_content.text`]: 'A cat.',
      [`${output}.tool_calls.0.tool_call.id`]: 'c3',
      [`${output}.tool_calls.0.tool_call.function.name`]: 'feed',
      [`${output}.tool_calls.0.tool_call.function.arguments`]: '{"fish":1}',
      'llm.tools.0.tool.json_schema':
        '{"type":"function","function":{"name":"look","description":"Looks.","parameters":{"type":"object"}}}',
      'llm.tools.1.tool.json_schema': '{"type":"function","function":{"name":"feed"}}',
      'input.value': 'What is on the picture?\n[image/png]\n[image/jpeg 12.3 kB]\n\na cat\n{"dogs":0}',
      'input.mime_type': 'text/plain',
      'output.value': 'A cat.\nfeed({"fish":1})',
      'output.mime_type': 'text/plain',
      'session.id': 'conv-1',
    });
  });

  test('embeddings have a total', () => {
    expect(added('openinference', EMBEDDINGS)).toEqual({
      'openinference.span.kind': 'EMBEDDING',
      'llm.provider': 'openai',
      'llm.system': 'openai',
      'llm.model_name': 'text-embedding-3-small',
      'llm.invocation_parameters': '{"encoding_formats":["base64"]}',
      'llm.token_count.prompt': 9,
      'llm.token_count.total': 9,
    });
  });

  test('a tool and an agent', () => {
    expect(added('openinference', TOOL)).toEqual({
      'openinference.span.kind': 'TOOL',
      'tool.name': 'look',
      'tool.id': 'c1',
      'tool.parameters': '{"zoom":2}',
      'input.value': '{"zoom":2}',
      'input.mime_type': 'application/json',
      'output.value': 'a cat',
      'output.mime_type': 'text/plain',
    });
    expect(added('openinference', AGENT)).toMatchObject({
      'openinference.span.kind': 'AGENT',
      'input.value': 'Help me.',
      'output.value': 'Done.',
      'session.id': 'conv-1',
    });
  });

  test.each([
    ['azure.ai.openai', 'azure', 'openai'],
    ['gcp.vertex_ai', 'google', 'vertexai'],
    ['mistral_ai', 'mistralai', 'mistralai'],
    ['anthropic', 'anthropic', 'anthropic'],
    ['toString', 'toString', 'toString'],
  ])('provider %s', (name, provider, system) => {
    const result = added('openinference', { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': name });
    expect([result['llm.provider'], result['llm.system']]).toEqual([provider, system]);
  });
});

test('an image that was captured whole has an address, and a picture alone has no text', () => {
  const parts = [{ type: 'blob', mime_type: 'image/png', content: 'aGk=' }];
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.input.messages': JSON.stringify([{ role: 'user', name: 'ann', parts }]),
  };
  expect(added('openinference', attributes)).toMatchObject({
    'llm.input_messages.0.message.name': 'ann',
    'llm.input_messages.0.message.contents.0.message_content.image.image.url': 'data:image/png;base64,aGk=',
  });
  expect(JSON.parse(String(added('langfuse', attributes)['langfuse.observation.input']))).toEqual([
    {
      role: 'user',
      name: 'ann',
      content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } }],
    },
  ]);
});

const CHAT_INPUT = [
  { role: 'system', content: 'Be short.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'What is on the picture?' },
      { type: 'image_url', image_url: { url: 'https://img.example/cat.png' } },
      { type: 'text', text: '[image/jpeg 12.3 kB]' },
    ],
  },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"zoom":2}' } }],
  },
  { role: 'tool', tool_call_id: 'c1', content: 'a cat' },
  { role: 'tool', tool_call_id: 'c2', content: '{"dogs":0}' },
];
const CHAT_OUTPUT = {
  role: 'assistant',
  content: 'A cat.',
  reasoning_content: 'Cats have whiskers.',
  tool_calls: [{ id: 'c3', type: 'function', function: { name: 'feed', arguments: '{"fish":1}' } }],
};

const parsed = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' && /^[[{]/.test(value) ? JSON.parse(value) : value,
    ]),
  );

describe('langfuse', () => {
  test('a streamed chat with tools and images; what the cache took is no part of the input', () => {
    expect(parsed(added('langfuse', CHAT))).toEqual({
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gemini-4-001',
      'langfuse.observation.model.parameters': { temperature: 0.5, stream: true, stop_sequences: ['END'] },
      'langfuse.observation.usage_details': {
        input: 300,
        output: 250,
        input_cached_tokens: 600,
        input_cache_creation: 100,
        output_reasoning_tokens: 50,
        total: 1300,
      },
      'langfuse.observation.cost_details': { total: 0.03, input: 0.01, output: 0.02 },
      'langfuse.observation.input': CHAT_INPUT,
      'langfuse.observation.output': CHAT_OUTPUT,
      'langfuse.observation.prompt.name': 'cats',
      'langfuse.observation.prompt.version': 3,
      'langfuse.observation.completion_start_time': '2026-09-21T14:13:20.375Z',
      'session.id': 'conv-1',
    });
  });

  test('counts that contradict each other never become negative', () => {
    const usage = { 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.cache_read.input_tokens': 8 };
    const result = added('langfuse', { 'gen_ai.operation.name': 'chat', ...usage });
    expect(result['langfuse.observation.usage_details']).toBe('{"input":0,"input_cached_tokens":8}');
  });

  test('the v1.41 name of cache writes counts once', () => {
    const both = { 'gen_ai.usage.cache_creation.input_tokens': 100 };
    expect(added('langfuse', { ...CHAT, ...both })['langfuse.observation.usage_details']).toContain('"input":300,');
  });

  test('a tool, an agent, several choices', () => {
    expect(added('langfuse', TOOL)).toEqual({
      'langfuse.observation.type': 'tool',
      'langfuse.observation.input': '{"zoom":2}',
      'langfuse.observation.output': 'a cat',
    });
    expect(added('langfuse', AGENT)).toMatchObject({
      'langfuse.observation.type': 'agent',
      'langfuse.observation.input': '[{"role":"user","content":"Help me."}]',
      'langfuse.observation.output': '{"role":"assistant","content":"Done."}',
    });
    const choice = { role: 'assistant', parts: [{ type: 'text', content: 'Yes.' }] };
    const output = { 'gen_ai.operation.name': 'chat', 'gen_ai.output.messages': [choice, choice] };
    expect(JSON.parse(String(added('langfuse', output)['langfuse.observation.output']))).toHaveLength(2);
  });
});

describe('mlflow', () => {
  test('a streamed chat with tools and images; the instructions are the first message', () => {
    expect(parsed(added('mlflow', CHAT))).toEqual({
      'mlflow.spanType': 'CHAT_MODEL',
      'mlflow.llm.provider': 'gcp.gemini',
      'mlflow.llm.model': 'gemini-4-001',
      'mlflow.chat.tokenUsage': {
        input_tokens: 1000,
        output_tokens: 300,
        total_tokens: 1300,
        cache_read_input_tokens: 600,
        cache_creation_input_tokens: 100,
      },
      'mlflow.llm.cost': { total_cost: 0.03, input_cost: 0.01, output_cost: 0.02 },
      'mlflow.spanInputs': { messages: CHAT_INPUT },
      'mlflow.spanOutputs': { choices: [{ index: 0, message: CHAT_OUTPUT, finish_reason: 'tool_calls' }] },
      'mlflow.chat.tools': [
        { type: 'function', function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } } },
        { type: 'function', function: { name: 'feed' } },
      ],
      'mlflow.trace.session': 'conv-1',
      'session.id': 'conv-1',
      'mlflow.trace.user': 'ann',
    });
  });

  test('embeddings and a tool', () => {
    expect(added('mlflow', EMBEDDINGS)).toEqual({
      'mlflow.spanType': 'EMBEDDING',
      'mlflow.llm.provider': 'openai',
      'mlflow.llm.model': 'text-embedding-3-small',
      'mlflow.chat.tokenUsage': '{"input_tokens":9,"total_tokens":9}',
    });
    expect(added('mlflow', TOOL)).toEqual({
      'mlflow.spanType': 'TOOL',
      'mlflow.spanInputs': '{"zoom":2}',
      'mlflow.spanOutputs': 'a cat',
    });
  });
});

test('langsmith', () => {
  expect(added('langsmith', CHAT)).toEqual({
    'langsmith.span.kind': 'llm',
    'gen_ai.system': 'gcp.gemini',
    'gen_ai.usage.total_tokens': 1300,
    'gen_ai.prompt.0.role': 'system',
    'gen_ai.prompt.0.content': 'Be short.',
    'gen_ai.prompt.1.role': 'user',
    'gen_ai.prompt.1.content': 'What is on the picture?\n[image/png]\n[image/jpeg 12.3 kB]',
    'gen_ai.prompt.2.role': 'assistant',
    'gen_ai.prompt.2.content': 'look({"zoom":2})',
    'gen_ai.prompt.3.role': 'tool',
    'gen_ai.prompt.3.content': 'a cat',
    'gen_ai.prompt.4.role': 'tool',
    'gen_ai.prompt.4.content': '{"dogs":0}',
    'gen_ai.completion.0.role': 'assistant',
    'gen_ai.completion.0.content': 'A cat.\nfeed({"fish":1})',
    'langsmith.trace.session_id': 'conv-1',
    'langsmith.metadata.user_id': 'ann',
    'langsmith.metadata.prompt_name': 'cats',
  });
});

test('datadog: the application is part of the resource of every span, one resource for all', () => {
  const translate = createPreset({ name: 'datadog', mode: 'copy' });
  const [chat, other] = [endedSpan(CHAT), endedSpan({})].map((span, _, [first]) =>
    translate(Object.assign(span, { resource: first?.resource })),
  );
  expect(chat?.attributes['session.id']).toBe('conv-1');
  expect(chat?.resource.attributes).toEqual({ 'service.name': 'shop', ml_app: 'shop' });
  expect(other?.resource).toBe(chat?.resource);
  const named = resourceFromAttributes({ 'service.name': 'shop', ml_app: 'till' });
  expect(translate(endedSpan({}, { resource: named })).resource).toBe(named);
});

test('semconv-1.36', () => {
  expect(added('semconv-1.36', CHAT)).toEqual({
    'gen_ai.system': 'gcp.gemini',
    'gen_ai.openai.response.service_tier': 'default',
    'gen_ai.usage.cache_creation.input_tokens': 100,
  });
  expect(added('semconv-1.36', FAILED)).toEqual({ 'gen_ai.system': 'xai' });
});

describe('every preset', () => {
  test.each(PRESET_NAMES)('%s reads structured content like JSON', (name) => {
    expect(added(name, STRUCTURED_CHAT)).toEqual(added(name, CHAT));
  });

  test.each(PRESET_NAMES)('%s leaves a failed call without content its error', (name) => {
    const status = { code: SpanStatusCode.ERROR, message: 'slow down' };
    const events = [{ name: 'exception', time: [1, 0] as [number, number], attributes: { 'exception.type': 'A' } }];
    const span = endedSpan(FAILED, { status, events });
    const result = createPreset({ name, mode: 'copy' })(span);
    expect(result).toMatchObject({ status, events, name: 'span' });
    expect(result.spanContext()).toEqual(span.spanContext());
    expect(
      Object.keys(result.attributes).filter((key) => /messages|input\.|output\.|Inputs|prompt\.\d/.test(key)),
    ).toEqual([]);
  });

  test('of the list is joined, and sees the span as it came', () => {
    const joined = createPreset({ name: ' openinference, mlflow ', mode: 'replace' })(endedSpan(CHAT)).attributes;
    expect(joined).toMatchObject({ 'openinference.span.kind': 'LLM', 'mlflow.spanType': 'CHAT_MODEL', team: 'ml' });
  });

  test('leaves spans of other libraries alone', () => {
    const span = endedSpan({ 'http.request.method': 'GET' });
    expect(createPreset({ name: 'openinference,langfuse', mode: 'replace' })(span)).toBe(span);
  });

  test('leaves attributes alone that are there', () => {
    const own = { 'session.id': 'mine', 'langfuse.observation.type': 'evaluator' };
    const result = createPreset({ name: 'langfuse', mode: 'replace' })(endedSpan({ ...CHAT, ...own })).attributes;
    expect(result).toMatchObject({ ...own, 'gen_ai.conversation.id': 'conv-1', 'gen_ai.operation.name': 'chat' });
  });
});

test.each([
  ['openinference', ['gen_ai.request.model', 'gen_ai.response.finish_reasons', 'gen_ai.response.time_to_first_chunk']],
  ['mlflow', ['gen_ai.request.model', 'gen_ai.response.finish_reasons', 'gen_ai.usage.reasoning.output_tokens']],
])('%s replaces what was translated, and nothing else', (name, remaining) => {
  const { attributes } = createPreset({ name, mode: 'replace' })(endedSpan(CHAT));
  expect(Object.keys(attributes)).toEqual(expect.arrayContaining([...remaining, 'team', 'user.id']));
  for (const gone of [
    'gen_ai.operation.name',
    'gen_ai.input.messages',
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.cost',
  ])
    expect(attributes).not.toHaveProperty([gone]);
});

test('an unknown name is left out, and the warning has the nearest name', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const span = endedSpan(CHAT);
  expect(createPreset({ name: 'langfus', mode: 'copy' })(span)).toBe(span);
  expect(createPreset({ name: 'constructor', mode: 'copy' })(span)).toBe(span);
  expect(write.mock.calls.join()).toMatch(/the preset "langfus" is not known and is left out, did you mean langfuse\?/);
  expect(write.mock.calls.join()).toContain('"constructor" is not known and is left out, expected openinference,');
  write.mockRestore();
});

describe('whatever a span holds', () => {
  const names = fc.constantFrom(...Object.keys(CHAT), ...Object.keys(TOOL), 'gen_ai.usage.cache_creation.input_tokens');
  const part = fc.record(
    {
      type: fc.constantFrom('text', 'reasoning', 'tool_call', 'tool_call_response', 'blob', 'uri', 'file', 7),
      content: fc.anything(),
      id: fc.anything(),
      name: fc.anything(),
      arguments: fc.anything(),
      response: fc.anything(),
      uri: fc.anything(),
      modality: fc.constantFrom('image', 'audio', undefined),
      mime_type: fc.anything(),
      byte_length: fc.anything(),
    },
    { requiredKeys: [] },
  );
  const message = fc.record({ role: fc.anything(), parts: fc.oneof(fc.array(part), fc.anything()) });
  const content = fc.array(fc.oneof(message, part, fc.anything()));
  const value = fc.oneof(
    fc.anything(),
    fc.string(),
    content,
    content.map((list) => {
      try {
        return JSON.stringify(list) ?? '';
      } catch {
        return '[';
      }
    }),
    fc.double(),
  );
  const attributes = fc
    .tuple(fc.constantFrom('chat', 'execute_tool', 'embeddings', 'x'), fc.dictionary(names, value))
    .map(([operation, rest]) => ({ ...rest, 'gen_ai.operation.name': operation }));

  test.each(['copy', 'replace'] as const)('mode %s never throws, and the span never changes', (mode) => {
    const translate = createPreset({ name: ALL, mode });
    fc.assert(
      fc.property(attributes, (random) => {
        const frozen: ReadableSpan = endedSpan(Object.freeze({ ...random }));
        const before = { ...random };
        const result = translate(frozen);
        expect(frozen.attributes).toEqual(before);
        expect(result).not.toBe(frozen);
        expect(result.name).toBe('span');
        for (const [key, one] of Object.entries(result.attributes))
          if (!Object.hasOwn(random, key)) expect(['string', 'number', 'boolean']).toContain(typeof one);
      }),
      { numRuns: 300 },
    );
  });
});
