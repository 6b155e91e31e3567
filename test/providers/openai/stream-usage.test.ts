import type { BasicTracerProvider, ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as sdk from 'openai';
import OpenAI, { AzureOpenAI } from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { OpenAIInstrumentation, type StreamUsage } from '../../../src/index.ts';
import { type ProviderServer, startProviderServer } from '../../support/provider-server.ts';
import { tracing } from '../../telemetry/in-memory.ts';

/** Streams that are asked for their token counts: the application is not to see that they were. */
let server: ProviderServer;
let provider: BasicTracerProvider;
let spans: () => ReadableSpan[];
let instrumentation: OpenAIInstrumentation | undefined;

beforeAll(async () => {
  server = await startProviderServer();
  ({ provider, spans } = tracing());
});
afterEach(() => instrumentation?.disable());
afterAll(() => server.close());

function instrument(streamUsage?: StreamUsage): void {
  instrumentation = new OpenAIInstrumentation({
    captureContent: 'SPAN_ONLY',
    ...(streamUsage !== undefined && { streamUsage }),
  });
  instrumentation.setTracerProvider(provider);
  expect(instrumentation.patch(sdk)).toBe(true);
}

type Client = OpenAI;
const makeClient = (): Client => new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 });

const messages = [{ role: 'user' as const, content: 'Why is the sea blue?' }];
const chat = { model: 'gpt-4o-mini', messages, stream: true } as const;
const tool = {
  type: 'function' as const,
  function: {
    name: 'weather',
    parameters: { type: 'object', properties: {} },
    parse: JSON.parse,
    function: () => 'sunny',
  },
};

async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

async function textOf(stream: ReadableStream): Promise<string> {
  return new Response(stream).text();
}

/** What an application does with a stream, and what of it others can see. `usage`: does the span get the counts? */
const CASES: readonly (readonly [about: string, usage: boolean, run: (client: Client) => Promise<unknown>])[] = [
  ['for await', true, async (c) => all(await c.chat.completions.create(chat))],
  ['two choices', true, async (c) => all(await c.chat.completions.create({ ...chat, n: 2 }))],
  ['a frozen request', true, async (c) => all(await c.chat.completions.create(Object.freeze({ ...chat })))],
  [
    'other stream options',
    true,
    async (c) => all(await c.chat.completions.create({ ...chat, stream_options: { include_obfuscation: false } })),
  ],
  [
    'stream options of null',
    true,
    async (c) => all(await c.chat.completions.create({ ...chat, stream_options: null })),
  ],
  [
    'a body in the options',
    true,
    async (c) => all(await c.chat.completions.create({ ...chat, model: 'gpt-4o' }, { body: chat })),
  ],
  [
    'next() by hand',
    true,
    async (c) => {
      const iterator = (await c.chat.completions.create(chat))[Symbol.asyncIterator]();
      const results: unknown[] = [];
      for (let done: boolean | undefined = false; !done; ) {
        const result = await iterator.next();
        results.push(result);
        done = result.done;
      }
      return [...results, await iterator.next()];
    },
  ],
  [
    'next() many at once',
    true,
    async (c) => {
      const iterator = (await c.chat.completions.create(chat))[Symbol.asyncIterator]();
      return Promise.all(Array.from({ length: 60 }, () => iterator.next()));
    },
  ],
  [
    'withResponse()',
    true,
    async (c) => {
      const { data, response, request_id } = await c.chat.completions.create(chat).withResponse();
      return [await all(data), response.status, response.headers.get('content-type'), request_id];
    },
  ],
  ['tee()', true, async (c) => Promise.all((await c.chat.completions.create(chat)).tee().map((branch) => all(branch)))],
  ['toReadableStream()', true, async (c) => textOf((await c.chat.completions.create(chat)).toReadableStream())],
  [
    'break',
    false,
    async (c) => {
      const stream = await c.chat.completions.create(chat);
      for await (const chunk of stream) return [chunk, stream.controller.signal.aborted];
      return undefined;
    },
  ],
  [
    'break at the finish reason',
    false,
    async (c) => {
      for await (const chunk of await c.chat.completions.create(chat))
        if (chunk.choices[0]?.finish_reason) return chunk;
      return undefined;
    },
  ],
  [
    'an error in the stream',
    false,
    async (c) => {
      const seen: unknown[] = [];
      try {
        for await (const chunk of await c.chat.completions.create({ ...chat, model: '{error}gpt-4o' }))
          seen.push(chunk);
      } catch (error) {
        seen.push(String(error));
      }
      return seen;
    },
  ],
  [
    'a refused request',
    false,
    (c) => Promise.resolve(c.chat.completions.create({ ...chat, model: '{status=400}gpt-4o' })).catch(String),
  ],
  [
    'stream()',
    true,
    async (c) => {
      const stream = c.chat.completions.stream({ model: 'gpt-4o-mini', messages });
      const events: string[] = [];
      for (const name of ['chunk', 'content', 'content.done', 'finalChatCompletion', 'totalUsage', 'end'] as const)
        stream.on(name as 'chunk', (...args: unknown[]) => void events.push(name + JSON.stringify(args[0])));
      const chunks = await all(stream);
      return [chunks, await stream.finalChatCompletion(), await stream.totalUsage(), events];
    },
  ],
  [
    'runTools with streams',
    true,
    async (c) => {
      const runner = c.chat.completions.runTools({ ...chat, tools: [tool] } as never) as unknown as {
        finalContent(): Promise<string>;
        totalUsage(): Promise<unknown>;
        messages: unknown;
      };
      return [await runner.finalContent(), await runner.totalUsage(), runner.messages];
    },
  ],
  ['asResponse().text()', false, async (c) => (await c.chat.completions.create(chat).asResponse()).text()],
  [
    'asResponse().arrayBuffer()',
    false,
    async (c) => {
      const bytes = await (await c.chat.completions.create(chat).asResponse()).arrayBuffer();
      return [bytes.byteLength, Buffer.from(bytes).toString()];
    },
  ],
  [
    'asResponse().blob()',
    false,
    async (c) => (await (await c.chat.completions.create(chat).asResponse()).blob()).text(),
  ],
  [
    'asResponse().body',
    false,
    async (c) => {
      const response = await c.chat.completions.create(chat).asResponse();
      const { body } = response;
      return [await textOf(body as ReadableStream), response.body === body, response.bodyUsed];
    },
  ],
  [
    'asResponse().body into a buffer',
    false,
    async (c) => {
      const response = await c.chat.completions.create(chat).asResponse();
      const reader = (response.body as ReadableStream).getReader({ mode: 'byob' });
      let text = '';
      for (;;) {
        const { value, done } = await reader.read(new Uint8Array(64));
        text += Buffer.from(value ?? []).toString();
        if (done) return text;
      }
    },
  ],
  [
    'asResponse().clone()',
    false,
    async (c) => {
      const response = await c.chat.completions.create(chat).asResponse();
      const copy = response.clone();
      return [await copy.text(), await textOf(response.body as ReadableStream), copy.status];
    },
  ],
  [
    'asResponse().json()',
    false,
    async (c) => (await c.chat.completions.create(chat).asResponse()).json().catch(String),
  ],
  [
    'asResponse() whose body is looked at, and the stream',
    false,
    async (c) => {
      const promise = c.chat.completions.create(chat);
      const { body } = await promise.asResponse();
      return [typeof body, await all(await promise)];
    },
  ],
  [
    'asResponse() and the stream',
    true,
    async (c) => {
      const promise = c.chat.completions.create(chat);
      return [(await promise.asResponse()).status, await all(await promise)];
    },
  ],
];

const asked = (): unknown[] => server.requests.map(({ body }) => body.stream_options);
const usageOf = (span: ReadableSpan | undefined): unknown => [
  span?.attributes['gen_ai.usage.input_tokens'],
  span?.attributes['gen_ai.usage.output_tokens'],
];

describe('inject', () => {
  test.each(CASES)('%s', async (_, usage, run) => {
    server.reset();
    const bare = await run(makeClient());
    expect(
      asked().every((options) => (options as { include_usage?: unknown } | null)?.include_usage === undefined),
    ).toBe(true);
    server.reset();
    instrument(['127.0.0.1']);
    const before = spans().length;

    expect(await run(makeClient())).toEqual(bare);

    expect(asked().every((options) => (options as { include_usage?: unknown }).include_usage === true)).toBe(true);
    const span = spans()
      .slice(before)
      .findLast(({ name }) => name.startsWith('chat'));
    expect(usageOf(span)).toEqual(usage ? [24, 17] : [undefined, undefined]);
  });

  test('the chunk that is hidden counts as none', async () => {
    const shape = async (): Promise<unknown> => {
      const before = spans().length;
      await all(await makeClient().chat.completions.create(chat));
      const { attributes, events } = spans()[before] as ReadableSpan;
      return [
        attributes['llm_otel.stream.chunks'],
        attributes['llm_otel.stream.outcome'],
        events.map((e) => e.attributes),
      ];
    };
    instrument('off');
    const bare = await shape();
    instrumentation?.disable();
    instrument(['127.0.0.1']);
    expect(await shape()).toEqual(bare);
  });

  test('keeps the other stream options of the application', async () => {
    server.reset();
    instrument(['127.0.0.1']);
    const stream_options = Object.freeze({ include_obfuscation: false });
    await all(await makeClient().chat.completions.create({ ...chat, stream_options }));
    expect(asked()).toEqual([{ include_obfuscation: false, include_usage: true }]);
    expect(stream_options).toEqual({ include_obfuscation: false });
  });
});

/** Requests that are sent as they are. */
const UNTOUCHED: readonly (readonly [
  about: string,
  setting: StreamUsage,
  options: unknown,
  run: (client: Client) => unknown,
])[] = [
  ['switched off', 'off', undefined, (c) => c.chat.completions.create(chat)],
  ['a host that is not known', 'inject', undefined, (c) => c.chat.completions.create(chat)],
  ['another host', ['localhost'], undefined, (c) => c.chat.completions.create(chat)],
  [
    'the application said no',
    ['127.0.0.1'],
    { include_usage: false },
    (c) => c.chat.completions.create({ ...chat, stream_options: { include_usage: false } }),
  ],
  [
    'the application asked itself',
    ['127.0.0.1'],
    { include_usage: true },
    (c) => c.chat.completions.create({ ...chat, stream_options: { include_usage: true } }),
  ],
  ['no stream', ['127.0.0.1'], undefined, (c) => c.chat.completions.create({ ...chat, stream: false })],
  ['another API', ['127.0.0.1'], undefined, (c) => c.responses.create({ model: 'gpt-4o', input: 'Hi', stream: true })],
  [
    'a request that says itself what is sent',
    ['127.0.0.1'],
    undefined,
    (c) => c.chat.completions.create({ ...chat, toJSON: () => chat } as never),
  ],
];

describe('not injected', () => {
  test.each(UNTOUCHED)('%s', async (_, setting, options, run) => {
    server.reset();
    instrument(setting);
    const answer = await run(makeClient());
    if (typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer) {
      const chunks = (await all(answer as AsyncIterable<unknown>)) as { usage?: unknown }[];
      const wants = (options as { include_usage?: boolean } | undefined)?.include_usage === true;
      // What the application asked for, it gets.
      if (wants) expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 24 });
      if (wants) expect(chunks[0]?.usage).toBeNull();
    }
    expect(asked()).toEqual([options]);
  });

  test('Azure is asked only if its host is in the list', async () => {
    const azure = new AzureOpenAI({ apiKey: 'none', endpoint: server.url, apiVersion: '2024-10-21', maxRetries: 0 });
    server.reset();
    instrument('inject');
    await all(await azure.chat.completions.create(chat));
    instrumentation?.disable();
    instrument(['inject', '127.0.0.1']);
    await all(await azure.chat.completions.create(chat));
    expect(asked()).toEqual([undefined, { include_usage: true }]);
  });
});
