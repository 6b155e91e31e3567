import type OpenAI from 'openai';
import { describe } from '../describe.ts';
import { json, sse } from '../server.ts';
import type { Case, Reply, SpanExpectation, Tools } from '../types.ts';
import { newClient } from './openai-client.ts';
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
  ...RESPONSES_CASES,
  ...MEDIA_CASES,
];
