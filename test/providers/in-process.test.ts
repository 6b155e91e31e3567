import Anthropic, * as anthropicSdk from '@anthropic-ai/sdk';
import * as genaiSdk from '@google/genai';
import * as generativeAiSdk from '@google/generative-ai';
import type { BasicTracerProvider, ReadableSpan } from '@opentelemetry/sdk-trace-base';
import OpenAI, * as openaiSdk from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  AnthropicInstrumentation,
  GoogleGenAIInstrumentation,
  GoogleGenerativeAIInstrumentation,
  type LlmInstrumentation,
  OpenAIInstrumentation,
} from '../../src/index.ts';
import { endOpenOperations } from '../../src/telemetry/call/open-operations.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { logging, metering, tracing } from '../telemetry/in-memory.ts';

/** Every kind of call of every SDK, in one process with the sources: what the conformance table does not say of spans. */
let server: ProviderServer;
let provider: BasicTracerProvider;
let spans: () => ReadableSpan[];

const INSTRUMENTATIONS: readonly (readonly [LlmInstrumentation, unknown])[] = [
  [new OpenAIInstrumentation({ captureContent: 'SPAN_AND_EVENT' }), openaiSdk],
  [new AnthropicInstrumentation({ captureContent: 'SPAN_AND_EVENT' }), anthropicSdk],
  [new GoogleGenerativeAIInstrumentation({ captureContent: 'SPAN_AND_EVENT' }), generativeAiSdk],
  [new GoogleGenAIInstrumentation({ captureContent: 'SPAN_AND_EVENT' }), genaiSdk],
];

beforeAll(async () => {
  server = await startProviderServer();
  const traces = tracing();
  ({ provider } = traces);
  const exporter = traces.spans;
  let before = 0;
  spans = () => {
    const all = exporter();
    const fresh = all.slice(before);
    before = all.length;
    return fresh;
  };
  for (const [instrumentation, sdk] of INSTRUMENTATIONS) {
    instrumentation.setTracerProvider(provider);
    instrumentation.setMeterProvider(metering().provider);
    instrumentation.setLoggerProvider(logging().provider);
    expect(instrumentation.patch(sdk)).toBe(true);
  }
});

afterEach(() => {
  endOpenOperations();
  spans();
});

afterAll(async () => {
  for (const [instrumentation] of INSTRUMENTATIONS) instrumentation.disable();
  await server.close();
});

/** What each span of a call has to be: its name, and its outcome if the answer was a stream. */
type Expected = readonly string[];
type Case<C> = readonly [about: string, run: (client: C) => unknown, spans: Expected];

function cases<C>(client: () => C, rows: readonly Case<C>[]): void {
  test.each(rows)('%s', async (_, run, expected) => {
    await Promise.resolve()
      .then(() => run(client()))
      .catch(() => {});
    const settled = (): boolean => seen.length >= expected.length;
    const seen: ReadableSpan[] = [];
    for (let i = 0; i < 100 && !settled(); i++) {
      seen.push(...spans());
      if (!settled()) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    seen.push(...spans());
    expect(seen.map(summary)).toEqual(expected);
  });
}

function summary({ name, attributes }: ReadableSpan): string {
  const outcome = attributes['llm_otel.stream.outcome'];
  const error = attributes['error.type'];
  return [name, outcome, error].filter(Boolean).join(' | ');
}

/** Reads a stream, or the first `most` chunks of it. */
async function drain(stream: unknown, most = Number.POSITIVE_INFINITY): Promise<void> {
  let count = 0;
  for await (const _ of (await stream) as AsyncIterable<unknown>) if (++count >= most) break;
}

const QUESTION = 'Why is the sea blue?';
const messages = [{ role: 'user' as const, content: QUESTION }];
const TOOL_SCHEMA = { type: 'object', properties: { city: { type: 'string' } } } as const;

describe('openai', () => {
  const model = 'gpt-4o-mini';
  const chat = { model, messages };
  const client = (): OpenAI => new OpenAI({ apiKey: 'test', baseURL: `${server.url}/v1`, maxRetries: 0 });
  const tools = [
    {
      type: 'function' as const,
      function: {
        name: 'weather',
        parameters: TOOL_SCHEMA,
        parse: JSON.parse,
        function: () => 'sunny',
      },
    },
  ];
  const file = (): File => new File(['sound'], 'sound.mp3');

  cases(client, [
    ['a chat', (c) => c.chat.completions.create(chat), ['chat gpt-4o-mini']],
    ['a stream', (c) => drain(c.chat.completions.create({ ...chat, stream: true })), ['chat gpt-4o-mini | completed']],
    [
      'a stream left',
      (c) => drain(c.chat.completions.create({ ...chat, stream: true }), 2),
      ['chat gpt-4o-mini | cancelled'],
    ],
    [
      'a stream aborted',
      async (c) => {
        const stream = await c.chat.completions.create({ ...chat, stream: true });
        stream.controller.abort();
      },
      ['chat gpt-4o-mini | cancelled'],
    ],
    [
      'a stream that fails',
      (c) => drain(c.chat.completions.create({ ...chat, model: `{error}${model}`, stream: true })),
      ['chat {error}gpt-4o-mini | failed | server_error'],
    ],
    [
      'both branches of a tee',
      async (c) => {
        const [left, right] = (await c.chat.completions.create({ ...chat, stream: true })).tee();
        await Promise.all([drain(left), drain(right)]);
      },
      ['chat gpt-4o-mini | completed'],
    ],
    [
      'a refused call',
      (c) => c.chat.completions.create({ ...chat, model: `{status=429}${model}` }),
      ['chat {status=429}gpt-4o-mini | rate_limit_exceeded'],
    ],
    [
      'a call aborted',
      (c) => c.chat.completions.create(chat, { signal: AbortSignal.abort() }),
      ['chat gpt-4o-mini | cancelled'],
    ],
    ['withResponse', (c) => c.chat.completions.create(chat).withResponse(), ['chat gpt-4o-mini']],
    [
      'a raw response',
      async (c) => (await c.chat.completions.create(chat).asResponse()).json(),
      ['chat gpt-4o-mini | detached'],
    ],
    [
      'a copy of a raw response',
      async (c) => (await c.chat.completions.create(chat).asResponse()).clone().text(),
      ['chat gpt-4o-mini | detached'],
    ],
    [
      'the body of a raw response',
      async (c) => (await c.chat.completions.create(chat).asResponse()).body?.cancel(),
      ['chat gpt-4o-mini | detached'],
    ],
    ['parse', (c) => c.chat.completions.parse(chat), ['chat gpt-4o-mini']],
    ['the stream helper', (c) => c.chat.completions.stream(chat).finalContent(), ['chat gpt-4o-mini | completed']],
    [
      'tools that the SDK runs',
      (c) => c.chat.completions.runTools({ ...chat, tools } as never).finalContent(),
      ['chat gpt-4o-mini', 'execute_tool weather', 'chat gpt-4o-mini'],
    ],
    ['a response', (c) => c.responses.create({ model, input: QUESTION }), ['chat gpt-4o-mini']],
    [
      'a streamed response',
      (c) => drain(c.responses.create({ model, input: QUESTION, stream: true })),
      ['chat gpt-4o-mini | completed'],
    ],
    ['a parsed response', (c) => c.responses.parse({ model, input: QUESTION }), ['chat gpt-4o-mini']],
    ['a response fetched', (c) => c.responses.retrieve('resp_1'), ['fetch_response']],
    ['a response compacted', (c) => c.responses.compact({ model, input: QUESTION }), ['chat gpt-4o-mini']],
    ['a completion', (c) => c.completions.create({ model, prompt: QUESTION }), ['text_completion gpt-4o-mini']],
    ['embeddings', (c) => c.embeddings.create({ model, input: QUESTION }), ['embeddings gpt-4o-mini']],
    ['an image', (c) => c.images.generate({ model, prompt: 'the sea' }), ['image_generation gpt-4o-mini']],
    [
      'speech',
      async (c) => (await c.audio.speech.create({ model, voice: 'alloy', input: 'hello' })).arrayBuffer(),
      ['speech gpt-4o-mini'],
    ],
    ['a transcription', (c) => c.audio.transcriptions.create({ model, file: file() }), ['transcription gpt-4o-mini']],
    ['a translation', (c) => c.audio.translations.create({ model, file: file() }), ['translation gpt-4o-mini']],
    ['moderation', (c) => c.moderations.create({ model, input: QUESTION }), ['moderation gpt-4o-mini']],
    ['a search', (c) => c.vectorStores.search('vs_1', { query: QUESTION }), ['retrieval vs_1']],
    ['a search page by page', (c) => drain(c.vectorStores.search('vs_1', { query: QUESTION })), ['retrieval vs_1']],
    ['what is not recorded', (c) => c.models.list(), []],
  ]);
});

describe('anthropic', () => {
  const model = 'claude-sonnet';
  const request = { model, messages, max_tokens: 99 };
  const client = (): Anthropic => new Anthropic({ apiKey: 'test', baseURL: server.url, maxRetries: 0 });
  const tool = { name: 'weather', input_schema: TOOL_SCHEMA, run: () => 'sunny', parse: (input: unknown) => input };

  cases(client, [
    ['a message', (c) => c.messages.create(request), ['chat claude-sonnet']],
    ['a stream', (c) => drain(c.messages.create({ ...request, stream: true })), ['chat claude-sonnet | completed']],
    [
      'a stream left',
      (c) => drain(c.messages.create({ ...request, stream: true }), 2),
      ['chat claude-sonnet | cancelled'],
    ],
    ['the stream helper', (c) => c.messages.stream(request).finalMessage(), ['chat claude-sonnet | completed']],
    [
      'a refused call',
      (c) => c.messages.create({ ...request, model: `{status=429}${model}` }),
      ['chat {status=429}claude-sonnet | rate_limit_error'],
    ],
    [
      'a stream that fails',
      (c) => drain(c.messages.create({ ...request, model: `{error}${model}`, stream: true })),
      ['chat {error}claude-sonnet | failed | overloaded_error'],
    ],
    [
      'a raw response',
      async (c) => (await c.messages.create(request).asResponse()).json(),
      ['chat claude-sonnet | detached'],
    ],
    ['the beta API', (c) => c.beta.messages.create(request), ['chat claude-sonnet']],
    [
      // The SDK's own tracing makes the span of the tool, with the global provider, which this process has not.
      'tools that the SDK runs',
      (c) => c.beta.messages.toolRunner({ ...request, tools: [tool] } as never).runUntilDone(),
      ['chat claude-sonnet', 'chat claude-sonnet'],
    ],
    ['what is not recorded', (c) => c.messages.countTokens({ model, messages }), []],
  ]);
});

describe('generative-ai', () => {
  const model = 'gemini-flash';
  const client = (): generativeAiSdk.GenerativeModel => named(model);
  const named = (name: string): generativeAiSdk.GenerativeModel =>
    new generativeAiSdk.GoogleGenerativeAI('test').getGenerativeModel({ model: name }, { baseUrl: server.url });

  cases(client, [
    ['content', (m) => m.generateContent(QUESTION), ['generate_content gemini-flash']],
    [
      'a stream',
      async (m) => drain((await m.generateContentStream(QUESTION)).stream),
      ['generate_content gemini-flash | completed'],
    ],
    [
      'the answer of a stream alone',
      async (m) => (await m.generateContentStream(QUESTION)).response,
      ['generate_content gemini-flash | completed'],
    ],
    ['a chat', (m) => m.startChat().sendMessage(QUESTION), ['generate_content gemini-flash']],
    [
      'a streamed chat',
      async (m) => drain((await m.startChat().sendMessageStream(QUESTION)).stream),
      ['generate_content gemini-flash | completed'],
    ],
    ['embeddings', (m) => m.embedContent(QUESTION), ['embeddings gemini-flash']],
    [
      'several embeddings',
      (m) => m.batchEmbedContents({ requests: [{ content: { role: 'user', parts: [{ text: QUESTION }] } }] }),
      ['embeddings gemini-flash'],
    ],
    [
      'a refused call',
      () => named(`{status=429}${model}`).generateContent(QUESTION),
      ['generate_content {status=429}gemini-flash | 429'],
    ],
    ['what is not recorded', (m) => m.countTokens(QUESTION), []],
  ]);
});

describe('genai', () => {
  const model = 'gemini-flash';
  const request = { model, contents: QUESTION };
  const client = (): genaiSdk.GoogleGenAI =>
    new genaiSdk.GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: server.url } });
  const weather = (): genaiSdk.CallableTool => ({
    tool: async () => ({ functionDeclarations: [{ name: 'weather', parametersJsonSchema: TOOL_SCHEMA }] }),
    callTool: async (calls) =>
      calls.map(({ name = '' }) => ({ functionResponse: { name, response: { output: 'sunny' } } })),
  });

  cases(client, [
    ['content', (c) => c.models.generateContent(request), ['generate_content gemini-flash']],
    ['a stream', (c) => drain(c.models.generateContentStream(request)), ['generate_content gemini-flash | completed']],
    [
      'a stream left',
      (c) => drain(c.models.generateContentStream(request), 1),
      ['generate_content gemini-flash | cancelled'],
    ],
    ['a chat', (c) => c.chats.create({ model }).sendMessage({ message: QUESTION }), ['generate_content gemini-flash']],
    [
      'a streamed chat',
      (c) => drain(c.chats.create({ model }).sendMessageStream({ message: QUESTION })),
      ['generate_content gemini-flash | completed'],
    ],
    ['embeddings', (c) => c.models.embedContent(request), ['embeddings gemini-flash']],
    [
      'a refused call',
      (c) => c.models.generateContent({ ...request, model: `{status=429}${model}` }),
      ['generate_content {status=429}gemini-flash | RESOURCE_EXHAUSTED'],
    ],
    [
      'functions that the SDK calls',
      (c) => c.models.generateContent({ ...request, config: { tools: [weather()] } }),
      ['generate_content gemini-flash', 'execute_tool weather', 'generate_content gemini-flash'],
    ],
    ['what is not recorded', (c) => c.models.countTokens(request), []],
  ]);
});

test('everything that was captured is on the spans', async () => {
  const client = new OpenAI({ apiKey: 'test', baseURL: `${server.url}/v1`, maxRetries: 0 });
  await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
  const [span] = spans();
  expect(span?.attributes['gen_ai.input.messages']).toContain(QUESTION);
  expect(span?.attributes['gen_ai.output.messages']).toContain('The sea is blue');
});

test('nothing is recorded after disable(), and everything again after enable() and patch()', async () => {
  const [instrumentation, sdk] = INSTRUMENTATIONS[0] as (typeof INSTRUMENTATIONS)[number];
  const client = new OpenAI({ apiKey: 'test', baseURL: `${server.url}/v1`, maxRetries: 0 });
  const call = () => client.chat.completions.create({ model: 'gpt-4o-mini', messages });
  instrumentation.disable();
  expect(instrumentation.patch(sdk)).toBe(false);
  await call();
  expect(spans()).toHaveLength(0);
  instrumentation.enable();
  expect(instrumentation.patch(sdk)).toBe(true);
  instrumentation.setConfig({ captureContent: 'NO_CONTENT' });
  await call();
  const [span] = spans();
  expect(span?.name).toBe('chat gpt-4o-mini');
  expect(span?.attributes['gen_ai.input.messages']).toBeUndefined();
});
