import Anthropic, * as anthropicSdk from '@anthropic-ai/sdk';
import * as genaiSdk from '@google/genai';
import * as generativeAiSdk from '@google/generative-ai';
import OpenAI, * as openaiSdk from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AnthropicInstrumentation,
  agent,
  GoogleGenAIInstrumentation,
  GoogleGenerativeAIInstrumentation,
  OpenAIInstrumentation,
  withTool,
} from '../../src/index.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { world } from './world.ts';

const { spans, collect } = world();

/** The span of a tool is linked to the span of the model call that asked for it, with every SDK. */
let server: ProviderServer;
const INSTRUMENTATIONS = [
  [new OpenAIInstrumentation(), openaiSdk],
  [new AnthropicInstrumentation(), anthropicSdk],
  [new GoogleGenAIInstrumentation(), genaiSdk],
  [new GoogleGenerativeAIInstrumentation(), generativeAiSdk],
] as const;

beforeAll(async () => {
  server = await startProviderServer();
  for (const [instrumentation, sdk] of INSTRUMENTATIONS) {
    instrumentation.enable();
    expect(instrumentation.patch(sdk)).toBe(true);
  }
});

afterAll(async () => {
  for (const [instrumentation] of INSTRUMENTATIONS) instrumentation.disable();
  await server.close();
});

const openai = (): OpenAI => new OpenAI({ apiKey: 'test', baseURL: `${server.url}/v1` });
const anthropic = (): Anthropic => new Anthropic({ apiKey: 'test', baseURL: server.url });
const genai = () => new genaiSdk.GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: server.url } }).models;
const generativeAi = () =>
  new generativeAiSdk.GoogleGenerativeAI('test').getGenerativeModel(
    { model: '{callids}gemini-flash', tools: [{ functionDeclarations }] as never },
    { baseUrl: server.url },
  );

const messages = [{ role: 'user' as const, content: 'How is the sea?' }];
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const functionDeclarations = [{ name: 'weather', parametersJsonSchema: parameters }];
const chat = { model: 'gpt-4o', messages, tools: [{ type: 'function', function: { name: 'weather', parameters } }] };
const response = {
  model: 'gpt-4o',
  input: 'hi',
  tools: [{ type: 'function', name: 'weather', parameters, strict: false }],
};
const message = { model: 'claude', max_tokens: 9, messages, tools: [{ name: 'weather', input_schema: parameters }] };
const content = { model: '{callids}gemini-flash', contents: 'hi', config: { tools: [{ functionDeclarations }] } };

async function all(stream: unknown): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of (await stream) as AsyncIterable<unknown>) chunks.push(chunk);
  return chunks;
}

/** What an application does: asks, and runs the tool that the answer names; the server's ids end in `_sea0`. */
const ASKING: readonly (readonly [about: string, ask: () => unknown, id: string])[] = [
  ['openai chat', () => openai().chat.completions.create(chat as never), 'call_sea0'],
  [
    'openai chat, streamed',
    () => all(openai().chat.completions.create({ ...chat, stream: true } as never)),
    'call_sea0',
  ],
  [
    'openai chat, stream helper',
    () =>
      openai()
        .chat.completions.stream(chat as never)
        .finalMessage(),
    'call_sea0',
  ],
  ['openai responses', () => openai().responses.create(response as never), 'call_sea0'],
  [
    'openai responses, streamed',
    () => all(openai().responses.create({ ...response, stream: true } as never)),
    'call_sea0',
  ],
  ['anthropic', () => anthropic().messages.create(message as never), 'toolu_sea0'],
  ['anthropic, streamed', () => all(anthropic().messages.create({ ...message, stream: true } as never)), 'toolu_sea0'],
  [
    'anthropic, stream helper',
    () =>
      anthropic()
        .messages.stream(message as never)
        .finalMessage(),
    'toolu_sea0',
  ],
  ['genai', () => genai().generateContent(content), 'fc_sea0'],
  ['genai, streamed', () => all(genai().generateContentStream(content)), 'fc_sea0'],
  ['generative-ai', () => generativeAi().generateContent('hi'), 'fc_sea0'],
  ['generative-ai, streamed', async () => all((await generativeAi().generateContentStream('hi')).stream), 'fc_sea0'],
];

const asking = () => spans().find(({ attributes }) => attributes['gen_ai.response.finish_reasons']);
const executed = () => spans().find(({ name }) => name === 'execute_tool weather');

describe('a tool that the application runs', () => {
  test.each(ASKING)('%s', async (_, ask, id) => {
    const answer = await ask();
    expect(JSON.stringify(answer)).toContain(id);
    withTool({ name: 'weather', id }, () => 'sunny');
    expect(executed()?.links.map((link) => link.context.spanId)).toEqual([asking()?.spanContext().spanId]);
  });
});

const run = async () => 'sunny';
const callable: genaiSdk.CallableTool = {
  tool: async () => ({ functionDeclarations }),
  callTool: async (calls) => calls.map(({ name = '' }) => ({ functionResponse: { name, response: { output: 1 } } })),
};
const runnable = [{ type: 'function', function: { name: 'weather', parameters, function: run, parse: JSON.parse } }];

const RUNNERS: readonly (readonly [about: string, run: () => unknown])[] = [
  [
    'runTools',
    () =>
      openai()
        .chat.completions.runTools({ ...chat, tools: runnable } as never)
        .finalContent(),
  ],
  [
    'runTools, streamed',
    () =>
      openai()
        .chat.completions.runTools({ ...chat, tools: runnable, stream: true } as never)
        .finalContent(),
  ],
  ['automatic function calling', () => genai().generateContent({ ...content, config: { tools: [callable] } })],
];

describe('a tool that an SDK runs', () => {
  test.each(RUNNERS)('%s', async (_, ask) => {
    await ask();
    expect(executed()?.links.map((link) => link.context.spanId)).toEqual([asking()?.spanContext().spanId]);
  });

  test('counts for the agent around it', async () => {
    await agent('support', async () => RUNNERS[0]?.[1]());
    const metrics = await collect();
    expect(metrics.get('gen_ai.invoke_agent.inference_calls')?.points[0]?.sum).toBe(2);
    expect(metrics.get('gen_ai.invoke_agent.tool_calls')?.points[0]?.sum).toBe(1);
    expect(executed()?.attributes['gen_ai.agent.name']).toBe('support');
  });
});
