import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { asCurl } from '../../../src/cli/view/copy/as-curl.ts';
import { asFixture } from '../../../src/cli/view/copy/as-fixture.ts';
import { flatSpan } from '../../../src/cli/view/otlp/flat-span.ts';
import type { ViewedSpan } from '../../../src/viewer/page-data.ts';
import { chat, messages, otlpSpan, says, type Values } from './otlp-json.ts';

const spanOf = (attributes: Values): ViewedSpan =>
  flatSpan({ item: otlpSpan({ attributes, duration: 5 }), resource: {}, scope: {} });

/** The arguments that a real shell hands to `curl`, with the environment of the test. */
function argumentsOf(text: string, env: Record<string, string>): string[] {
  const script = `curl() { for word; do printf '%s\\0' "$word"; done; }\n${text}`;
  return execFileSync('sh', ['-c', script], { env: { ...process.env, ...env }, encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

const TOOL_TALK = [
  says('user', 'Weather?'),
  { role: 'assistant', parts: [{ type: 'tool_call', id: 'call_1', name: 'weather', arguments: { city: 'Lisbon' } }] },
  { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_1', response: 'sunny' }] },
];

const SYSTEM = { 'gen_ai.system_instructions': JSON.stringify([{ type: 'text', content: 'Be brief.' }]) };

describe.each<[provider: string, attributes: Values, url: string, key: string, body: object]>([
  [
    'openai',
    {
      'server.address': 'api.openai.com',
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.max_tokens': 9,
      ...SYSTEM,
      ...messages(TOOL_TALK),
    },
    'https://api.openai.com/v1/chat/completions',
    'OPENAI_API_KEY',
    {
      model: 'gpt-4o-mini',
      temperature: 0.5,
      max_completion_tokens: 9,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Lisbon"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
      ],
    },
  ],
  [
    'openai',
    {
      'server.address': 'localhost',
      'server.port': 8080,
      'openai.api.type': 'responses',
      ...SYSTEM,
      ...messages(TOOL_TALK),
    },
    'http://localhost:8080/v1/responses',
    'OPENAI_API_KEY',
    {
      model: 'gpt-4o-mini',
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: 'Weather?' },
        { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Lisbon"}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'sunny' },
      ],
    },
  ],
  [
    'anthropic',
    { ...SYSTEM, ...messages(TOOL_TALK) },
    'https://api.anthropic.com/v1/messages',
    'ANTHROPIC_API_KEY',
    {
      model: 'gpt-4o-mini',
      max_tokens: 1024,
      system: 'Be brief.',
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Lisbon' } }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'sunny' }] },
      ],
    },
  ],
  [
    'gcp.gemini',
    {
      'gen_ai.request.model': 'gemini-x',
      'gen_ai.request.top_k': 3,
      ...messages([
        says('user', 'Hi'),
        { role: 'user', parts: [{ type: 'blob', mime_type: 'image/png', byte_length: 12_300 }] },
      ]),
    },
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-x:generateContent',
    'GEMINI_API_KEY',
    {
      contents: [
        { role: 'user', parts: [{ text: 'Hi' }] },
        { role: 'user', parts: [{ text: '[image/png 12.3 kB]' }] },
      ],
      generationConfig: { topK: 3 },
    },
  ],
])('a call of %s', (provider, attributes, url, key, body) => {
  test('is a request that a shell understands', () => {
    const text = asCurl(spanOf(chat({ 'gen_ai.provider.name': provider, ...attributes }))) ?? '';
    const words = argumentsOf(text, { [key]: 'sk-test' });
    expect(words[0]).toBe(url);
    expect(words.some((word) => word.includes('sk-test'))).toBe(true);
    expect(text).not.toContain('sk-test');
    expect(JSON.parse(words.at(-1) ?? '')).toEqual(body);
  });
});

const HOSTILE = [
  `'; touch /tmp/owned; '`,
  '$(touch /tmp/owned)',
  '`touch /tmp/owned`',
  `"; rm -rf ~; "`,
  '\\',
  '\n\r\u2028',
  '!history',
  "'\\''",
];

test.each(HOSTILE)('data stays data in a shell: %j', (text) => {
  const span = spanOf(
    chat({ 'gen_ai.request.model': text, 'server.address': text, ...messages([says('user', text)]) }),
  );
  const words = argumentsOf(asCurl(span) ?? '', {});
  expect(words[0]).toBe(`https://${text}/v1/chat/completions`);
  expect(JSON.parse(words.at(-1) ?? '')).toMatchObject({ model: text, messages: [{ role: 'user', content: text }] });
});

test('a request without captured messages says so', () => {
  expect(asCurl(spanOf(chat()))).toMatch(/^# The messages were not captured\.\ncurl /);
});

test('a span of another kind is no request', () => {
  const span = spanOf({ 'gen_ai.operation.name': 'execute_tool' });
  expect([asCurl(span), asFixture(span)]).toEqual([undefined, undefined]);
});

test.each(HOSTILE)('a fixture is a module with the fields of LlmCall: %j', async (text) => {
  const hostile = {
    role: 'assistant',
    parts: [{ type: 'tool_call', name: 't', arguments: JSON.parse('{"__proto__":{"x":1}}') }],
  };
  const source = asFixture(
    spanOf(
      chat({
        'gen_ai.usage.input_tokens': 3,
        'gen_ai.response.finish_reasons': ['stop'],
        ...messages([says('user', text)], [hostile]),
      }),
    ),
  );
  const { default: call } = (await import(`data:text/javascript,${encodeURIComponent(source ?? '')}`)) as {
    default: Values;
  };
  expect(call).toMatchObject({
    operation: 'chat',
    provider: 'openai',
    model: 'gpt-4o-mini',
    inputTokens: 3,
    finishReasons: ['stop'],
    input: [says('user', text)],
    durationMs: 5,
  });
  const [toolCall] = call.toolCalls as { arguments: object }[];
  expect(Object.getOwnPropertyNames(toolCall?.arguments)).toEqual(['__proto__']);
});
