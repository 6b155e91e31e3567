import type OpenAI from 'openai';
import { json, sse } from '../server.ts';
import type { Case, Reply, SpanExpectation, Tools } from '../types.ts';
import { clientClassOf } from './openai-client.ts';
import { openaiWire as wire } from './openai-wire.ts';

const good: SpanExpectation = { finishReasons: ['stop'], outcome: null };

/** A client whose requests get these answers. Its type is the SDK's that all SDKs of this shape were made after. */
const shapedClientOf = (t: Tools, ...replies: Reply[]): OpenAI => t.open(...replies).client as OpenAI;

const MESSAGES: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Say hello' }];
const BODY = { model: 'gpt-4o-mini', messages: MESSAGES };

/** The constructor of Cerebras sends a request without this option; other SDKs do not know the option. */
const QUIET = { warmTCPConnection: false };

const TEXT = {
  id: 'cmpl-1',
  object: 'text_completion',
  created: 1,
  model: 'gpt-3.5-turbo-instruct',
  choices: [{ index: 0, text: 'Hello', logprobs: null, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

/** Ways of making clients and passing arguments that every SDK of this shape has. */
export const OPENAI_SHAPED_CASES: readonly Case[] = [
  {
    name: 'openai-shaped: withOptions()',
    needs: ['own:withOptions'],
    spans: [good],
    run: async (t) => {
      const client = shapedClientOf(t, json(wire.answer));
      const other = client.withOptions({ maxRetries: 1 });
      return [await other.chat.completions.create(BODY), other === client, other.constructor === client.constructor];
    },
  },
  {
    name: 'openai-shaped: options.body replaces the body',
    spans: [good],
    run: async (t) => {
      const { completions } = shapedClientOf(t, json(wire.answer)).chat;
      const body = { ...BODY, temperature: 0.5 };
      return (await Reflect.apply(completions.create, completions, [BODY, { body }])) as unknown;
    },
  },
  {
    name: 'openai-shaped: a subclass of the client',
    spans: [good],
    run: async (t) => {
      const Client = clientClassOf(t.sdk, t.kit.clientClass);
      class Own extends Client {}
      const client = new Own({ apiKey: 'key', baseURL: t.serve(json(wire.answer)), ...QUIET });
      return [await client.chat.completions.create(BODY), client.constructor.name];
    },
  },
  {
    name: 'openai-shaped: the method taken off its object',
    spans: [{ status: 'ERROR', finishReasons: null, http: 0 }],
    run: async (t) => {
      const { create } = shapedClientOf(t, json(wire.answer)).chat.completions;
      return await t.attempt(() => create(BODY));
    },
  },
  {
    name: 'openai-shaped: the method replaced on one client',
    spans: [good],
    run: async (t) => {
      const { completions } = shapedClientOf(t, json(wire.answer)).chat;
      const original = completions.create;
      completions.create = function (this: typeof completions, ...args: unknown[]) {
        t.mark('replacement');
        return Reflect.apply(original, this, args);
      } as typeof original;
      return await completions.create(BODY);
    },
  },
  {
    name: 'openai-shaped: many choices, one of them with tools',
    spans: [{ outcome: 'completed', finishReasons: ['stop', 'tool_calls'] }],
    run: async (t) => {
      const frame = (index: number, reason: string | null) =>
        `data: ${JSON.stringify({ id: 'c', created: 1, model: 'm', object: 'chat.completion.chunk', choices: [{ index, delta: { content: 'x' }, finish_reason: reason }] })}\n\n`;
      const frames = [
        frame(1, null),
        frame(0, null),
        frame(1, 'tool_calls'),
        frame(0, 'stop'),
        ...wire.frames.slice(-1),
      ];
      const chunks: unknown[] = [];
      const stream = await shapedClientOf(t, sse(frames)).chat.completions.create({ ...BODY, n: 2, stream: true });
      for await (const chunk of stream) chunks.push(chunk);
      return chunks;
    },
  },
  {
    name: 'openai-shaped: completions.create',
    needs: ['own:completions'],
    spans: [{ operation: 'text_completion', finishReasons: ['stop'], outcome: null }],
    run: async (t) =>
      await shapedClientOf(t, json(TEXT)).completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Say' }),
  },
  {
    name: 'openai-shaped: completions.create, streamed',
    needs: ['own:completions'],
    spans: [{ operation: 'text_completion', finishReasons: ['stop'], outcome: 'completed' }],
    run: async (t) => {
      const frames = [`data: ${JSON.stringify({ ...TEXT, usage: null })}\n\n`, 'data: [DONE]\n\n'];
      const chunks: unknown[] = [];
      const stream = await shapedClientOf(t, sse(frames)).completions.create({
        model: 'm',
        prompt: 'Say',
        stream: true,
      });
      for await (const chunk of stream) chunks.push(chunk);
      return chunks;
    },
  },
];
