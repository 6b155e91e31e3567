import * as anthropicSdk from '@anthropic-ai/sdk';
import * as genaiSdk from '@google/genai';
import * as generativeAiSdk from '@google/generative-ai';
import * as openaiSdk from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  AnthropicInstrumentation,
  GoogleGenAIInstrumentation,
  GoogleGenerativeAIInstrumentation,
  type LlmOtelOptions,
  type LlmRequest,
  type LlmResult,
  OpenAIInstrumentation,
} from '../../src/index.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { tracing } from '../telemetry/in-memory.ts';

/** `onRequest` and `onResponse` through every SDK: what they are given, and that it is the application's own. */
let server: ProviderServer;
const requests: LlmRequest[] = [];
const results: LlmResult[] = [];
const { provider, spans } = tracing();

const OPTIONS: LlmOtelOptions = {
  onRequest: (span, request) => {
    requests.push(request);
    span.setAttribute('app.args', request.args.length);
  },
  onResponse: (span, result) => {
    results.push(result);
    span.setAttribute('app.outcome', result.outcome);
  },
};
const INSTRUMENTATIONS = [
  [new OpenAIInstrumentation(OPTIONS), openaiSdk],
  [new AnthropicInstrumentation(OPTIONS), anthropicSdk],
  [new GoogleGenerativeAIInstrumentation(OPTIONS), generativeAiSdk],
  [new GoogleGenAIInstrumentation(OPTIONS), genaiSdk],
] as const;

beforeAll(async () => {
  server = await startProviderServer();
  for (const [instrumentation, sdk] of INSTRUMENTATIONS) {
    instrumentation.setTracerProvider(provider);
    expect(instrumentation.patch(sdk)).toBe(true);
  }
});

beforeEach(() => {
  requests.length = 0;
  results.length = 0;
});

afterAll(async () => {
  for (const [instrumentation] of INSTRUMENTATIONS) instrumentation.disable();
  await server.close();
});

const messages = [{ role: 'user' as const, content: 'Why is the sea blue?' }];

async function drain(stream: unknown): Promise<void> {
  for await (const _ of (await stream) as AsyncIterable<unknown>);
}

interface Sdk {
  readonly name: string;
  /** A call of `model` with the request that it makes. */
  request(model: string): object;
  unary(request: object, model: string): Promise<unknown>;
  stream(request: object, model: string): Promise<void>;
  /** What the SDK parsed, in what the application gets. */
  body?(result: unknown): unknown;
}

const gemini = (model: string): generativeAiSdk.GenerativeModel =>
  new generativeAiSdk.GoogleGenerativeAI('test').getGenerativeModel({ model }, { baseUrl: server.url });
const openai = (): openaiSdk.OpenAI =>
  new openaiSdk.OpenAI({ apiKey: 'test', baseURL: `${server.url}/v1`, maxRetries: 0 });
const anthropic = (): anthropicSdk.Anthropic =>
  new anthropicSdk.Anthropic({ apiKey: 'test', baseURL: server.url, maxRetries: 0 });
const genai = (): genaiSdk.GoogleGenAI =>
  new genaiSdk.GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: server.url } });

const SDKS: readonly Sdk[] = [
  {
    name: 'openai',
    request: (model) => ({ model, messages }),
    unary: async (request) => openai().chat.completions.create(request as never),
    stream: (request) =>
      drain(
        openai().chat.completions.create(
          Object.assign(request, { stream: true, stream_options: { include_usage: true } }) as never,
        ),
      ),
  },
  {
    name: 'anthropic',
    request: (model) => ({ model, messages, max_tokens: 99 }),
    unary: async (request) => anthropic().messages.create(request as never),
    stream: (request) => drain(anthropic().messages.create(Object.assign(request, { stream: true }) as never)),
  },
  {
    name: 'generative-ai',
    request: () => ({ contents: [{ role: 'user', parts: [{ text: 'Why?' }] }] }),
    unary: (request, model) => gemini(model).generateContent(request as never),
    stream: async (request, model) => drain((await gemini(model).generateContentStream(request as never)).stream),
  },
  {
    name: 'genai',
    request: (model) => ({ model, contents: 'Why?' }),
    unary: (request) => genai().models.generateContent(request as never),
    stream: (request) => drain(genai().models.generateContentStream(request as never)),
  },
];

describe.each(SDKS)('$name', (sdk) => {
  const model = 'some-model';

  test('a call', async () => {
    const request = sdk.request(model);
    const result = await sdk.unary(request, model);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.args[0]).toBe(request);
    expect(requests[0]).toMatchObject({ model, provider: expect.any(String) });
    expect(results).toHaveLength(1);
    expect(results[0]?.body).toBe(result);
    expect(results[0]).toMatchObject({
      outcome: 'completed',
      finishReasons: ['stop'],
      usage: { input: expect.any(Number) },
    });
    expect(spans().at(-1)?.attributes).toMatchObject({
      'app.args': requests[0]?.args.length,
      'app.outcome': 'completed',
    });
  });

  test('a stream', async () => {
    const request = sdk.request(model);
    await sdk.stream(request, model);
    expect(requests[0]?.args[0]).toBe(request);
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({
      outcome: 'completed',
      finishReasons: ['stop'],
      usage: { output: expect.any(Number) },
    });
    expect(results[0]?.body).toBeUndefined();
  });

  test('a refused call', async () => {
    const refused = `{status=429}${model}`;
    const error = await sdk.unary(sdk.request(refused), refused).catch((thrown: unknown) => thrown);
    expect(results).toHaveLength(1);
    expect(results[0]?.error).toBe(error);
    expect(results[0]).toMatchObject({ outcome: 'failed', errorType: expect.any(String) });
  });
});
