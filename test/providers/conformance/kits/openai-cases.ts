import type OpenAI from 'openai';
import { describe } from '../describe.ts';
import { json, sse } from '../server.ts';
import type { Case, Reply, SpanExpectation, Tools } from '../types.ts';
import { newClient } from './openai.ts';
import { MEDIA_CASES } from './openai-media-cases.ts';
import { RESPONSES_CASES } from './openai-responses-cases.ts';
import { openaiWire as wire } from './openai-wire.ts';

const good: SpanExpectation = { finishReasons: ['stop'], outcome: null };

/** The SDK's client against these answers. */
export const clientOf = (t: Tools, ...replies: Reply[]): OpenAI => t.open(...replies).client as OpenAI;

const MESSAGES: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Say hello' }];
const BODY = { model: 'gpt-4o-mini', messages: MESSAGES };

/** Clients of other kinds, and other ways of passing arguments. */
export const OPENAI_CASES: readonly Case[] = [
  {
    name: 'openai: AzureOpenAI',
    spans: [good],
    run: async (t) => {
      const options = { baseURL: t.serve(json(wire.answer)), apiVersion: '2024-10-21', apiKey: 'key' };
      const result = await newClient(t.sdk, options, 'AzureOpenAI').chat.completions.create(BODY);
      t.mark('after azure');
      return result;
    },
  },
  {
    name: 'openai: withOptions()',
    needs: ['own:withOptions'],
    spans: [good],
    run: async (t) => {
      const client = clientOf(t, json(wire.answer));
      const other = client.withOptions({ maxRetries: 1 });
      return [await other.chat.completions.create(BODY), other === client, other.constructor === client.constructor];
    },
  },
  {
    name: 'openai: apiKey as a function',
    needs: ['own:withOptions'],
    spans: [good],
    run: async (t) => {
      const apiKey = () => {
        t.inside('apiKey');
        return Promise.resolve('fresh');
      };
      return await newClient(t.sdk, { baseURL: t.serve(json(wire.answer)), apiKey }).chat.completions.create(BODY);
    },
  },
  {
    name: 'openai: options.body replaces the body',
    spans: [good],
    run: async (t) => {
      const { completions } = clientOf(t, json(wire.answer)).chat;
      const body = { ...BODY, temperature: 0.5 };
      return (await Reflect.apply(completions.create, completions, [BODY, { body }])) as unknown;
    },
  },
  {
    name: 'openai: options as a promise',
    needs: ['own:promised-options'],
    spans: [good],
    run: async (t) => {
      const { completions } = clientOf(t, json(wire.answer)).chat;
      return (await Reflect.apply(completions.create, completions, [
        BODY,
        Promise.resolve({ headers: { 'x-own': '1' } }),
      ])) as unknown;
    },
  },
  {
    name: 'openai: the body is a number',
    spans: [good],
    run: async (t) => {
      const { completions } = clientOf(t, json(wire.answer)).chat;
      return (await Reflect.apply(completions.create, completions, [7])) as unknown;
    },
  },
  {
    name: 'openai: a subclass of the client',
    spans: [good],
    run: async (t) => {
      const Client = (t.sdk.OpenAI ?? t.sdk.default) as typeof OpenAI;
      class Own extends Client {}
      const client = new Own({ apiKey: 'key', baseURL: t.serve(json(wire.answer)) });
      return [await client.chat.completions.create(BODY), client.constructor.name];
    },
  },
  {
    name: 'openai: the method taken off its object',
    spans: [{ status: 'ERROR', finishReasons: null, http: 0 }],
    run: async (t) => {
      const { create } = clientOf(t, json(wire.answer)).chat.completions;
      return await t.attempt(() => create(BODY));
    },
  },
  {
    name: 'openai: the method replaced on one client',
    spans: [good],
    run: async (t) => {
      const { completions } = clientOf(t, json(wire.answer)).chat;
      const original = completions.create;
      completions.create = function (this: typeof completions, ...args: unknown[]) {
        t.mark('replacement');
        return Reflect.apply(original, this, args);
      } as typeof original;
      return await completions.create(BODY);
    },
  },
  {
    name: 'openai: many choices, one of them with tools',
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
      const stream = await clientOf(t, sse(frames)).chat.completions.create({ ...BODY, n: 2, stream: true });
      for await (const chunk of stream) chunks.push(chunk);
      return chunks;
    },
  },
  {
    name: 'openai: helper events',
    needs: ['stream-helper', 'own:chat-helper-events'],
    spans: [{ outcome: 'completed', finishReasons: ['stop'] }],
    run: async (t) => {
      const events: string[] = [];
      const helper = clientOf(t, sse(wire.frames)).chat.completions.stream(BODY);
      for (const name of [
        'connect',
        'content',
        'chunk',
        'message',
        'finalContent',
        'finalChatCompletion',
        'end',
      ] as const) {
        helper.on(name, () => {
          t.mark(name);
          events.push(name);
        });
      }
      helper.on('error', (error) => events.push(String(describe(error))));
      return [await helper.finalContent(), events];
    },
  },
  {
    name: 'openai: helper, toReadableStream and back',
    needs: ['stream-helper', 'own:chat-helper-events'],
    spans: [{ outcome: 'completed', finishReasons: ['stop'] }],
    run: async (t) => {
      const helper = clientOf(t, sse(wire.frames)).chat.completions.stream(BODY);
      return await new Response(helper.toReadableStream()).text();
    },
  },
  {
    name: 'openai: calls of no model are left alone',
    spans: [],
    run: async (t) => {
      const client = clientOf(t, json({ object: 'list', data: [{ id: 'gpt-4o-mini' }] }));
      const ids: string[] = [];
      for await (const model of client.models.list()) ids.push(model.id);
      return ids;
    },
  },
  {
    name: 'openai: completions.create',
    spans: [{ operation: 'text_completion', finishReasons: ['stop'], outcome: null }],
    run: async (t) =>
      await clientOf(t, json(TEXT)).completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Say' }),
  },
  {
    name: 'openai: completions.create, streamed',
    spans: [{ operation: 'text_completion', finishReasons: ['stop'], outcome: 'completed' }],
    run: async (t) => {
      const frames = [`data: ${JSON.stringify({ ...TEXT, usage: null })}\n\n`, 'data: [DONE]\n\n'];
      const chunks: unknown[] = [];
      const stream = await clientOf(t, sse(frames)).completions.create({ model: 'm', prompt: 'Say', stream: true });
      for await (const chunk of stream) chunks.push(chunk);
      return chunks;
    },
  },
  ...RESPONSES_CASES,
  ...MEDIA_CASES,
];

const TEXT = {
  id: 'cmpl-1',
  object: 'text_completion',
  created: 1,
  model: 'gpt-3.5-turbo-instruct',
  choices: [{ index: 0, text: 'Hello', logprobs: null, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};
