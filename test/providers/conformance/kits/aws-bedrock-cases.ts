import { json, sse } from '../server.ts';
import type { Case, Reply, SpanExpectation, Tools } from '../types.ts';
import { type Client, clientOf, command, INPUT } from './aws-bedrock.ts';
import { chunk, bedrockWire as wire } from './aws-bedrock-wire.ts';

const good: SpanExpectation = { finishReasons: ['stop'], outcome: null };
const completed: SpanExpectation = { finishReasons: ['stop'], outcome: 'completed' };

const openClient = (t: Tools, ...replies: Reply[]): Client => t.open(...replies).client as Client;

const streamOf = async (t: Tools, ...replies: Reply[]): Promise<AsyncIterable<object>> => {
  const { stream } = await openClient(t, ...replies).send(command(t.sdk, 'ConverseStream', { ...INPUT }));
  return stream as AsyncIterable<object>;
};

async function read(stream: AsyncIterable<object>): Promise<object[]> {
  const chunks: object[] = [];
  for await (const one of stream) chunks.push(one);
  return chunks;
}

const CLAUDE = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'Say hello' }],
};
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-haiku',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 5, output_tokens: 3 },
};
const EVENTS = [
  { type: 'message_start', message: { ...MESSAGE, content: [], stop_reason: null } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
  { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 5, outputTokenCount: 3 } },
];

const invoke = (t: Tools, name: string, body: object): object =>
  command(t.sdk, name, { modelId: 'model-1', body: JSON.stringify(body) });

/** Calls back, and says with what. */
const calledBack = (t: Tools, start: (callback: (error: unknown, answer?: unknown) => void) => unknown) =>
  new Promise((resolve) => {
    const returned = start((error, answer) => {
      t.mark('callback');
      resolve([returned, error === null, answer ?? (error as Error).name]);
    });
  });

/** What this SDK alone can do. */
export const BEDROCK_CASES: readonly Case[] = [
  {
    name: 'bedrock: send with a callback',
    spans: [good],
    run: async (t) =>
      await calledBack(t, (done) =>
        openClient(t, json(wire.answer)).send(command(t.sdk, 'Converse', { ...INPUT }), done),
      ),
  },
  {
    name: 'bedrock: send with options and a callback, refused',
    spans: [{ status: 'ERROR', finishReasons: null }],
    run: async (t) =>
      await calledBack(t, (done) =>
        openClient(t, json(wire.failure(400), 400)).send(command(t.sdk, 'Converse', { ...INPUT }), {}, done),
      ),
  },
  {
    name: 'bedrock: the aggregated client',
    needs: ['own:aggregated'],
    spans: [good, completed],
    run: async (t) => {
      const open = (reply: Reply) => clientOf(t.sdk, t.serve(reply), {}, 'BedrockRuntime') as unknown as Aggregated;
      const whole = await open(json(wire.answer)).converse({ ...INPUT });
      const { stream } = await open(sse(wire.frames)).converseStream({ ...INPUT });
      return [whole, await read(stream)];
    },
  },
  {
    name: 'bedrock: break, and read on',
    spans: [{ outcome: 'cancelled' }],
    run: async (t) => {
      const stream = await streamOf(t, sse(wire.frames));
      const chunks: object[] = [];
      for await (const one of stream) {
        chunks.push(one);
        break;
      }
      return [chunks, await t.attempt(() => read(stream)), Reflect.ownKeys(stream).map(String)];
    },
  },
  {
    name: 'bedrock: InvokeModel',
    spans: [good, { operation: 'text_completion', finishReasons: ['length'] }, { operation: 'embeddings' }],
    run: async (t) => {
      const client = openClient(
        t,
        json(MESSAGE),
        json({ results: [{ tokenCount: 3, outputText: 'Hello', completionReason: 'LENGTH' }], inputTextTokenCount: 5 }),
        json({ embeddings: [[1]] }),
      );
      const answers = [
        await client.send(invoke(t, 'InvokeModel', CLAUDE)),
        await client.send(invoke(t, 'InvokeModel', { inputText: 'Say', textGenerationConfig: {} })),
        await client.send(invoke(t, 'InvokeModel', { texts: ['a'], input_type: 'search_query' })),
      ];
      return answers.map(({ body }) => (body as { transformToString(): string }).transformToString());
    },
  },
  {
    name: 'bedrock: InvokeModelWithResponseStream',
    spans: [completed],
    run: async (t) => {
      const client = openClient(t, sse(EVENTS.map(chunk)));
      const { body } = await client.send(invoke(t, 'InvokeModelWithResponseStream', CLAUDE));
      return await read(body as AsyncIterable<object>);
    },
  },
  {
    name: 'bedrock: commands that call no model',
    needs: ['own:count-tokens'],
    spans: [],
    run: async (t) => {
      const input = { modelId: 'model-1', input: { converse: { messages: INPUT.messages } } };
      return await openClient(t, json({ inputTokens: 5 })).send(command(t.sdk, 'CountTokens', input));
    },
  },
];

interface Aggregated {
  converse(input: object): Promise<object>;
  converseStream(input: object): Promise<{ readonly stream: AsyncIterable<object> }>;
}
