import { json, sse } from '../server.ts';
import type { Case, Reply, SpanExpectation, Tools } from '../types.ts';
import { data, geminiWire as wire } from './gemini-wire.ts';
import type { Model, Pair } from './google-generative-ai.ts';

const good: SpanExpectation = { finishReasons: ['stop'], outcome: null };
const completed: SpanExpectation = { finishReasons: ['stop'], outcome: 'completed' };
const failed: SpanExpectation = { status: 'ERROR', outcome: 'failed' };

const modelOf = (t: Tools, ...replies: Reply[]): Model => t.open(...replies).client as Model;
const pairOf = (t: Tools, ...replies: Reply[]): Promise<Pair> => modelOf(t, ...replies).generateContentStream('Hello');

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function read(stream: AsyncIterable<object>): Promise<object[]> {
  const chunks: object[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** The `{stream, response}` pair in every order it can be read, chats, embeddings. */
export const GENERATIVE_AI_CASES: readonly Case[] = [
  {
    name: 'generative-ai: the pair, its stream and its response',
    spans: [completed],
    run: async (t) => {
      const pair = await pairOf(t, sse(wire.frames));
      const chunks = await read(pair.stream);
      t.mark('between');
      const response = await pair.response;
      return [Object.keys(pair), Object.keys(pair.stream), chunks, response, chunks[0] !== response];
    },
  },
  {
    name: 'generative-ai: only the response',
    spans: [completed],
    run: async (t) => (await pairOf(t, sse(wire.frames))).response,
  },
  {
    name: 'generative-ai: neither stream nor response',
    spans: [completed],
    run: async (t) => {
      await pairOf(t, sse(wire.frames));
    },
  },
  {
    name: 'generative-ai: the response, then the stream',
    spans: [completed],
    run: async (t) => {
      const pair = await pairOf(t, sse(wire.frames));
      const response = await pair.response;
      await later(10);
      return [response, await read(pair.stream), await pair.stream.next()];
    },
  },
  {
    name: 'generative-ai: both at once',
    spans: [completed],
    run: async (t) => {
      const pair = await pairOf(t, sse(wire.frames));
      return await Promise.all([read(pair.stream), pair.response]);
    },
  },
  {
    name: 'generative-ai: break, then the response',
    spans: [{ outcome: 'cancelled' }],
    run: async (t) => {
      const pair = await pairOf(t, sse(wire.frames));
      for await (const _ of pair.stream) break;
      return [await pair.response, await pair.stream.next()];
    },
  },
  {
    name: 'generative-ai: a chunk read, the rest never',
    spans: [completed],
    run: async (t) => {
      const pair = await pairOf(t, sse(wire.frames));
      return [await pair.stream.next(), await pair.response];
    },
  },
  {
    name: 'generative-ai: broken off, both read',
    spans: [failed],
    run: async (t) => {
      const pair = await pairOf(t, sse([...wire.frames.slice(0, 2), 'data: {"cut\n\n']));
      return [await t.attempt(() => read(pair.stream)), await t.attempt(() => pair.response)];
    },
  },
  {
    name: 'generative-ai: broken off, the response left alone',
    spans: [failed],
    run: async (t) => {
      const pair = await pairOf(t, sse([...wire.frames.slice(0, 2), 'data: {"cut\n\n']));
      return [await t.attempt(() => read(pair.stream)), await pair.stream.next()];
    },
  },
  {
    name: 'generative-ai: broken off, only the response read',
    spans: [failed],
    run: async (t) => {
      const pair = await pairOf(t, sse([...wire.frames.slice(0, 2), 'data: {"cut\n\n']));
      return await t.attempt(() => pair.response);
    },
  },
  {
    name: 'generative-ai: broken off, nobody reads',
    spans: [failed],
    run: async (t) => {
      await pairOf(t, sse(['data: {"cut\n\n']));
      await later(20);
    },
  },
  {
    name: 'generative-ai: connection lost, both read',
    spans: [failed],
    run: async (t) => {
      const pair = await pairOf(t, sse(wire.frames.slice(0, 2), 'hold'));
      const seen = [await pair.stream.next(), await pair.stream.next()];
      const rest = [t.attempt(() => pair.stream.next()), t.attempt(() => pair.response)];
      t.drop();
      return [seen, await Promise.all(rest), await pair.stream.next()];
    },
  },
  {
    name: 'generative-ai: aborted in the middle',
    needs: ['signal'],
    spans: [{ outcome: 'cancelled' }],
    run: async (t) => {
      const controller = new AbortController();
      const model = modelOf(t, sse(wire.frames.slice(0, 2), 'hold'));
      const pair = await model.generateContentStream('Hello', { signal: controller.signal });
      const seen = [await pair.stream.next(), await pair.stream.next()];
      const rest = [t.attempt(() => pair.stream.next()), t.attempt(() => pair.response)];
      controller.abort();
      return [seen, await Promise.all(rest)];
    },
  },
  {
    name: 'generative-ai: a signal aborted before the call, of which the SDK takes no notice',
    needs: ['signal'],
    spans: [good, completed],
    run: async (t) => {
      const model = modelOf(t, json(wire.answer), sse(wire.frames));
      const options = { signal: AbortSignal.abort() };
      const result = await model.generateContent('Hello', options);
      return [result, await read((await model.generateContentStream('Hello', options)).stream)];
    },
  },
  {
    name: 'generative-ai: read in part and forgotten, ends with the connection',
    spans: [failed],
    run: async (t) => {
      const { stream } = await pairOf(t, sse(wire.frames.slice(0, 2), 'hold'));
      const seen = [await stream.next(), await stream.next()];
      t.drop();
      return seen;
    },
  },
  {
    name: 'generative-ai: an error among the chunks',
    spans: [failed],
    run: async (t) => {
      const pair = await pairOf(t, sse([wire.frames[0] ?? '', wire.errorFrame]));
      return [await read(pair.stream), await pair.response];
    },
  },
  {
    name: 'generative-ai: a chat, unary and streamed',
    spans: [good, completed],
    run: async (t) => {
      const chat = modelOf(t, json(wire.answer), sse(wire.frames)).startChat();
      const first = await chat.sendMessage('Hello');
      t.mark('between');
      const pair = await chat.sendMessageStream(['Again', { text: '!' }]);
      return [first, await read(pair.stream), await pair.response, await chat.getHistory()];
    },
  },
  {
    name: 'generative-ai: a chat whose stream breaks off, nobody reads',
    spans: [failed],
    run: async (t) => {
      const chat = modelOf(t, sse([...wire.frames.slice(0, 2), 'data: {"cut\n\n'])).startChat();
      const log = console.error;
      const said: unknown[] = [];
      console.error = (error: unknown) => said.push(String(error));
      try {
        await chat.sendMessageStream('Hello');
        await later(20);
        return [said, await chat.getHistory()];
      } finally {
        console.error = log;
      }
    },
  },
  {
    name: 'generative-ai: a chat that fails',
    spans: [{ status: 'ERROR', finishReasons: null }],
    run: async (t) => {
      const chat = modelOf(t, json(wire.failure(400), 400)).startChat();
      return await t.attempt(() => chat.sendMessage('Hello'));
    },
  },
  {
    name: 'generative-ai: a prompt that is refused',
    spans: [
      { finishReasons: ['content_filter'], outcome: null },
      { finishReasons: ['content_filter'], outcome: 'completed' },
    ],
    run: async (t) => {
      const blocked = { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 5 } };
      const model = modelOf(t, json(blocked), sse([data(blocked)]));
      return [await model.generateContent('Hello'), await (await model.generateContentStream('Hello')).response];
    },
  },
  {
    name: 'generative-ai: embeddings',
    spans: [
      { operation: 'embeddings', finishReasons: null, outcome: null },
      { operation: 'embeddings', finishReasons: null, outcome: null },
    ],
    run: async (t) => {
      const model = modelOf(t, json({ embedding: { values: [1] } }), json({ embeddings: [{ values: [1] }] }));
      const requests = [{ content: { role: 'user', parts: [{ text: 'a' }] } }];
      return [await model.embedContent('a'), await model.batchEmbedContents({ requests })];
    },
  },
];
