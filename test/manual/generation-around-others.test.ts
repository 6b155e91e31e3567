import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAI } from '@google/generative-ai';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { instrument, traceGeneration } from '../../src/index.ts';
import { openOperationCount } from '../../src/telemetry/call/open-operations.ts';
import { world } from './world.ts';

const { spans } = world();

afterEach(() => {
  vi.unstubAllGlobals();
  expect(openOperationCount()).toBe(0);
});

const MESSAGE = {
  id: 'a-1',
  type: 'message',
  role: 'assistant',
  model: 'claude',
  content: [],
  usage: { input_tokens: 3, output_tokens: 1 },
};
const MESSAGE_EVENTS = [
  { type: 'message_start', message: MESSAGE },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hi' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
  { type: 'message_stop' },
];
const CONTENT = {
  responseId: 'a-1',
  modelVersion: 'gemini',
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2 },
};

const events = (list: readonly object[], named: boolean): Response => {
  const text = list.map(
    (event) => `${named ? `event: ${(event as { type: string }).type}\n` : ''}data: ${JSON.stringify(event)}\n\n`,
  );
  return new Response(text.join(''), { headers: { 'content-type': 'text/event-stream' } });
};

const answering = async (url: unknown, init?: { body?: unknown }): Promise<Response> => {
  const address = url instanceof Request ? url.url : String(url);
  if (address.includes('streamGenerateContent')) return events([CONTENT], false);
  if (address.includes('generateContent')) return Response.json(CONTENT);
  const streamed = String(init?.body).includes('"stream":true');
  const answer = { ...MESSAGE, stop_reason: 'end_turn', usage: { input_tokens: 3, output_tokens: 2 } };
  return streamed ? events(MESSAGE_EVENTS, true) : Response.json(answer);
};

async function read(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

const REQUEST = { model: 'claude', max_tokens: 9, messages: [{ role: 'user' as const, content: 'hi' }] };
const anthropic = (): Anthropic => instrument(new Anthropic({ apiKey: 'k' }));
const genai = (): GoogleGenAI => instrument(new GoogleGenAI({ apiKey: 'k' }));
const model = () => instrument(new GoogleGenerativeAI('k')).getGenerativeModel({ model: 'gemini' });
const GEMINI = { model: 'gemini', contents: 'hi' };

const CALLS: readonly (readonly [about: string, call: () => unknown])[] = [
  ['anthropic', () => anthropic().messages.create(REQUEST)],
  ['anthropic, a stream', async () => read(await anthropic().messages.create({ ...REQUEST, stream: true }))],
  ['anthropic, a helper', () => anthropic().messages.stream(REQUEST).finalMessage()],
  [
    'anthropic, without tracing of its own',
    () => instrument(new Anthropic({ apiKey: 'k', openTelemetry: false } as object)).messages.create(REQUEST),
  ],
  ['genai', () => genai().models.generateContent(GEMINI)],
  ['genai, a stream', async () => read(await genai().models.generateContentStream(GEMINI))],
  ['generative-ai', () => model().generateContent('hi')],
  ['generative-ai, a stream', async () => (await model().generateContentStream('hi')).response],
  ['generative-ai, a chat', () => model().startChat().sendMessage('hi')],
];

describe('around a call of a known SDK', () => {
  test.each(CALLS)('%s: one span, with what the inner call knows', async (_about, call) => {
    vi.stubGlobal('fetch', answering);
    await traceGeneration({ provider: 'gateway' }, async () => {
      await call();
    });
    expect(spans().map(({ attributes }) => attributes)).toMatchObject([
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'gateway',
        'gen_ai.request.model': expect.stringMatching(/^(?:claude|gemini)$/),
        'gen_ai.response.id': 'a-1',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': 3,
        'gen_ai.usage.output_tokens': 2,
        'server.port': 443,
      },
    ]);
  });
});
