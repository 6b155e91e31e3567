import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { runNode } from '../support/spawn.ts';

/** The application: every case at the same time, each in a conversation of its own that is named after it. */
const CASES = `
const { EventEmitter, once } = await import('node:events');
const { MessageChannel, Worker } = await import('node:worker_threads');
const url = process.env.PROVIDER_URL;
const messages = [{ role: 'user', content: 'Why is the sea blue?' }];
const schema = { type: 'object', properties: { city: { type: 'string' } } };
const drain = async (stream) => { for await (const _ of await stream); };

const openai = new OpenAI({ apiKey: 'test', baseURL: url + '/v1' });
const chat = { model: 'gpt-4o-mini', messages };
const create = () => openai.chat.completions.create(chat);
const tools = [{ type: 'function', function: {
  name: 'weather', parameters: schema, parse: JSON.parse, function: async () => { await create(); return 'sunny'; },
} }];
const anthropic = new Anthropic({ apiKey: 'test', baseURL: url });
const message = { model: 'claude-sonnet', messages, max_tokens: 99 };
const tool = { name: 'weather', input_schema: schema, parse: (input) => input, run: () => 'sunny' };
const gemini = new GoogleGenerativeAI('test').getGenerativeModel({ model: 'gemini-flash' }, { baseUrl: url });
const genai = new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: url } });
const content = { model: 'gemini-flash', contents: 'Why is the sea blue?' };
const weather = {
  tool: async () => ({ functionDeclarations: [{ name: 'weather', parametersJsonSchema: schema }] }),
  callTool: async (calls) => calls.map(({ name }) => ({ functionResponse: { name, response: { output: 'sunny' } } })),
};
const emitter = new EventEmitter();
emitter.on('ask', (done) => done(create()));

const cases = {
  'openai': create,
  'openai responses': () => openai.responses.create({ model: 'gpt-4o-mini', input: 'Why?' }),
  'openai stream': () => drain(openai.chat.completions.create({ ...chat, stream: true })),
  'openai stream read elsewhere': () => openai.chat.completions.create({ ...chat, stream: true }),
  'openai helper': () => openai.chat.completions.stream(chat).finalContent(),
  'openai tools': () => openai.chat.completions.runTools({ ...chat, tools }).finalContent(),
  'openai retry': () => openai.chat.completions.create({ ...chat, model: '{status=429,times=1}gpt-4o-mini' }),
  'openai error': () => openai.chat.completions.create({ ...chat, model: '{status=400}gpt-4o-mini' }).catch(() => {}),
  'anthropic': () => anthropic.messages.create(message),
  'anthropic stream': () => drain(anthropic.messages.create({ ...message, stream: true })),
  'anthropic stream read elsewhere': () => anthropic.messages.create({ ...message, stream: true }),
  'anthropic helper': () => anthropic.messages.stream(message).finalMessage(),
  'anthropic tools': () => anthropic.beta.messages.toolRunner({ ...message, tools: [tool] }).runUntilDone(),
  'anthropic retry': () => anthropic.messages.create({ ...message, model: '{status=429,times=1}claude-sonnet' }),
  'generative-ai': () => gemini.generateContent('Why?'),
  'generative-ai stream': async () => drain((await gemini.generateContentStream('Why?')).stream),
  'generative-ai stream read elsewhere': async () => (await gemini.generateContentStream('Why?')).stream,
  'generative-ai chat': () => gemini.startChat().sendMessage('Why?'),
  'genai': () => genai.models.generateContent(content),
  'genai stream': () => drain(genai.models.generateContentStream(content)),
  'genai stream read elsewhere': () => genai.models.generateContentStream(content),
  'genai tools': () => genai.models.generateContent({ ...content, config: { tools: [weather] } }),
  'after an await': async () => { await new Promise(setImmediate); await create(); },
  'a timer': () => new Promise((resolve) => setTimeout(() => resolve(create()), 1)),
  'an emitter': () => new Promise((resolve) => emitter.emit('ask', resolve)),
  'a message of a worker': async () => {
    const worker = new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true, execArgv: [] });
    await new Promise((resolve) => worker.on('message', () => resolve(create())));
  },
  'a message port': async () => {
    const { port1, port2 } = new MessageChannel();
    const answered = new Promise((resolve) => port1.on('message', () => resolve(create())));
    port2.postMessage(1);
    await answered;
    port1.close();
  },
  'another face': () => other.withConversation('inner', create),
};
const read = await Promise.all(Object.entries(cases).map(([id, run]) => withConversation(id, async () => [await run()])));
for (const [result] of read) if (result?.[Symbol.asyncIterator]) await drain(result);
await create();
console.log(other.withConversation === withConversation);
`;

const FACES = {
  mjs: `
import { createRequire } from 'node:module';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAI } from '@google/generative-ai';
import OpenAI from 'openai';
import { withConversation } from '@x/llm-otel';
const other = createRequire(import.meta.url)('@x/llm-otel');
${CASES}`,
  cjs: `
const { default: Anthropic } = require('@anthropic-ai/sdk');
const { GoogleGenAI } = require('@google/genai');
const { GoogleGenerativeAI } = require('@google/generative-ai');
const OpenAI = require('openai');
const { withConversation } = require('@x/llm-otel');
(async () => {
const other = await import('@x/llm-otel');
${CASES}
})();`,
} as const;

const CHAT = ['chat gpt-4o-mini'];
const MESSAGE = ['chat claude-sonnet'];
const CONTENT = ['generate_content gemini-flash'];

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  openai: CHAT,
  'openai responses': CHAT,
  'openai stream': CHAT,
  'openai stream read elsewhere': CHAT,
  'openai helper': CHAT,
  'openai tools': [...CHAT, ...CHAT, ...CHAT, 'execute_tool weather'],
  'openai retry': ['chat {status=429,times=1}gpt-4o-mini'],
  'openai error': ['chat {status=400}gpt-4o-mini'],
  anthropic: MESSAGE,
  'anthropic stream': MESSAGE,
  'anthropic stream read elsewhere': MESSAGE,
  'anthropic helper': MESSAGE,
  'anthropic tools': [...MESSAGE, ...MESSAGE],
  'anthropic retry': ['chat {status=429,times=1}claude-sonnet'],
  'generative-ai': CONTENT,
  'generative-ai stream': CONTENT,
  'generative-ai stream read elsewhere': CONTENT,
  'generative-ai chat': CONTENT,
  genai: CONTENT,
  'genai stream': CONTENT,
  'genai stream read elsewhere': CONTENT,
  'genai tools': ['execute_tool weather', ...CONTENT, ...CONTENT],
  'after an await': CHAT,
  'a timer': CHAT,
  'an emitter': CHAT,
  'a message of a worker': CHAT,
  'a message port': CHAT,
  inner: CHAT,
  'no conversation': CHAT,
};

let server: ProviderServer;

beforeAll(async () => {
  server = await startProviderServer();
});

afterAll(() => server.close());

describe.each(['mjs', 'cjs'] as const)('an application in %s', (type) => {
  test('has each call in the conversation that it was made in', async () => {
    const receiver = await startOtlpReceiver();
    const env = {
      PROVIDER_URL: server.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      LLM_OTEL_ATTRIBUTES: 'team=ml%20ops,gen_ai.conversation.id=no%20conversation,gen_ai.request.model=forged,broken',
    };
    const nodeArgs = ['--import', '@x/llm-otel/register'];
    const { code, stdout, stderr } = await runNode({ type, source: FACES[type], env, nodeArgs });
    expect([code, stdout]).toEqual([0, 'true\n']);
    const byConversation: Record<string, string[]> = {};
    for (const { name, scope, attributes } of receiver.spans()) {
      if (!scope.name.startsWith('@x/llm-otel/')) continue;
      expect(attributes.team).toBe('ml ops');
      expect(attributes['gen_ai.request.model']).not.toBe('forged');
      const id = String(attributes['gen_ai.conversation.id']);
      byConversation[id] = [...(byConversation[id] ?? []), name].sort();
    }
    expect(byConversation).toEqual(EXPECTED);
    expect(stderr).toContain('LLM_OTEL_ATTRIBUTES: "broken" is left out');
    expect(stderr).toContain('LLM_OTEL_ATTRIBUTES: "gen_ai.request.model" is left out');
    await receiver.close();
  });
});
