/** Answers that an SDK resolves although the body is an error: the call has failed, and the application sees no difference. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import * as genai from '@google/genai';
import * as generativeAi from '@google/generative-ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/options.ts';
import { Patcher } from '../../src/patching/wrapping/patcher.ts';
import { anthropic } from '../../src/providers/anthropic/index.ts';
import { googleGenAI } from '../../src/providers/google-genai/index.ts';
import { googleGenerativeAI } from '../../src/providers/google-generative-ai/index.ts';
import { openai } from '../../src/providers/openai/index.ts';
import { failureInAnswer } from '../../src/providers/reading/error-answers.ts';
import { CallRecorder } from '../../src/telemetry/call/call-recorder.ts';
import { tracing } from '../telemetry/in-memory.ts';

let server: Server;
let url = '';
let answer = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.setHeader('content-type', 'application/json').end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const { provider, spans } = tracing();
const patcher = new Patcher(new CallRecorder('@x/llm-otel/test', '0', resolveConfig({}, {})));
patcher.telemetry.setTracerProvider(provider);

const openaiClient = () => new OpenAI({ apiKey: 'key', baseURL: `${url}/v1`, maxRetries: 0, logLevel: 'off' });
const anthropicClient = () => new Anthropic({ apiKey: 'key', baseURL: url, maxRetries: 0, logLevel: 'off' });
const genaiClient = () => new genai.GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: url } });
const oldModel = () => new generativeAi.GoogleGenerativeAI('key').getGenerativeModel({ model: 'm' }, { baseUrl: url });

const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const LIMIT = { error: { message: 'Too many requests', type: 'rate_limit_exceeded', code: 429 } };
const EXHAUSTED = { error: { code: 429, message: 'Quota', status: 'RESOURCE_EXHAUSTED' } };
const OVERLOADED = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };

type Row = readonly [name: string, body: unknown, type: string, call: () => PromiseLike<unknown>];

const CALLS: readonly Row[] = [
  [
    'openai chat',
    { error: { code: 429, message: 'no' } },
    '429',
    () => openaiClient().chat.completions.create({ model: 'm', messages: MESSAGES }),
  ],
  [
    'openai chat, empty choices',
    { ...LIMIT, choices: [] },
    'rate_limit_exceeded',
    () => openaiClient().chat.completions.create({ model: 'm', messages: MESSAGES }),
  ],
  [
    'openai responses',
    LIMIT,
    'rate_limit_exceeded',
    () => openaiClient().responses.create({ model: 'm', input: 'Hello' }),
  ],
  ['openai retrieve', LIMIT, 'rate_limit_exceeded', () => openaiClient().responses.retrieve('resp_1')],
  [
    'openai embeddings',
    LIMIT,
    'rate_limit_exceeded',
    () => openaiClient().embeddings.create({ model: 'm', input: 'Hello', encoding_format: 'float' }),
  ],
  [
    'openai images',
    LIMIT,
    'rate_limit_exceeded',
    () => openaiClient().images.generate({ model: 'm', prompt: 'Hello' }),
  ],
  ['openai moderation', LIMIT, 'rate_limit_exceeded', () => openaiClient().moderations.create({ input: 'Hello' })],
  ['openai search', LIMIT, 'rate_limit_exceeded', () => openaiClient().vectorStores.search('vs', { query: 'Hello' })],
  [
    'anthropic',
    OVERLOADED,
    'overloaded_error',
    () => anthropicClient().messages.create({ model: 'm', max_tokens: 9, messages: MESSAGES }),
  ],
  [
    'anthropic beta',
    OVERLOADED,
    'overloaded_error',
    () => anthropicClient().beta.messages.create({ model: 'm', max_tokens: 9, messages: MESSAGES }),
  ],
  [
    'genai',
    EXHAUSTED,
    'RESOURCE_EXHAUSTED',
    () => genaiClient().models.generateContent({ model: 'm', contents: 'Hello' }),
  ],
  [
    'genai embeddings',
    EXHAUSTED,
    'RESOURCE_EXHAUSTED',
    () => genaiClient().models.embedContent({ model: 'm', contents: 'Hello' }),
  ],
  [
    'genai interactions',
    EXHAUSTED,
    'RESOURCE_EXHAUSTED',
    () => genaiClient().interactions.create({ model: 'm', input: 'Hello' }),
  ],
  ['generative-ai', EXHAUSTED, 'RESOURCE_EXHAUSTED', () => oldModel().generateContent('Hello')],
  ['generative-ai embeddings', EXHAUSTED, 'RESOURCE_EXHAUSTED', () => oldModel().embedContent('Hello')],
];

const seen = async (call: Row[3]): Promise<string> => {
  try {
    return `value ${JSON.stringify(await call()) ?? 'undefined'}`.replace(/"date":"[^"]*"/, '');
  } catch (error) {
    return `error ${String(error)}`;
  }
};

test.each(CALLS)('%s', async (_, body, type, call) => {
  answer = JSON.stringify(body);
  patcher.unwrapAll();
  const plain = await seen(call);
  (spans() as unknown[]).length = 0;
  openai.patch({ OpenAI }, patcher);
  anthropic.patch({ Anthropic }, patcher);
  googleGenAI.patch(genai, patcher);
  googleGenerativeAI.patch(generativeAi, patcher);
  expect(await seen(call)).toBe(plain);
  expect(plain).toMatch(/^value /);
  await expect.poll(() => spans().length).toBe(1);
  const [span] = spans();
  expect(span?.status.code).toBe(2);
  expect(span?.attributes['error.type']).toBe(type);
  expect(span?.events.map(({ name }) => name)).toEqual(['exception']);
});

describe('the body', () => {
  test.each<readonly [name: string, body: unknown, type: string | undefined]>([
    ['a text', { error: 'model not found' }, '_OTHER'],
    ['a word', { error: 'overloaded' }, 'overloaded'],
    ['the error itself', { object: 'error', type: 'BadRequestError', code: 400 }, 'BadRequestError'],
    ['a list of a Google server', [EXHAUSTED], 'RESOURCE_EXHAUSTED'],
    ['an error in an error', { error: { error: { type: 'overloaded_error' } } }, 'overloaded_error'],
    ['no code', { error: { message: 'no' } }, '_OTHER'],
    ['an error beside choices', { ...LIMIT, choices: [{}] }, undefined],
    ['an error beside candidates', { ...EXHAUSTED, candidates: [{}] }, undefined],
    ['a stored response that failed', { status: 'failed', error: { code: 'server_error' }, output: [] }, undefined],
    ['no error', { error: null, output: [] }, undefined],
    ['an empty error', { error: {} }, undefined],
    ['false', { error: false }, undefined],
    ['nothing', null, undefined],
  ])('%s', (_, body, type) => {
    expect(failureInAnswer(body)?.type).toBe(type);
  });
});
