import { json, sse } from '../server.ts';
import type { Case, Reply, SpanExpectation, Tools } from '../types.ts';
import { data } from './gemini-wire.ts';
import type { GenAI } from './google-genai.ts';

const good: SpanExpectation = { finishReasons: ['stop'], outcome: null };
const completed: SpanExpectation = { finishReasons: ['stop'], outcome: 'completed' };

const USAGE = { total_input_tokens: 5, total_output_tokens: 3, total_thought_tokens: 2, total_tokens: 10 };
const HEAD = { id: 'interaction-1', model: 'gemini-2.5-flash', object: 'interaction' };
const ANSWER = {
  ...HEAD,
  status: 'completed',
  usage: USAGE,
  steps: [{ type: 'model_output', content: [{ type: 'text', text: 'Hello' }] }],
};

const event = (type: string, fields: object): string => data({ event_type: type, ...fields });
const FRAMES = [
  event('interaction.created', { interaction: { ...HEAD, status: 'in_progress' } }),
  event('step.start', { index: 0, step: { type: 'model_output' } }),
  event('step.delta', { index: 0, delta: { type: 'text', text: 'Hello' } }),
  event('step.stop', { index: 0 }),
  event('interaction.completed', { interaction: { ...HEAD, status: 'completed', usage: USAGE } }),
  'event: done\ndata: [DONE]\n\n',
];

const BODY = { model: 'gemini-2.5-flash', input: 'Say hello' };
const STREAM = { ...BODY, stream: true };

type Stream = ReadableStream<object> & AsyncIterable<object>;

const interactionsOf = (t: Tools, ...replies: Reply[]) => (t.open(...replies).client as GenAI).interactions;

const open = async (t: Tools): Promise<Stream> => (await interactionsOf(t, sse(FRAMES)).create(STREAM)) as Stream;

async function read(stream: AsyncIterable<object>): Promise<object[]> {
  const chunks: object[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

async function readAll(stream: ReadableStream<object>): Promise<unknown[]> {
  const reader = stream.getReader();
  const chunks: unknown[] = [];
  for (let step = await reader.read(); !step.done; step = await reader.read()) chunks.push(step.value);
  chunks.push(await reader.closed);
  reader.releaseLock();
  return chunks;
}

/** Interactions, made by Stainless until 1.52 and with a `ReadableStream` of events from 2.0 on. */
export const INTERACTION_CASES: readonly Case[] = [
  {
    name: 'interactions: create',
    needs: ['own:interactions'],
    spans: [good],
    run: async (t) => {
      const result = await interactionsOf(t, json(ANSWER)).create(BODY);
      t.mark('after');
      return result;
    },
  },
  {
    name: 'interactions: one that failed, one that waits for the application',
    needs: ['own:interactions'],
    spans: [{ status: 'ERROR', finishReasons: ['error'] }, { finishReasons: ['tool_calls'] }, { finishReasons: null }],
    run: async (t) => {
      const statuses = ['failed', 'requires_action', 'in_progress'];
      const interactions = interactionsOf(t, ...statuses.map((status) => json({ ...ANSWER, status })));
      const results: unknown[] = [];
      for (const _ of statuses) results.push(await interactions.create(BODY));
      return results;
    },
  },
  {
    name: 'interactions: HTTP 400, unary and streamed',
    needs: ['own:interactions'],
    spans: [
      { status: 'ERROR', finishReasons: null },
      { status: 'ERROR', finishReasons: null, outcome: 'failed' },
    ],
    run: async (t) => {
      const body = { error: { code: 'invalid_request', message: 'refused' } };
      const interactions = interactionsOf(t, json(body, 400));
      return [await t.attempt(() => interactions.create(BODY)), await t.attempt(() => interactions.create(STREAM))];
    },
  },
  {
    name: 'interactions: a stream to its end',
    needs: ['own:interactions'],
    spans: [completed],
    run: async (t) => {
      const stream = await open(t);
      const keys = Object.keys(stream);
      const chunks: unknown[] = [];
      for await (const chunk of stream) {
        t.mark('chunk');
        chunks.push(chunk);
      }
      return [chunks, keys, Object.prototype.toString.call(stream), stream.constructor.name];
    },
  },
  {
    name: 'interactions: break',
    needs: ['own:interactions'],
    spans: [{ outcome: 'cancelled' }],
    run: async (t) => {
      const stream = (await interactionsOf(t, sse(FRAMES.slice(0, 3), 'hold')).create(STREAM)) as Stream;
      for await (const chunk of stream) return chunk;
    },
  },
  {
    name: 'interactions: by a reader',
    needs: ['own:readable-interactions'],
    spans: [completed, { outcome: 'cancelled' }, { outcome: 'cancelled' }],
    run: async (t) => {
      const whole = await readAll(await open(t));
      const partly = (await open(t)).getReader();
      const first = await partly.read();
      await partly.cancel('enough');
      const unread = await open(t);
      await unread.cancel();
      return [whole, first, await t.attempt(() => partly.closed), unread.locked];
    },
  },
  {
    name: 'interactions: by both branches of tee()',
    needs: ['own:readable-interactions'],
    spans: [completed],
    run: async (t) => {
      const [left, right] = (await open(t)).tee();
      return [await readAll(left), await readAll(right)];
    },
  },
  {
    name: 'interactions: one branch of tee() left early, the other read',
    needs: ['own:readable-interactions'],
    spans: [completed],
    run: async (t) => {
      const [left, right] = (await open(t)).tee() as unknown as [Stream, Stream];
      const read = readAll(right);
      for await (const _ of left) break;
      return await read;
    },
  },
  {
    name: 'interactions: values(), piped',
    needs: ['own:readable-interactions'],
    spans: [completed, { outcome: 'detached' }],
    run: async (t) => {
      const values = (await open(t)) as Stream & { values(): AsyncIterable<object> };
      const piped = (await open(t)).pipeThrough(new TransformStream());
      return [await read(values.values()), await readAll(piped)];
    },
  },
  {
    name: 'interactions: fetched, unary, streamed, and not found',
    needs: ['own:interactions'],
    spans: [
      { operation: 'fetch_response', outcome: null },
      { operation: 'fetch_response', outcome: 'completed' },
      { operation: 'fetch_response', status: 'ERROR' },
    ],
    run: async (t) => {
      const missing = json({ error: { code: 'not_found', message: 'no such interaction' } }, 404);
      const interactions = interactionsOf(t, json(ANSWER), sse(FRAMES), missing);
      const whole = await interactions.get(HEAD.id);
      t.mark('fetched');
      const stream = (await interactions.get(HEAD.id, { stream: true })) as Stream;
      return [whole, await read(stream), await t.attempt(() => interactions.get('other'))];
    },
  },
  {
    name: 'interactions: a stream never read',
    needs: ['own:interactions'],
    garbage: true,
    spans: [{ outcome: 'abandoned' }],
    run: async (t) => {
      await interactionsOf(t, sse(FRAMES.slice(0, 3), 'hold')).create(STREAM);
    },
  },
];
