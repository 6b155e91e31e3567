import { json, sse } from '../server.ts';
import type { Case, Reply, SpanExpectation, Tools } from '../types.ts';
import { type Anthropic, BODY, type MessageHelper, must } from './anthropic.ts';
import { event, anthropicWire as wire } from './anthropic-wire.ts';

const good: SpanExpectation = { finishReasons: ['stop'], outcome: null };
const completed: SpanExpectation = { finishReasons: ['stop'], outcome: 'completed' };
const completion: SpanExpectation = { ...good, operation: 'text_completion' };

const PROMPT = { model: 'claude-2', max_tokens_to_sample: 9, prompt: '\n\nHuman: Say hello\n\nAssistant:' };
const COMPLETION = { type: 'completion', id: 'compl_1', model: 'claude-2.1', stop: null };

const clientOf = (t: Tools, ...replies: Reply[]): Anthropic => t.open(...replies).client as Anthropic;

async function read(stream: AsyncIterable<object>): Promise<object[]> {
  const chunks: object[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** Everything that the listeners of a helper hear. */
function listen(helper: MessageHelper): unknown[] {
  const heard: unknown[] = [];
  const names = ['connect', 'streamEvent', 'text', 'inputJson', 'contentBlock', 'message', 'finalMessage'];
  for (const name of [...names, 'error', 'abort', 'end'])
    helper.on(name, (...args) => heard.push([name, ...args.map((argument) => JSON.stringify(argument))]));
  return heard;
}

/** Resources of this SDK alone, in whichever versions have them. */
export const ANTHROPIC_CASES: readonly Case[] = [
  {
    // Of openai the open connection itself leads to the signal, and so to the listener.
    name: 'anthropic: a stream read in part that a listener on its own signal holds is garbage all the same',
    needs: ['stream-object', 'native-fetch'],
    garbage: true,
    spans: [{ outcome: 'abandoned', finishReasons: ['error'] }],
    run: async (t) => {
      const stream = await t.open(sse(t.wire.frames.slice(0, 2), 'hold')).stream();
      stream.controller.signal.addEventListener('abort', () => void stream.controller);
      await stream[Symbol.asyncIterator]().next();
    },
  },
  {
    name: 'anthropic: beta messages',
    needs: ['own:beta'],
    spans: [good, completed],
    run: async (t) => {
      const messages = must(clientOf(t, json(wire.answer), sse(wire.frames)).beta?.messages);
      const answer = await messages.create({ ...BODY, betas: ['output-128k-2025-02-19'] });
      const stream = await messages.create({ ...BODY, stream: true });
      return [answer, await read(stream as unknown as AsyncIterable<object>)];
    },
  },
  {
    name: 'anthropic: beta stream helper',
    needs: ['own:beta', 'stream-helper'],
    spans: [completed],
    run: async (t) => {
      const messages = must(clientOf(t, sse(wire.frames)).beta?.messages);
      return await must(messages.stream?.(BODY)).finalMessage();
    },
  },
  {
    name: 'anthropic: beta prompt caching',
    needs: ['own:prompt-caching'],
    spans: [good],
    run: (t) => must(clientOf(t, json(wire.answer)).beta?.promptCaching).messages.create(BODY),
  },
  {
    name: 'anthropic: beta tools',
    needs: ['own:beta-tools'],
    spans: [good],
    run: (t) => must(clientOf(t, json(wire.answer)).beta?.tools).messages.create(BODY),
  },
  {
    name: 'anthropic: what listeners of a helper hear',
    needs: ['stream-helper'],
    spans: [completed],
    run: async (t) => {
      const helper = must(clientOf(t, sse(wire.frames)).messages.stream?.(BODY));
      const heard = listen(helper);
      await helper.finalMessage();
      return heard;
    },
  },
  {
    name: 'anthropic: what listeners hear of a tool that streams its input',
    needs: ['stream-helper'],
    spans: [{ finishReasons: ['tool_calls'], outcome: 'completed' }],
    run: async (t) => {
      const helper = must(clientOf(t, sse(must(wire.toolRounds?.streamed[0]))).messages.stream?.(BODY));
      const heard = listen(helper);
      await helper.finalMessage();
      return heard;
    },
  },
  {
    name: 'anthropic: what listeners hear of a stream that is cut',
    needs: ['stream-helper'],
    spans: [{ outcome: 'failed', status: 'ERROR', finishReasons: ['error'] }],
    run: async (t) => {
      const helper = must(clientOf(t, sse(wire.frames.slice(0, 4))).messages.stream?.(BODY));
      const heard = listen(helper);
      return [await t.attempt(() => helper.finalMessage()), heard];
    },
  },
  {
    name: 'anthropic: a listener throws',
    needs: ['stream-helper'],
    spans: [{ outcome: 'cancelled' }],
    run: async (t) => {
      const helper = must(clientOf(t, sse(wire.frames)).messages.stream?.(BODY));
      helper.on('text', () => {
        throw new RangeError('by the application');
      });
      return await t.attempt(() => helper.finalMessage());
    },
  },
  {
    name: 'anthropic: legacy completions',
    needs: ['own:completions'],
    spans: [completion, { ...completion, outcome: 'completed' }],
    run: async (t) => {
      const events = [
        event({ ...COMPLETION, completion: 'Hel', stop_reason: null }),
        event({ ...COMPLETION, completion: 'lo', stop_reason: 'stop_sequence' }),
      ];
      const answer = { ...COMPLETION, completion: 'Hello', stop_reason: 'stop_sequence' };
      const { create } = bound(must(clientOf(t, json(answer), sse(events)).completions));
      return [await create(PROMPT), await read(await asStream(create({ ...PROMPT, stream: true })))];
    },
  },
  {
    name: 'anthropic: a thread',
    needs: ['own:threads'],
    spans: [good, completed],
    run: async (t) => {
      const messages = must(clientOf(t, json(wire.answer), sse(wire.frames)).beta?.messages);
      const thread = must(messages.thread?.({ model: BODY.model, max_tokens: 9 }));
      const sent = await thread.send({ role: 'user', content: 'Say hello' });
      const streamed = await thread.stream({ role: 'user', content: 'Again' }).finalMessage();
      return [sent, streamed, thread.messages];
    },
  },
  {
    name: 'anthropic: a thread, HTTP 400',
    needs: ['own:threads'],
    spans: [{ status: 'ERROR' }, { status: 'ERROR', outcome: 'failed' }],
    run: async (t) => {
      const messages = must(clientOf(t, json(wire.failure(400), 400)).beta?.messages);
      const thread = must(messages.thread?.({ model: BODY.model, max_tokens: 9 }));
      return [
        await t.attempt(() => thread.send({ role: 'user', content: 'Say hello' })),
        await t.attempt(() => thread.stream({ role: 'user', content: 'Again' }).finalMessage()),
      ];
    },
  },
  {
    name: 'anthropic: a thread never awaited',
    needs: ['own:threads'],
    spans: [good],
    run: async (t) => {
      const messages = must(clientOf(t, json(wire.answer)).beta?.messages);
      void must(messages.thread?.({ model: BODY.model, max_tokens: 9 })).send({ role: 'user', content: 'Say hello' });
      await t.received();
      await new Promise((resolve) => setTimeout(resolve, 30));
    },
  },
  {
    name: 'anthropic: withOptions()',
    needs: ['own:withOptions'],
    spans: [good],
    run: async (t) => {
      const client = clientOf(t, json(wire.answer));
      const other = must(client.withOptions?.({ maxRetries: 1 }));
      return [await other.messages.create(BODY), other === client, other.constructor === client.constructor];
    },
  },
  {
    name: 'anthropic: options.body replaces the body',
    spans: [good],
    run: (t) => clientOf(t, json(wire.answer)).messages.create(BODY, { body: { ...BODY, temperature: 0.5 } }),
  },
];

function bound(completions: NonNullable<Anthropic['completions']>): typeof completions {
  return { create: (body) => completions.create(body) };
}

async function asStream(call: Promise<object>): Promise<AsyncIterable<object>> {
  return (await call) as AsyncIterable<object>;
}
