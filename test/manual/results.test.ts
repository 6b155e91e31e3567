import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { tool, withTool } from '../../src/manual/tool.ts';
import { world } from './world.ts';

const { spans, options } = world();

const child = (): void => trace.getTracer('app').startSpan('child').end();

class Boom extends Error {}

/** A promise with methods of its own, as the SDKs have them. */
class Request extends Promise<string> {
  asResponse(): string {
    return 'raw';
  }
}

/** Starts its work when it is asked, as queries of databases do. */
class Lazy {
  started = 0;
  // biome-ignore lint/suspicious/noThenProperty: that is what it is
  then(onFulfilled: (value: string) => unknown): unknown {
    this.started++;
    return Promise.resolve('sunny').then(onFulfilled);
  }
}

class Pages {
  readonly data = ['a', 'b'];
  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    child();
    yield* this.data;
  }
}

async function* letters(): AsyncGenerator<string> {
  child();
  yield 'a';
  await turn();
  yield 'b';
}

async function* breaking(): AsyncGenerator<string> {
  yield 'a';
  throw new Boom('my secret');
}

function readable(fails = false): ReadableStream<string> {
  const chunks = ['a', 'b'];
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk !== undefined) controller.enqueue(chunk);
      else if (fails) controller.error(new Boom('my secret'));
      else controller.close();
    },
  });
}

type Use = (result: never) => unknown;
const keep: Use = () => undefined;
const wait: Use = async (result) => await result;
const readAll: Use = async (result: AsyncIterable<unknown>) => {
  const read: unknown[] = [];
  for await (const chunk of result) read.push(chunk);
  return read;
};
const readOne: Use = async (result: AsyncIterable<unknown>) => {
  for await (const chunk of result) return chunk;
};
const readLater: Use = async (result: Promise<AsyncIterable<unknown>>) => readAll((await result) as never);

/** `open`: the span has not ended when the function has returned. */
const RESULTS: readonly (readonly [
  about: string,
  make: () => unknown,
  use: Use,
  seen: { readonly content?: string; readonly open?: true; readonly failed?: true; readonly child?: true },
])[] = [
  ['nothing', () => undefined, keep, {}],
  ['a text', () => 'sunny', keep, { content: '{"value":"sunny"}' }],
  ['an object', () => ({ sky: 'clear' }), keep, { content: '{"sky":"clear"}' }],
  ['a frozen object', () => Object.freeze({ sky: 'clear' }), keep, { content: '{"sky":"clear"}' }],
  ['an error', boom, wait, { failed: true }],
  ['a promise', async () => 'sunny', wait, { open: true, content: '{"value":"sunny"}' }],
  ['a promise that rejects', async () => boom(), wait, { open: true, failed: true }],
  [
    'a promise of another realm',
    () => runInNewContext('Promise.resolve("sunny")'),
    wait,
    { open: true, content: '{"value":"sunny"}' },
  ],
  ['a promise of a subclass', () => Request.resolve('sunny'), wait, { open: true, content: '{"value":"sunny"}' }],
  ['a lazy promise', () => new Lazy(), wait, { open: true, content: '{"value":"sunny"}' }],
  ['a generator', letters, readAll, { open: true, content: '{"value":"ab"}', child: true }],
  ['a generator that is left', letters, readOne, { open: true, content: '{"value":"a"}', child: true }],
  ['a generator that throws', breaking, readAll, { open: true, failed: true }],
  [
    'a promise of a generator',
    async () => letters(),
    readLater,
    { open: true, content: '{"value":"ab"}', child: true },
  ],
  ['an async iterable', () => new Pages(), readAll, { open: true, content: '{"value":"ab"}', child: true }],
  ['an async iterable that is left', () => new Pages(), readOne, { open: true, content: '{"value":"a"}', child: true }],
  ['a web stream', () => readable(), readAll, { open: true, content: '{"value":"ab"}' }],
  ['a web stream that is left', () => readable(), readOne, { open: true, content: '{"value":"a"}' }],
  ['a web stream that fails', () => readable(true), readAll, { open: true, failed: true }],
  [
    'a web stream that is piped',
    () => readable(),
    (result: ReadableStream) => result.pipeTo(new WritableStream()),
    { open: true },
  ],
  ['a stream of Node', () => Readable.from(['a', 'b']), readAll, { open: true }],
  ['a stream of Node that is left', () => Readable.from(['a', 'b']), readOne, { open: true }],
];

function boom(): never {
  throw new Boom('my secret');
}

async function outcome(run: () => unknown): Promise<unknown> {
  try {
    return { value: await run() };
  } catch (error) {
    return { error };
  }
}

describe.each(RESULTS)('%s', (_, make, use, seen) => {
  test('reaches the application as it is', async () => {
    const plain = await outcome(() => use(make() as never));
    expect(await outcome(() => use(tool('weather', make)() as never))).toEqual(plain);
  });

  test('ends the span when it is complete', async () => {
    options({ captureContent: 'SPAN_ONLY' });
    const ended = (): number => spans().filter(({ name }) => name === 'execute_tool weather').length;
    await outcome(() => {
      const result = tool('weather', make)();
      expect(ended()).toBe(seen.open === true ? 0 : 1);
      return use(result as never);
    });
    await turn();
    expect(ended()).toBe(1);
    const span = spans().find(({ name }) => name === 'execute_tool weather');
    expect(span?.attributes['gen_ai.tool.call.result']).toBe(seen.content);
    expect(span?.attributes['error.type']).toBe(seen.failed === true ? 'Boom' : undefined);
    const inner = spans().find(({ name }) => name === 'child');
    expect(inner?.parentSpanContext?.spanId).toBe(seen.child === true ? span?.spanContext().spanId : undefined);
  });

  test('leaves no content behind while that is off', async () => {
    await outcome(() => use(tool('weather', make)() as never));
    await turn();
    const [span] = spans().filter(({ name }) => name === 'execute_tool weather');
    expect(Object.keys(span?.attributes ?? {}).filter((key) => key.includes('call'))).toEqual([]);
    expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain('secret');
  });
});

describe('the same object', () => {
  const SAME: readonly (readonly [about: string, result: object])[] = [
    ['a promise of a subclass', Request.resolve('sunny')],
    ['a lazy promise', new Lazy()],
    ['a generator', letters()],
    ['an async iterable', new Pages()],
    ['a web stream', readable()],
    ['a stream of Node', Readable.from(['a'])],
  ];

  test.each(SAME)('%s', (_, result) => {
    expect(tool('weather', () => result)()).toBe(result);
  });

  test('a lazy promise is not started by looking at it', async () => {
    const lazy = new Lazy();
    tool('weather', () => lazy)();
    await turn();
    expect(lazy.started).toBe(0);
  });
});

describe('rejections', () => {
  const unhandled = async (run: () => unknown): Promise<unknown[]> => {
    const seen: unknown[] = [];
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', (reason) => seen.push(reason));
    run();
    await turn();
    await turn();
    process.removeAllListeners('unhandledRejection');
    for (const listener of others) process.on('unhandledRejection', listener);
    return seen;
  };
  const error = new Boom('down');

  const CASES: readonly (readonly [about: string, run: (fn: () => PromiseLike<never>) => unknown, count: number])[] = [
    ['nobody handles', (fn) => fn(), 1],
    ['the application handles', (fn) => fn().then(undefined, () => {}), 0],
    ['the application handles in one of two places', (fn) => [fn().then(undefined, () => {}), fn()], 1],
  ];
  const KINDS = [
    ['a promise', () => Promise.reject(error)],
    ['a promise of a subclass', () => Request.reject(error)],
  ] as const;

  for (const [kind, make] of KINDS)
    test.each(CASES)(`of ${kind} that %s`, async (_, run, count) => {
      const plain = await unhandled(() => run(make));
      expect(plain).toHaveLength(count);
      expect(await unhandled(() => run(tool('weather', make)))).toEqual(plain);
    });
});

describe('a result that nobody can read any more', () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;

  const DROPPED: readonly (readonly [about: string, make: () => unknown])[] = [
    ['a promise that is never settled', () => new Promise(() => {})],
    ['a generator', letters],
    ['an async iterable', () => new Pages()],
    ['a web stream', () => readable()],
    ['a stream of Node', () => Readable.from(['a', 'b'])],
  ];

  test.each(DROPPED)('ends the span: %s', async (_, make) => {
    tool('weather', make)();
    expect(spans()).toHaveLength(0);
    for (let turns = 0; spans().length === 0 && turns < 200; turns++) {
      gc();
      await turn();
    }
    expect(spans()).toHaveLength(1);
    expect(spans()[0]?.attributes['error.type']).toBeUndefined();
  });

  const KEPT: readonly (readonly [about: string, run: () => void])[] = [
    [
      'among the arguments',
      () => {
        const state: { last?: unknown } = {};
        tool('weather', (into: { last?: unknown }) => (into.last = letters()))(state);
      },
    ],
    [
      'by what the function is a method of',
      () => {
        const tools = {
          last: undefined as unknown,
          weather: tool('weather', function (this: { last: unknown }) {
            this.last = letters();
            return this.last;
          }),
        };
        tools.weather();
      },
    ],
    [
      'by the function',
      () => {
        const state: { last?: unknown } = {};
        withTool({ name: 'weather', arguments: state }, () => (state.last = letters()));
      },
    ],
  ];

  for (const captureContent of ['NO_CONTENT', 'SPAN_ONLY'] as const)
    test.each(KEPT)(`ends the span with ${captureContent}: kept %s`, async (_, run) => {
      options({ captureContent });
      run();
      expect(spans()).toHaveLength(0);
      for (let turns = 0; spans().length === 0 && turns < 200; turns++) {
        gc();
        await turn();
      }
      expect(spans()).toHaveLength(1);
    });
});
