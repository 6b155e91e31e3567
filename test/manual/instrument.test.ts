import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAI } from '@google/generative-ai';
import OpenAI, { AzureOpenAI } from 'openai';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LlmOtelOptions } from '../../src/config/options.ts';
import {
  AnthropicInstrumentation,
  GoogleGenAIInstrumentation,
  GoogleGenerativeAIInstrumentation,
  instrument,
  OpenAIInstrumentation,
} from '../../src/index.ts';
import { openOperationCount } from '../../src/telemetry/call/open-operations.ts';
import { world } from './world.ts';

const { spans, options: configure } = world();
let warnings: string[] = [];

/** Answers by the address of the request. */
const ANSWERS: readonly (readonly [path: RegExp, body: object])[] = [
  [
    /messages$/,
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      content: [],
      stop_reason: 'end_turn',
      usage: { input_tokens: 1, output_tokens: 2 },
    },
  ],
  [
    /interactions$/,
    { id: 'int_1', status: 'completed', outputs: [], usage: { total_input_tokens: 1, total_output_tokens: 2 } },
  ],
  [
    /:generateContent/,
    {
      candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2 },
    },
  ],
  [
    /./,
    {
      id: 'cc_1',
      object: 'chat.completion',
      model: 'gpt',
      choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    },
  ],
];

const fetched = async (url: unknown): Promise<Response> => {
  const { pathname } = new URL(url instanceof Request ? url.url : String(url));
  return Response.json(ANSWERS.find(([path]) => path.test(pathname))?.[1]);
};

beforeEach(() => {
  warnings = [];
  vi.stubGlobal('fetch', fetched);
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => Boolean(warnings.push(String(line))));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  expect(openOperationCount()).toBe(0);
});

const MESSAGES = [{ role: 'user' as const, content: 'hi' }];

/** One way to make a call; `recorded` makes what is to be recorded. */
interface Row {
  readonly about: string;
  readonly call: (recorded: typeof instrument, options?: LlmOtelOptions) => Promise<unknown>;
  readonly hook: () => { disable(): void };
  readonly provider?: string;
}

const chat = (client: OpenAI): Promise<unknown> => client.chat.completions.create({ model: 'gpt', messages: MESSAGES });
const message = (client: Anthropic): Promise<unknown> =>
  client.messages.create({ model: 'claude', max_tokens: 9, messages: MESSAGES });

const hookOpenAI = () => {
  const made = new OpenAIInstrumentation();
  made.patch({ OpenAI });
  return made;
};
const hookAnthropic = () => {
  const made = new AnthropicInstrumentation();
  made.patch({ Anthropic });
  return made;
};
const hookGenAI = () => {
  const made = new GoogleGenAIInstrumentation();
  const { models } = new GoogleGenAI({ apiKey: 'k' });
  made.patch({ GoogleGenAI, Models: models.constructor });
  return made;
};
const hookGenerativeAI = () => {
  const made = new GoogleGenerativeAIInstrumentation();
  const model = new GoogleGenerativeAI('k').getGenerativeModel({ model: 'gemini' });
  made.patch({ GenerativeModel: model.constructor, ChatSession: model.startChat().constructor });
  return made;
};

const ROWS: readonly Row[] = [
  { about: 'openai', hook: hookOpenAI, call: (as, options) => chat(as(new OpenAI({ apiKey: 'k' }), options)) },
  {
    about: 'openai, withOptions',
    hook: hookOpenAI,
    call: (as, options) =>
      chat(
        as(new OpenAI({ apiKey: 'k' }), options)
          .withOptions({ timeout: 1000 })
          .withOptions({}),
      ),
  },
  {
    about: 'openai, Azure',
    hook: hookOpenAI,
    provider: 'azure.ai.openai',
    call: (as, options) =>
      chat(as(new AzureOpenAI({ apiKey: 'k', endpoint: 'https://x.openai.azure.com', apiVersion: '1' }), options)),
  },
  {
    about: 'anthropic',
    hook: hookAnthropic,
    call: (as, options) => message(as(new Anthropic({ apiKey: 'k' }), options)),
  },
  {
    about: 'anthropic, withOptions',
    hook: hookAnthropic,
    call: (as, options) => message(as(new Anthropic({ apiKey: 'k' }), options).withOptions({})),
  },
  {
    about: 'genai',
    hook: hookGenAI,
    call: (as, options) =>
      as(new GoogleGenAI({ apiKey: 'k' }), options).models.generateContent({ model: 'gemini', contents: 'hi' }),
  },
  {
    about: 'genai, chats',
    hook: hookGenAI,
    call: (as, options) =>
      as(new GoogleGenAI({ apiKey: 'k' }), options)
        .chats.create({ model: 'gemini' })
        .sendMessage({ message: 'hi' }),
  },
  {
    about: 'genai, interactions',
    hook: hookGenAI,
    call: (as, options) =>
      as(new GoogleGenAI({ apiKey: 'k' }), options).interactions.create({ model: 'gemini', input: 'hi' }),
  },
  {
    about: 'generative-ai',
    hook: hookGenerativeAI,
    call: (as, options) =>
      as(new GoogleGenerativeAI('k'), options).getGenerativeModel({ model: 'gemini' }).generateContent('hi'),
  },
  {
    about: 'generative-ai, chat',
    hook: hookGenerativeAI,
    call: (as, options) =>
      as(new GoogleGenerativeAI('k'), options).getGenerativeModel({ model: 'gemini' }).startChat().sendMessage('hi'),
  },
  {
    about: 'generative-ai, one model',
    hook: hookGenerativeAI,
    call: (as, options) =>
      as(new GoogleGenerativeAI('k').getGenerativeModel({ model: 'gemini' }), options).generateContent('hi'),
  },
];

describe.each(ROWS)('$about', ({ call, hook, provider }) => {
  /** Some SDKs make spans themselves. */
  const ours = () => spans().filter(({ instrumentationScope }) => instrumentationScope.name.startsWith('@x/llm-otel'));
  const recorded = () => ours().map(({ attributes }) => attributes['gen_ai.usage.output_tokens']);

  test('is recorded, and other clients are not', async () => {
    await call(instrument);
    await call((client) => client);
    expect(recorded()).toEqual([2]);
    if (provider !== undefined) expect(ours()[0]?.attributes['gen_ai.provider.name']).toBe(provider);
    expect(warnings).toEqual([]);
  });

  test('once, however often it is instrumented', async () => {
    await call((client) => instrument(instrument(client), { captureContent: 'SPAN_ONLY' }));
    expect(recorded()).toEqual([2]);
    expect(ours()[0]?.attributes['gen_ai.input.messages']).toBeUndefined();
  });

  test('once, if a hook came before', async () => {
    const hooked = hook();
    await call(instrument, { captureContent: 'SPAN_ONLY' });
    await call((client) => client);
    hooked.disable();
    expect(recorded()).toEqual([2, 2]);
    expect(ours()[0]?.attributes['gen_ai.input.messages']).toBeUndefined();
  });

  test('once, if a hook comes after', async () => {
    const hooks: { disable(): void }[] = [];
    await call((client) => {
      instrument(client);
      hooks.push(hook());
      return client;
    });
    hooks[0]?.disable();
    expect(recorded()).toEqual([2]);
  });

  test('with options of its own', async () => {
    const options: LlmOtelOptions = { captureContent: 'SPAN_ONLY' };
    await call(instrument, options);
    await call(instrument, options);
    await call(instrument);
    expect(ours().map(({ attributes }) => attributes['gen_ai.input.messages'] !== undefined)).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('not if it is switched off', async () => {
    await call(instrument, { enabled: false });
    configure({ enabled: false });
    await call(instrument);
    expect(recorded()).toEqual([]);
  });
});

test('genai: a function that is called automatically has one span, with a hook before too', async () => {
  const hooked = hookGenAI();
  const ai = instrument(new GoogleGenAI({ apiKey: 'k' }));
  const part = { functionCall: { name: 'weather', args: {} } };
  const asks = { candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP' }] };
  let requests = 0;
  vi.stubGlobal('fetch', async (url: unknown) => (requests++ === 0 ? Response.json(asks) : fetched(url)));
  const tool = {
    tool: async () => ({ functionDeclarations: [{ name: 'weather' }] }),
    callTool: async () => [{ functionResponse: { name: 'weather', response: {} } }],
  };
  await ai.models.generateContent({ model: 'gemini', contents: 'hi', config: { tools: [tool] } });
  hooked.disable();
  expect(spans().map(({ name }) => name)).toEqual([
    'generate_content gemini',
    'execute_tool weather',
    'generate_content gemini',
  ]);
});

describe('what is no client', () => {
  test.each([
    ['nothing', undefined],
    ['a text', 'openai'],
    ['a class', OpenAI],
    ['some object', { chat: { completions: {} } }],
    ['a mock without requests', { chat: { completions: { create: () => 1 } } }],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('x');
          },
        },
      ),
    ],
    ['a frozen client', Object.freeze(new OpenAI({ apiKey: 'k' }))],
  ])('%s comes back as it is', (_about, value) => {
    expect(instrument(value)).toBe(value);
  });

  test('there is one warning', async () => {
    vi.resetModules();
    const fresh = await import('../../src/index.ts');
    fresh.instrument({});
    fresh.instrument(5);
    expect(warnings).toEqual([expect.stringContaining('expected a client of openai, @anthropic-ai/sdk')]);
  });
});

test('the client and its classes look as they did', () => {
  const client = instrument(new OpenAI({ apiKey: 'k' }));
  const plain = new OpenAI({ apiKey: 'k' });
  expect(Object.keys(client)).toEqual(Object.keys(plain));
  expect(Object.keys(client.chat.completions)).toEqual(Object.keys(plain.chat.completions));
  expect(client.chat.completions.create.name).toBe(plain.chat.completions.create.name);
  expect(plain.chat.completions.create).toBe(OpenAI.Chat.Completions.prototype.create);
});

test('a client that nobody holds is collected', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const references = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const client = instrument(new OpenAI({ apiKey: 'k' }));
      await chat(client);
      return new WeakRef(client);
    }),
  );
  await vi.waitFor(() => {
    gc();
    expect(references.filter((reference) => reference.deref() !== undefined).length).toBeLessThan(2);
  });
});
