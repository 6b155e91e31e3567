import { json, sse } from '../server.ts';
import type { Case, Reply, SpanExpectation, Tools } from '../types.ts';
import type { Client } from './ollama.ts';
import { line, ollamaWire as wire } from './ollama-wire.ts';

const good: SpanExpectation = { finishReasons: ['stop'], outcome: null };
const cancelled: SpanExpectation = { outcome: 'cancelled', finishReasons: ['error'] };

const clientOf = (t: Tools, ...replies: Reply[]): Client => t.open(...replies).client as Client;

type Stream = AsyncIterable<object> & { abort(): void };

const streamOf = async (client: Client): Promise<Stream> =>
  (await client.chat({ model: 'm', messages: [], stream: true })) as Stream;

const VECTORS = { model: 'm', embeddings: [[1, 2]], prompt_eval_count: 4 };
const TEXT = { model: 'm', response: 'Hello', done: true, done_reason: 'length', eval_count: 2 };
const CALLS = [{ function: { name: 'weather', arguments: { city: 'Rome' } } }];

/** What this SDK alone can do. */
export const OLLAMA_CASES: readonly Case[] = [
  {
    name: 'ollama: generate, embed, embeddings',
    spans: [
      { operation: 'text_completion', finishReasons: ['length'] },
      { operation: 'embeddings', finishReasons: null },
      { operation: 'embeddings', finishReasons: null },
    ],
    run: async (t) => {
      const client = clientOf(t, json(TEXT), json(VECTORS), json({ embedding: [1] }));
      return [
        await client.generate({ model: 'm', prompt: 'Say' }),
        await client.embed({ model: 'm', input: 'a' }),
        await client.embeddings({ model: 'm', prompt: 'a' }),
      ];
    },
  },
  {
    name: 'ollama: the request object is written into',
    spans: [good],
    run: async (t) => {
      const request = { model: 'm', messages: [{ role: 'user', content: 'a', images: [new Uint8Array([1, 2])] }] };
      return [await clientOf(t, json(wire.answer)).chat(request), request];
    },
  },
  {
    name: 'ollama: tools called by a chunk before the last',
    spans: [{ outcome: 'completed', finishReasons: ['tool_calls'] }],
    run: async (t) => {
      const frames = [
        line({ model: 'm', message: { role: 'assistant', content: '', tool_calls: CALLS }, done: false }),
        ...wire.frames.slice(-1),
      ];
      const chunks: object[] = [];
      for await (const chunk of await streamOf(clientOf(t, sse(frames)))) chunks.push(chunk);
      return chunks;
    },
  },
  {
    name: 'ollama: abort() of the stream',
    spans: [cancelled],
    run: async (t) => {
      const stream = await streamOf(clientOf(t, sse(wire.frames.slice(0, 2), 'hold')));
      return await t.attempt(async () => {
        for await (const _ of stream) stream.abort();
      });
    },
  },
  {
    name: 'ollama: abort() of the client, nothing read',
    spans: [{ outcome: 'cancelled' }],
    run: async (t) => {
      const client = clientOf(t, sse(wire.frames.slice(0, 2), 'hold'));
      await streamOf(client);
      client.abort();
    },
  },
  {
    name: 'ollama: break, and read on',
    spans: [cancelled],
    run: async (t) => {
      const stream = await streamOf(clientOf(t, sse(wire.frames)));
      const chunks: object[] = [];
      for await (const chunk of stream) {
        chunks.push(chunk);
        break;
      }
      return [
        chunks,
        Object.keys(stream),
        await t.attempt(async () => {
          for await (const chunk of stream) chunks.push(chunk);
        }),
      ];
    },
  },
  {
    name: 'ollama: model lists have no span',
    spans: [],
    run: async (t) => await (clientOf(t, json({ models: [] })) as Client & { list(): Promise<object> }).list(),
  },
];
