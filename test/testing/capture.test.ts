import Anthropic, * as anthropic from '@anthropic-ai/sdk';
import * as genai from '@google/genai';
import * as generativeAi from '@google/generative-ai';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import OpenAI, * as openai from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { instrument, OpenAIInstrumentation, tool } from '../../src/index.ts';
import { type Capture, type LlmOtelOptions, startCapture } from '../../src/testing/index.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { tracing } from '../telemetry/in-memory.ts';

let server: ProviderServer;
const captures: Capture[] = [];

beforeAll(async () => {
  server = await startProviderServer();
});
afterEach(() => {
  for (const capture of captures.splice(0)) capture.stop();
});
afterAll(() => server.close());

function start(options?: LlmOtelOptions, ...sdks: readonly object[]): Capture {
  const capture = startCapture(options);
  captures.push(capture);
  for (const sdk of sdks) capture.patch(sdk);
  return capture;
}

const client = (): OpenAI => new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 });
const messages = [{ role: 'user' as const, content: 'Why is the sea blue?' }];
const chat = { model: 'gpt-4o-mini', messages };
const stream = { ...chat, stream: true, stream_options: { include_usage: true } } as const;

async function read(chunks: AsyncIterable<unknown>, most = Number.POSITIVE_INFINITY): Promise<void> {
  let count = 0;
  for await (const _ of chunks) if (++count >= most) break;
}

describe('a call', () => {
  test('is plain data, and what was not recorded is absent', async () => {
    const capture = start({}, openai);
    await client().chat.completions.create(chat);
    const [call] = capture.llmCalls();
    expect(call).toEqual({
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini',
      responseModel: 'gpt-4o-mini-2024-07-18',
      responseId: expect.any(String),
      inputTokens: 24,
      outputTokens: 17,
      cacheReadTokens: 8,
      reasoningTokens: 5,
      cost: expect.closeTo((16 * 0.15 + 8 * 0.075 + 17 * 0.6) / 1e6, 12),
      finishReasons: ['stop'],
      durationMs: expect.any(Number),
      attributes: expect.objectContaining({ 'gen_ai.operation.name': 'chat' }),
      span: expect.objectContaining({
        name: 'chat gpt-4o-mini',
        kind: 'client',
        status: 'unset',
        scope: '@x/llm-otel/openai',
      }),
    });
    expect(structuredClone(call)).toEqual(call);
  });

  test('with its messages', async () => {
    const capture = start({ captureContent: 'SPAN_ONLY' }, openai);
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: {} } }];
    await client().chat.completions.create({ ...chat, tools });
    expect(capture.llmCalls()).toMatchObject([
      {
        input: [{ role: 'user', parts: [{ type: 'text', content: 'Why is the sea blue?' }] }],
        output: [{ role: 'assistant', finish_reason: 'tool_call' }],
        toolCalls: [{ id: 'call_sea0', name: 'weather', arguments: {} }],
      },
    ]);
  });

  test('that fails', async () => {
    const capture = start({}, openai);
    await client()
      .chat.completions.create({ ...chat, model: '{status=429}gpt-4o' })
      .catch(() => {});
    expect(capture.llmCalls()).toMatchObject([
      {
        error: { type: 'rate_limit_exceeded', message: expect.any(String) },
        finishReasons: [],
        span: { status: 'error' },
      },
    ]);
    expect(capture.events().map(({ name }) => name)).toEqual(['gen_ai.client.operation.exception']);
  });

  test('that streams', async () => {
    const capture = start({}, openai);
    await read(await client().chat.completions.create(stream));
    await read(await client().chat.completions.create(stream), 2);
    const [whole, left] = capture.llmCalls();
    expect(whole?.stream).toEqual({
      outcome: 'completed',
      chunks: expect.any(Number),
      timeToFirstChunkMs: expect.any(Number),
    });
    expect(left?.stream).toMatchObject({ outcome: 'cancelled', chunks: 2 });
  });
});

test('every SDK', async () => {
  const capture = start({}, openai, anthropic, generativeAi, genai);
  await client().embeddings.create({ model: 'text-embedding-3-small', input: 'sea' });
  const claude = new Anthropic({ apiKey: 'none', baseURL: server.url, maxRetries: 0 });
  await claude.messages.create({ model: 'claude-sonnet', max_tokens: 9, messages });
  const gemini = new genai.GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: server.url } });
  await gemini.models.generateContent({ model: 'gemini-flash', contents: 'Why?' });
  const older = new generativeAi.GoogleGenerativeAI('none');
  await older.getGenerativeModel({ model: 'gemini-flash' }, { baseUrl: server.url }).generateContent('Why?');
  expect(capture.llmCalls().map(({ operation, provider }) => [operation, provider])).toEqual([
    ['embeddings', 'openai'],
    ['chat', 'anthropic'],
    ['generate_content', 'gcp.gemini'],
    ['generate_content', 'gcp.gemini'],
  ]);
});

test('what is no SDK, or too little of one', () => {
  const capture = start();
  expect(() => capture.patch({})).toThrow('capture.patch(): expected what one of openai, @anthropic-ai/sdk,');
  expect(() => capture.patch(genai.GoogleGenAI)).toThrow('capture.patch(): expected');
  expect(() => capture.patch({ OpenAI: class {} })).toThrow('nothing in this version of openai is known');
  // The class of openai holds all others.
  capture.patch(OpenAI);
});

test('tools that an SDK runs, and those of the application, are children', async () => {
  const capture = start({ captureContent: 'SPAN_ONLY' }, openai);
  const weather = {
    type: 'function' as const,
    function: {
      name: 'weather',
      parameters: { type: 'object', properties: {} },
      parse: JSON.parse,
      function: () => 'sunny',
    },
  };
  await client()
    .chat.completions.runTools({ ...chat, tools: [weather] } as never)
    .done();
  expect(capture.llmCalls()).toHaveLength(2);
  expect(capture.toolRuns()).toMatchObject([
    { name: 'weather', callId: 'call_sea0', arguments: {}, result: { value: 'sunny' } },
  ]);

  capture.reset();
  const look = tool('look', async (sea: string) => (await client().chat.completions.create(chat)) && sea);
  await look('Baltic');
  const [run] = capture.toolRuns();
  const [call] = capture.llmCalls();
  expect(run).toMatchObject({ name: 'look', result: { value: 'Baltic' } });
  expect(call?.span).toMatchObject({ parentSpanId: run?.span.spanId, traceId: run?.span.traceId });
});

test('a client that the application instruments itself, with its own options', async () => {
  const capture = start();
  const own = instrument(client(), { streamUsage: ['127.0.0.1'] });
  await read(await own.chat.completions.create({ ...chat, stream: true }));
  await client().chat.completions.create(chat);
  expect(capture.llmCalls()).toMatchObject([{ inputTokens: 24, stream: { outcome: 'completed' } }]);
});

test('metrics', async () => {
  const capture = start({}, openai);
  await client().chat.completions.create(chat);
  await client().chat.completions.create(chat);
  const metric = capture.metrics().find(({ name }) => name === 'gen_ai.client.inference.usage.input_tokens');
  expect(metric).toMatchObject({ unit: '{token}', kind: 'counter' });
  expect(metric?.points.map(({ sum, count }) => [sum, count])).toEqual([[48, 2]]);
  capture.reset();
  expect(capture.metrics()).toEqual([]);
});

describe('settled', () => {
  test('waits for a stream', async () => {
    const capture = start({}, openai);
    const reading = client()
      .chat.completions.create(stream)
      .then((chunks) => read(chunks));
    await capture.settled();
    expect(capture.llmCalls()).toMatchObject([{ stream: { outcome: 'completed' } }]);
    await reading;
  });

  test('says what is still open', async () => {
    const capture = start({}, openai);
    const chunks = await client().chat.completions.create(stream);
    await expect(capture.settled(20)).rejects.toThrow('not ended within 20 ms: chat gpt-4o-mini.');
    expect(capture.llmCalls()).toEqual([]);
    const waiting = capture.settled();
    capture.reset(); // what is forgotten is not waited for
    await waiting;
    await read(chunks);
    expect(capture.llmCalls()).toEqual([]);
  });
});

describe('captures side by side', () => {
  test('run() gives each its own calls', async () => {
    const all = start({}, openai);
    const [sea, sky] = [start({}, openai), start({}, openai)];
    const ask = (model: string) => async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await client().chat.completions.create({ ...chat, model });
    };
    await Promise.all([sea.run(ask('gpt-4o')), sky.run(ask('gpt-4.1'))]);
    const models = (capture: Capture): unknown => capture.llmCalls().map(({ model }) => model);
    expect([models(sea), models(sky), models(all)]).toEqual([['gpt-4o'], ['gpt-4.1'], []]);
    await client().chat.completions.create(chat);
    expect([models(sea), models(sky), models(all)]).toEqual([
      ['gpt-4o', 'gpt-4o-mini'],
      ['gpt-4.1', 'gpt-4o-mini'],
      ['gpt-4o-mini'],
    ]);
  });

  test('run() returns what the function returns', async () => {
    const capture = start();
    expect(capture.run(() => 7)).toBe(7);
    await expect(capture.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});

describe('beside an SDK of the application', () => {
  test('takes over while it runs, and gives back', async () => {
    const app = tracing();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(app.provider);
    const instrumentation = new OpenAIInstrumentation();
    instrumentation.setTracerProvider(app.provider);
    instrumentation.patch(openai);
    try {
      const capture = start(); // without patch(): the application's own instrumentation is there
      await app.provider.getTracer('app').startActiveSpan('request', async (request) => {
        await client().chat.completions.create(chat);
        request.end();
        expect(capture.llmCalls()[0]?.span).toMatchObject({
          parentSpanId: request.spanContext().spanId,
          traceId: request.spanContext().traceId,
        });
      });
      expect(app.spans().map(({ name }) => name)).toEqual(['request']);
      capture.stop();
      await client().chat.completions.create(chat);
      expect(app.spans().map(({ name }) => name)).toEqual(['request', 'chat gpt-4o-mini']);
      expect(capture.llmCalls()).toHaveLength(1);
    } finally {
      instrumentation.disable();
      trace.disable();
      context.disable();
    }
  });

  test('leaves the SDK and the globals as they were', async () => {
    const create = OpenAI.Chat.Completions.prototype.create;
    const capture = start({ captureContent: 'SPAN_ONLY' }, openai);
    expect(OpenAI.Chat.Completions.prototype.create).not.toBe(create);
    {
      using inner = startCapture();
      inner.patch(openai);
    }
    capture.stop();
    expect(OpenAI.Chat.Completions.prototype.create).toBe(create);
    expect(context.setGlobalContextManager(new AsyncLocalStorageContextManager())).toBe(true);
    context.disable();
    await client().chat.completions.create(chat);
    expect(capture.llmCalls()).toEqual([]);
  });
});
