import { json, sse } from '../server.ts';
import type { Case, Reply, SpanExpectation, Tools } from '../types.ts';
import { content, data, geminiWire as wire } from './gemini-wire.ts';
import { type GenAI, generate, newClient, toolOf } from './google-genai.ts';
import { INTERACTION_CASES } from './google-genai-interactions-cases.ts';

const good: SpanExpectation = { finishReasons: ['stop'], outcome: null };
const completed: SpanExpectation = { finishReasons: ['stop'], outcome: 'completed' };

const clientOf = (t: Tools, ...replies: Reply[]): GenAI => t.open(...replies).client as GenAI;

const BODY = { model: 'gemini-2.5-flash', contents: 'Say hello' };

async function read(stream: AsyncIterable<object>): Promise<object[]> {
  const chunks: object[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const call = (id: string, city: string) => ({ functionCall: { id, name: 'weather', args: { city } } });

/** Chats, Vertex AI, automatic function calling and continuation, and the calls that are no content generation. */
export const GENAI_CASES: readonly Case[] = [
  {
    name: 'genai: a chat of two messages',
    spans: [good, completed],
    run: async (t) => {
      const chat = clientOf(t, json(wire.answer), sse(wire.frames)).chats.create({ model: 'gemini-2.5-flash' });
      const first = await chat.sendMessage({ message: 'Hello' });
      t.mark('between');
      const second = await read(await chat.sendMessageStream({ message: 'Again' }));
      return [first, second, chat.getHistory()];
    },
  },
  {
    name: 'genai: a chat goes on after a failure',
    needs: ['own:chat-recovers'],
    spans: [{ status: 'ERROR', finishReasons: null }, good],
    run: async (t) => {
      const chat = clientOf(t, json(wire.failure(400), 400), json(wire.answer)).chats.create({ model: 'm' });
      return [
        await t.attempt(() => chat.sendMessage({ message: 'Hello' })),
        await t.attempt(() => chat.sendMessage({ message: 'Again' })),
        chat.getHistory(),
      ];
    },
  },
  {
    name: 'genai: break out of a streamed chat message',
    spans: [{ outcome: 'cancelled' }],
    run: async (t) => {
      const chat = clientOf(t, sse(wire.frames.slice(0, 2), 'hold')).chats.create({ model: 'm' });
      for await (const chunk of await chat.sendMessageStream({ message: 'Hello' })) return [chunk, chat.getHistory()];
    },
  },
  {
    name: 'genai: Vertex AI in express mode',
    spans: [good],
    run: (t) => generate(newClient(t.sdk, t.serve(json(wire.answer)), {}, { vertexai: true }).models, BODY),
  },
  {
    name: 'genai: parameters are not changed by tools that are observed',
    needs: ['tool-runner'],
    spans: [
      { finishReasons: ['tool_calls'], outcome: null },
      { operation: 'execute_tool', http: 0 },
      { operation: 'execute_tool', http: 0 },
      good,
    ],
    run: async (t) => {
      const { models } = clientOf(t, json(content([call('1', 'Rome'), call('2', 'Oslo')], 'STOP')), json(wire.answer));
      const tool = toolOf({ streamed: false, tool: (input) => input });
      const tools = [tool];
      const config = { tools, temperature: 0 };
      const params = { ...BODY, config };
      const result = await generate(models, params);
      return [result, Object.keys(params), params.config === config, config.tools === tools, tools[0] === tool];
    },
  },
  {
    name: 'genai: a tool with private members, frozen parameters',
    needs: ['tool-runner'],
    spans: [{ finishReasons: ['tool_calls'] }, good],
    run: async (t) => {
      const { models } = clientOf(t, json(content([call('1', 'Rome')], 'STOP')), json(wire.answer));
      const tool = toolOf({ streamed: false, tool: () => 'sunny', schemaTool: true });
      return await generate(models, Object.freeze({ ...BODY, config: Object.freeze({ tools: [tool] }) }));
    },
  },
  {
    name: 'genai: no more rounds than allowed',
    needs: ['tool-runner'],
    spans: [
      { finishReasons: ['tool_calls'] },
      { operation: 'execute_tool', http: 0 },
      { finishReasons: ['tool_calls'] },
      { operation: 'execute_tool', http: 0 },
    ],
    run: async (t) => {
      const { models } = clientOf(t, json(content([call('1', 'Rome')], 'STOP')));
      const tools = [toolOf({ streamed: false, tool: () => 'sunny' })];
      return await generate(models, {
        ...BODY,
        config: { tools, automaticFunctionCalling: { maximumRemoteCalls: 2 } },
      });
    },
  },
  {
    name: 'genai: a stream of automatic function calling that nobody reads makes no request',
    needs: ['tool-runner'],
    spans: [],
    run: async (t) => {
      const { models } = clientOf(t, sse(wire.frames));
      const stream = await models.generateContentStream({
        ...BODY,
        config: { tools: [toolOf({ streamed: true, tool: () => 'sunny' })] },
      });
      return [typeof stream.next, Object.keys(stream)];
    },
  },
  {
    name: 'genai: a prompt that is refused',
    spans: [
      { finishReasons: ['content_filter'], outcome: null },
      { finishReasons: ['content_filter'], outcome: 'completed' },
    ],
    run: async (t) => {
      const blocked = { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 5 } };
      const { models } = clientOf(t, json(blocked), sse([data(blocked)]));
      return [await generate(models, BODY), await read(await models.generateContentStream(BODY))];
    },
  },
  {
    name: 'genai: stops of every kind',
    spans: [{ finishReasons: ['length'] }, { finishReasons: ['content_filter'] }, { finishReasons: ['error'] }],
    run: async (t) => {
      const reasons = ['MAX_TOKENS', 'SAFETY', 'MALFORMED_FUNCTION_CALL'];
      const { models } = clientOf(t, ...reasons.map((reason) => json(content([{ text: 'x' }], reason))));
      return [await generate(models, BODY), await generate(models, BODY), await generate(models, BODY)];
    },
  },
  {
    name: 'genai: embeddings',
    spans: [{ operation: 'embeddings', finishReasons: null, outcome: null }],
    run: async (t) => {
      const { models } = clientOf(t, json({ embeddings: [{ values: [1, 2] }] }));
      return await models.embedContent?.({ model: 'gemini-embedding-001', contents: ['a'] });
    },
  },
  {
    name: 'genai: counting tokens is no model call',
    spans: [],
    run: (t) => clientOf(t, json({ totalTokens: 3 })).models.countTokens?.(BODY),
  },
  {
    name: 'genai: automatic continuation is a span a request',
    needs: ['own:continuation'],
    spans: [{}, good],
    run: async (t) => {
      const candidate = { content: { role: 'model', parts: [{ text: 'Hel' }] }, continuationToken: 'token' };
      const cut = { candidates: [{ ...candidate, finishReason: 'CONTINUATION' }], modelVersion: 'gemini-2.5-flash' };
      return await generate(clientOf(t, json(cut), json(wire.answer)).models, BODY);
    },
  },
  ...INTERACTION_CASES,
];
