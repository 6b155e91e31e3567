/** Media and secrets inside tool results and fields, and what output messages always have. */
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/config/options.ts';
import type { Part } from '../../../src/facts/messages.ts';
import { prepareContent, prepareToolContent } from '../../../src/telemetry/content/prepare.ts';
import { schemaProblems } from '../../support/content-schemas.ts';

const PNG = Buffer.from(Array.from({ length: 70 }, (_, i) => (i * 37) % 256)).toString('base64');
const REMOVED = '[base64, 70 bytes removed]';

const result = (value: unknown, changes = {}): unknown =>
  prepareToolContent(value, 'tool_result', { ...DEFAULTS, ...changes })?.value;

describe('media inside tool results', () => {
  const SHAPES: readonly (readonly [string, object, object])[] = [
    [
      'MCP image',
      { type: 'image', data: PNG, mimeType: 'image/png' },
      { type: 'image', data: REMOVED, mimeType: 'image/png' },
    ],
    [
      'MCP audio',
      { type: 'audio', data: PNG, mimeType: 'audio/wav' },
      { type: 'audio', data: REMOVED, mimeType: 'audio/wav' },
    ],
    ['MCP resource', { uri: 'file:///a', mimeType: 'application/pdf', blob: PNG }, { uri: 'file:///a', mimeType: 'application/pdf', blob: REMOVED }], // biome-ignore format: a row
    ['Anthropic', { type: 'base64', media_type: 'image/png', data: PNG }, { type: 'base64', media_type: 'image/png', data: REMOVED }], // biome-ignore format: a row
    ['Gemini', { mimeType: 'image/png', data: PNG }, { mimeType: 'image/png', data: REMOVED }],
    ['AI SDK', { type: 'image-data', data: PNG, mediaType: 'image/png' }, { type: 'image-data', data: REMOVED, mediaType: 'image/png' }], // biome-ignore format: a row
    ['sound of chat', { data: PNG, format: 'wav' }, { data: REMOVED, format: 'wav' }],
    ['OpenAI image', { b64_json: PNG }, { b64_json: REMOVED }],
    ['a data URL', { url: `data:image/png;base64,${PNG}` }, { url: 'data:image/png;base64,[70 bytes removed]' }],
    ['a part', { type: 'blob', mime_type: 'image/png', content: PNG }, { type: 'blob', mime_type: 'image/png', content: '', byte_length: 70 }], // biome-ignore format: a row
  ];

  it.each(SHAPES)('%s', (_, given, want) => {
    expect(result({ content: [given] })).toEqual({ content: [want] });
    expect(result(JSON.stringify({ content: [given] }))).toEqual({ content: [want] });
    expect(result({ content: [given] }, { captureMedia: true })).toMatchObject({ content: [given] });
  });

  it.each(
    SHAPES.filter(([, given]) => !('url' in given || ('type' in given && given.type === 'blob') || 'format' in given)),
  )('%s as JSON in a text, also in JSON in JSON', (_, given) => {
    for (const text of [JSON.stringify([given]), JSON.stringify({ text: JSON.stringify([given]) })]) {
      const part = { type: 'tool_call_response', id: 'c', response: [{ type: 'text', text: `result: ${text}` }] };
      const json = prepareContent({ input: [{ role: 'tool', parts: [part] }] }, DEFAULTS)?.json[
        'gen_ai.input.messages'
      ];
      expect(json).not.toContain(PNG);
      expect(json).toContain('[base64, 70 bytes removed]');
    }
  });

  it.each([
    { data: 'hello', mimeType: 'text/plain' },
    { data: 'hello' },
    { type: 'text', content: 'hello' },
    { type: 'function', data: 'abcd' },
  ])('leaves %j alone', (value) => {
    expect(result(value)).toEqual(value);
  });
});

describe('secrets', () => {
  it('in fields whose names say so', () => {
    expect(
      result({
        user: 'ann',
        password: 'hunter2',
        clientSecret: 'x',
        headers: { Authorization: 'Basic abc' },
        tokens: 5,
      }),
    ).toEqual({
      user: 'ann',
      password: '[redacted:api_key]',
      clientSecret: '[redacted:api_key]',
      headers: { Authorization: '[redacted:bearer_token]' },
      tokens: 5,
    });
    expect(result({ password: 'hunter2' }, { redactPatterns: false })).toEqual({ password: 'hunter2' });
  });

  it('over several text parts of a message', () => {
    const key = `sk-${'proj-'}${'aB3dE5gH7jK9mN1pQ'.repeat(3)}`;
    const text = (content: string): Part => ({ type: 'text', content });
    const parts = [text('my key'), text(`is ${key.slice(0, 12)}`), text(`${key.slice(12)} ok`)];
    const messages = prepareContent({ system: parts, input: [{ role: 'user', parts }] }, DEFAULTS)?.structured;
    const want = [text('my key'), text('is [redacted:api_key]'), text(' ok')];
    expect(messages?.['gen_ai.system_instructions']).toEqual(want);
    expect(messages?.['gen_ai.input.messages']).toEqual([{ role: 'user', parts: want }]);
  });

  it('addresses of the network, on request', () => {
    expect(result('from 10.0.0.1')).toEqual({ value: 'from 10.0.0.1' });
    expect(result('from 10.0.0.1', { redactPatterns: 'ip' })).toEqual({ value: 'from [redacted:ip]' });
    expect(result('a@b.example', { redactPatterns: 'all' })).toEqual({ value: '[redacted:email]' });
  });
});

describe('output messages', () => {
  it('always have a finish reason, as agents and workflows give none', () => {
    const output = [
      { role: 'assistant', parts: [{ type: 'text', content: 'hi' }] },
      { role: 'assistant', parts: [{ type: 'tool_call', id: '1', name: 'f' }] },
      { role: 'assistant', parts: [{ type: 'text', content: 'hi' }], finish_reason: 'length' },
    ];
    const messages = prepareContent({ output, input: output }, DEFAULTS)?.structured;
    expect(messages?.['gen_ai.output.messages']).toMatchObject(
      ['stop', 'tool_call', 'length'].map((finish_reason) => ({ finish_reason })),
    );
    expect(messages?.['gen_ai.input.messages']).not.toHaveProperty([0, 'finish_reason']);
    expect(schemaProblems('gen_ai.output.messages', messages?.['gen_ai.output.messages'])).toEqual([]);
  });

  it('have a finish reason where messages are left out', () => {
    const output = Array.from({ length: 60 }, () => ({
      role: 'assistant',
      parts: [{ type: 'text', content: 'x'.repeat(90) }],
    }));
    const messages = prepareContent({ output }, { ...DEFAULTS, contentMaxBytes: 2048 })?.structured[
      'gen_ai.output.messages'
    ];
    for (const message of messages as object[]) expect(message).toHaveProperty('finish_reason');
  });
});
