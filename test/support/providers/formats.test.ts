import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProviderServer, startProviderServer } from '../provider-server.ts';
import { TOKENS } from '../scenario.ts';
import { ANSWER, type JsonObject } from './provider.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

async function post(path: string, body: JsonObject, scenario = ''): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-test-scenario': scenario };
  return fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** The events of a stream as their parsed data. */
async function events(response: Response): Promise<Record<string, unknown>[]> {
  const text = await response.text();
  return [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1] ?? ''));
}

const ask = { model: 'claude-opus-4-6', messages: [{ role: 'user', content: 'Why?' }] };

test('Anthropic: a message and its stream', async () => {
  const message = await (await post('/v1/messages', ask)).json();
  expect(message).toMatchObject({
    content: [{ type: 'text', text: ANSWER }],
    stop_reason: 'end_turn',
    usage: { input_tokens: TOKENS.input, cache_read_input_tokens: TOKENS.cached, output_tokens: TOKENS.output },
  });
  const tools = [{ name: 'weather', input_schema: { type: 'object' } }];
  const list = await events(await post('/v1/messages', { ...ask, tools, stream: true, thinking: { type: 'enabled' } }));
  expect(new Set(list.map((event) => event.type))).toEqual(
    new Set([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'ping',
      'message_delta',
      'message_stop',
    ]),
  );
  expect(list.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' }, usage: { output_tokens: TOKENS.output } });
});

test('Anthropic: errors', async () => {
  const refused = await post('/v1/messages', ask, 'status=529');
  expect(refused.status).toBe(529);
  expect(await refused.json()).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } });
  const cut = await events(await post('/v1/messages', { ...ask, stream: true }, 'error,after=1'));
  expect(cut.map((event) => event.type)).toEqual(['message_start', 'error']);
});

const prompt = { contents: [{ role: 'user', parts: [{ text: 'Why?' }] }] };

test('Gemini: an answer and its stream, under both paths', async () => {
  const path = '/v1beta/models/gemini-2.5-flash';
  const whole = (await (await post(`${path}:generateContent`, prompt)).json()) as JsonObject;
  expect(whole).toMatchObject({
    candidates: [{ content: { parts: [{ text: ANSWER }] }, finishReason: 'STOP' }],
    usageMetadata: { candidatesTokenCount: TOKENS.output - TOKENS.reasoning, thoughtsTokenCount: TOKENS.reasoning },
    modelVersion: 'gemini-2.5-flash',
  });
  const vertex = '/v1beta1/projects/p/locations/l/publishers/google/models/gemini-2.5-flash';
  const chunks = await events(await post(`${vertex}:streamGenerateContent?alt=sse`, prompt, 'chunks=4'));
  expect(chunks).toHaveLength(4);
  expect(chunks.at(-1)?.usageMetadata).toEqual(whole.usageMetadata);
});

test('Gemini: embeddings, a blocked prompt, an error', async () => {
  const embedded = await post('/v1beta/models/gemini-embedding-001:batchEmbedContents', { requests: [{}, {}] });
  expect(((await embedded.json()) as JsonObject).embeddings).toHaveLength(2);
  const path = '/v1beta/models/gemini-2.5-flash:generateContent';
  expect(await (await post(path, prompt, 'refusal')).json()).toMatchObject({
    promptFeedback: { blockReason: 'SAFETY' },
  });
  const busy = await post('/v1beta/models/%7Bstatus=429%7Dgemini-2.5-flash:generateContent', prompt);
  expect(await busy.json()).toMatchObject({ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } });
});
