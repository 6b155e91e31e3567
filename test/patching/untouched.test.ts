/**
 * A fake SDK whose requests, answers, promises and streams are getters, proxies, subclasses and frozen objects. Stands for the
 * test suites of the SDKs themselves, which notice when code of the application runs more often than without this package.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asyncCalls } from '../../src/patching/calls/async-calls.ts';
import { streamFieldCalls } from '../../src/patching/calls/stream-field-calls.ts';
import { Patcher, recordedMethod } from '../../src/patching/wrapping/patcher.ts';
import { openai } from '../../src/providers/openai/index.ts';
import { CallRecorder } from '../../src/telemetry/call/call-recorder.ts';
import { callReader, configOf, tracing } from '../telemetry/in-memory.ts';
import { counting, readTooOften } from './counted-values.ts';

/** An SDK of the shape of openai: `answer` is what the server says, `promise` what a subclass of the promise does. */
function fakeSdk(answer: unknown, change: (promise: object) => object = (promise) => promise) {
  class APIPromise extends Promise<unknown> {
    static override get [Symbol.species](): PromiseConstructor {
      return Promise;
    }
    parseResponse = async (): Promise<unknown> => answer;
    // biome-ignore lint/suspicious/noThenProperty: as the promise of the SDK does
    override then: Promise<unknown>['then'] = (...handlers) => this.parseResponse().then(...handlers);
    asResponse(): Promise<unknown> {
      return Promise.resolve(answer);
    }
    _thenUnwrap(): unknown {
      return this;
    }
  }
  class Completions {
    _client = { baseURL: 'https://api.openai.com/v1' };
    seen: unknown;
    create(params: unknown): unknown {
      this.seen = JSON.stringify(params);
      return change(new APIPromise((resolve) => resolve(undefined)));
    }
  }
  class OpenAI {
    static Chat = { Completions };
    makeRequest(): unknown {
      return undefined;
    }
  }
  return { OpenAI, completions: new Completions() };
}

const { provider, spans } = tracing();
let recorder: CallRecorder;
let patcher: Patcher;
let before = 0;

beforeEach(() => {
  recorder = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf({ captureContent: 'SPAN_ONLY' }));
  recorder.setTracerProvider(provider);
  patcher = new Patcher(recorder);
  before = spans().length;
});
afterEach(() => patcher.unwrapAll());

const attributes = () => spans().slice(before)[0]?.attributes ?? {};

const REQUEST = {
  model: 'gpt-4o-mini',
  temperature: 0.5,
  stop: ['a', 'b'],
  service_tier: 'flex',
  response_format: { type: 'json_object' },
  messages: [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: [{ type: 'text', text: 'hello' }] },
  ],
  tools: [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }],
};

const ANSWER = {
  id: 'chatcmpl-1',
  model: 'gpt-4o-mini-2024',
  service_tier: 'flex',
  choices: [
    { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hi', tool_calls: [{ id: 'call-1' }] } },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 1 },
};

describe('requests', () => {
  test.each(['SPAN_ONLY', 'NO_CONTENT'] as const)(
    'every value is read once more than by the SDK, and no method of an array runs (%s)',
    async (captureContent) => {
      recorder = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf({ captureContent }));
      recorder.setTracerProvider(provider);
      patcher = new Patcher(recorder);
      const read = async (patched: boolean): Promise<Map<string, number>> => {
        const counts = new Map<string, number>();
        const { OpenAI, completions } = fakeSdk(counting(ANSWER, counts, '$answer'));
        if (patched) expect(openai.patch({ OpenAI }, patcher)).toBe(true);
        await completions.create(counting(REQUEST, counts));
        return counts;
      };
      const bare = await read(false);
      const recorded = await read(true);
      expect(readTooOften(bare, recorded)).toEqual([]);
      expect(attributes()).toMatchObject({
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.request.stop_sequences': ['a', 'b'],
        'gen_ai.usage.input_tokens': 3,
      });
      if (captureContent === 'NO_CONTENT') return;
      expect(attributes()).toMatchObject({
        'gen_ai.input.messages': expect.stringContaining('hello'),
        'gen_ai.output.messages': expect.stringContaining('hi'),
        'gen_ai.tool.definitions': expect.stringContaining('weather'),
      });
    },
  );

  test.each<readonly [string, (value: unknown) => unknown]>([
    ['frozen', deepFreeze],
    ['proxies', proxies],
    ['frozen proxies', (value) => deepFreeze(proxies(value))],
  ])('requests and answers that are %s are recorded', async (_, make) => {
    const answer = make(structuredClone(ANSWER));
    const { OpenAI, completions } = fakeSdk(answer);
    openai.patch({ OpenAI }, patcher);
    expect(await completions.create(make(structuredClone(REQUEST)))).toBe(answer);
    expect(attributes()).toMatchObject({
      'gen_ai.usage.output_tokens': 1,
      'gen_ai.input.messages': expect.stringContaining('be brief'),
      'gen_ai.output.messages': expect.stringContaining('hi'),
    });
  });
});

/** Traps that throw, one at a time and all together. */
const TRAPS = ['has', 'get', 'getPrototypeOf', 'ownKeys', 'getOwnPropertyDescriptor', 'set', 'defineProperty'] as const;

function throwing(traps: readonly (typeof TRAPS)[number][], target: object = { ...ANSWER }): object {
  const handler = Object.fromEntries(
    traps.map((trap) => [
      trap,
      (...[object, key, ...rest]: readonly unknown[]): unknown => {
        if (key === 'then') return undefined; // or nothing could await the answer
        if (trap === 'get' && typeof key === 'symbol') return Reflect.get(object as object, key, ...rest);
        throw new Error(`trap ${trap}`);
      },
    ]),
  );
  return new Proxy(target, handler);
}

const HOSTILE: readonly (readonly [string, object])[] = [
  ...TRAPS.map((trap) => [`a throwing trap ${trap}`, throwing([trap])] as const),
  ['throwing traps', throwing(TRAPS)],
  ['a frozen stream', Object.freeze({ controller: new AbortController(), async *[Symbol.asyncIterator]() {} })],
  ['a frozen response', Object.freeze({ json: async () => ({}), arrayBuffer: async () => new ArrayBuffer(0) })],
  ['a frozen generator', Object.freeze((async function* () {})())],
  ['a frozen pair', Object.freeze({ stream: Object.freeze((async function* () {})()), response: Promise.resolve() })],
  ['a frozen field', Object.freeze({ stream: new ReadableStream() })],
];

describe('answers', () => {
  test.each(HOSTILE)('openai: %s reaches the application, and the call ends', async (_, answer) => {
    const { OpenAI, completions } = fakeSdk(answer);
    openai.patch({ OpenAI }, patcher);
    expect((await completions.create(REQUEST)) === answer).toBe(true);
    expect(spans()).toHaveLength(before + 1);
  });

  test('a frozen promise is given as it is', async () => {
    const { OpenAI, completions } = fakeSdk(ANSWER, Object.freeze);
    openai.patch({ OpenAI }, patcher);
    expect(await completions.create(REQUEST)).toBe(ANSWER);
    expect(spans()).toHaveLength(before + 1);
  });

  test('a raw response that is frozen', async () => {
    const response = Object.freeze({ json: async () => ({}), arrayBuffer: async () => new ArrayBuffer(0) });
    const { OpenAI, completions } = fakeSdk(response);
    openai.patch({ OpenAI }, patcher);
    expect(await (completions.create(REQUEST) as { asResponse(): Promise<unknown> }).asResponse()).toBe(response);
  });

  const KINDS = {
    'async calls': asyncCalls(() => undefined),
    'async calls with a signal that is none': asyncCalls(() => ({ aborted: false }) as AbortSignal),
    'calls with a stream in a field': streamFieldCalls(
      () => undefined,
      () => true,
    ),
  } as const;

  for (const [kind, makeCall] of Object.entries(KINDS))
    test.each(HOSTILE)(`${kind}: %s`, async (_, answer) => {
      const method = recordedMethod(callReader(), makeCall)(
        async () => answer,
        () => recorder,
      );
      expect((await (method as () => Promise<unknown>)()) === answer).toBe(true);
      // What is still open here ends when the stream is read or collected.
      expect(spans().length - before).toBeLessThanOrEqual(1);
    });

  test.each(HOSTILE)('an error: %s', async (_, thrown) => {
    const method = recordedMethod(callReader(), KINDS['async calls'])(
      async () => Promise.reject(thrown),
      () => recorder,
    ) as () => Promise<unknown>;
    const caught: unknown = await method().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(caught === thrown).toBe(true);
    expect(spans()).toHaveLength(before + 1);
  });
});

function deepFreeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}

function proxies(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const [key, inner] of Object.entries(value)) (value as Record<string, unknown>)[key] = proxies(inner);
  return new Proxy(value, {});
}
