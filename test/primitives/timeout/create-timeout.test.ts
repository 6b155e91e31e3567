import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { createTimeout, withTimeout } from '../../../src/primitives/timeout/create-timeout.ts';
import { LlmTimeoutError } from '../../../src/primitives/timeout/llm-timeout-error.ts';
import type { TimeoutOptions } from '../../../src/primitives/timeout/timeout-options.ts';
import type { CallContext, Wrapped } from '../../../src/primitives/types.ts';
import { countedSignal, watchRejections } from '../streams/listeners.ts';

let rejections = watchRejections();
beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  await rejections.stop();
  expect(rejections.seen).toEqual([]);
  rejections = watchRejections();
});

const delayed = <T>(ms: number, value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), ms));
const never = (): Promise<never> => new Promise(() => {});

/** The outcome of a promise after `ms`. */
async function outcomeAfter(ms: number, call: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = 'pending';
  call.then(
    (value) => (outcome = value),
    (error: unknown) => (outcome = error),
  );
  await vi.advanceTimersByTimeAsync(ms);
  return outcome;
}

/** Reads a stream; every step as a text. */
async function readAll(call: Promise<AsyncIterable<unknown>>, seen: unknown[]): Promise<void> {
  try {
    for await (const chunk of await call) seen.push(chunk);
    seen.push('end');
  } catch (error) {
    seen.push(error);
  }
}

describe('options', () => {
  test.each([
    [undefined, TypeError, 'createTimeout: options must be an object'],
    [
      {},
      TypeError,
      'createTimeout: options must have at least one of the limits totalMs, softMs, firstChunkMs, chunkMs',
    ],
    [{ graceMs: 5 }, TypeError, 'at least one of the limits'],
    [{ totalMs: '5' }, TypeError, 'createTimeout: totalMs must be a number'],
    [{ totalMs: 0 }, RangeError, 'createTimeout: totalMs must be a number greater than 0'],
    [{ totalMs: 3e9 }, RangeError, 'at most 2147483647'],
    [{ totalMs: 5, graceMs: -1 }, RangeError, 'createTimeout: graceMs'],
    [{ chunkMs: Number.NaN }, RangeError, 'createTimeout: chunkMs'],
    [{ totalMs: 5, fallback: 'x' }, TypeError, 'createTimeout: fallback must be a function'],
    [{ totalMs: 5, name: '' }, TypeError, 'createTimeout: name must be a string that is not empty'],
  ])('%j throws', (options, kind, message) => {
    expect(() => createTimeout(options as TimeoutOptions)).toThrow(kind);
    expect(() => createTimeout(options as TimeoutOptions)).toThrow(message);
  });

  test('a function that is none', () => {
    expect(() => createTimeout({ totalMs: 5 })('x' as never)).toThrow('createTimeout: fn must be a function, not "x"');
    expect(() => withTimeout(undefined as never, { totalMs: 5 })).toThrow('withTimeout: fn must be a function');
    expect(() => withTimeout(never, {})).toThrow('withTimeout: options must have at least one');
  });
});

describe('totalMs', () => {
  test('rejects at the limit, with the signal aborted by the same error', async () => {
    let context: CallContext | undefined;
    const ask = withTimeout(
      function ask(_input: string, inner: CallContext) {
        context = inner;
        return never();
      },
      { totalMs: 50 },
    );
    const call = ask('Hi');
    const early = await outcomeAfter(49, call);
    expect(early).toBe('pending');
    const error = await outcomeAfter(1, call);
    expect(error).toBeInstanceOf(LlmTimeoutError);
    expect(error).toMatchObject({
      name: 'TimeoutError',
      code: 'ERR_LLM_TIMEOUT',
      operation: 'ask',
      limit: 'totalMs',
      limitMs: 50,
      elapsedMs: 50,
      chunks: 0,
      message: 'ask timed out: totalMs of 50 ms',
    });
    expect(context?.signal.reason).toBe(error);
    expect(context?.attempt).toBe(1);
  });

  test('passes results and errors on as the same object', async () => {
    const layer = createTimeout({ totalMs: 50 });
    const result = { a: 1 };
    const error = new Error('x');
    expect(await layer(() => result)(1)).toBe(result);
    expect(await layer(async () => result)(1)).toBe(result);
    await expect(layer(() => Promise.reject(error))(1)).rejects.toBe(error);
    await expect(
      layer(() => {
        throw error;
      })(1),
    ).rejects.toBe(error);
    expect(layer.stats()).toEqual({ successes: 2, late: 0, timeouts: 0, errors: 2, cancelled: 0, ratio: 0 });
  });

  test('graceMs: late is a success, later is none', async () => {
    const layer = createTimeout({ totalMs: 50, graceMs: 20 });
    expect(await outcomeAfter(60, layer(() => delayed(60, 'late'))(1))).toBe('late');
    expect(await outcomeAfter(69, layer(never)(1))).toBe('pending');
    await vi.advanceTimersByTimeAsync(1);
    expect(layer.stats()).toMatchObject({ late: 1, timeouts: 1, ratio: 0.5 });
  });

  test('what the function does later is swallowed', async () => {
    const layer = createTimeout({ totalMs: 50 });
    const fails = layer(async () => {
      await delayed(80, 0);
      throw new Error('later');
    });
    expect(await outcomeAfter(50, fails(1))).toBeInstanceOf(LlmTimeoutError);
    await vi.advanceTimersByTimeAsync(100);
  });

  test('counts to the last chunk of a stream', async () => {
    const seen: unknown[] = [];
    const stream = createTimeout({ totalMs: 50 })(async function* talk() {
      yield 'a';
      await delayed(40, 0);
      yield 'b';
      await delayed(40, 0);
      yield 'c';
    });
    void readAll(stream(1), seen);
    await vi.advanceTimersByTimeAsync(100);
    expect(seen.slice(0, 2)).toEqual(['a', 'b']);
    expect(seen[2]).toMatchObject({ limit: 'totalMs', operation: 'talk', chunks: 2 });
    expect(seen).toHaveLength(3);
  });
});

describe('limits of streams', () => {
  test('firstChunkMs counts outputs, not pings', async () => {
    const seen: unknown[] = [];
    const layer = createTimeout({ firstChunkMs: 50 });
    const stream = layer(async function* () {
      for (;;) {
        yield { type: 'ping' };
        await delayed(20, 0);
      }
    });
    void readAll(stream(1), seen);
    await vi.advanceTimersByTimeAsync(100);
    expect(seen.at(-1)).toMatchObject({ limit: 'firstChunkMs', limitMs: 50, chunks: 0 });
    await vi.advanceTimersByTimeAsync(100);
  });

  test('firstChunkMs ends with the first output', async () => {
    const seen: unknown[] = [];
    const stream = createTimeout({ firstChunkMs: 50 })(async function* () {
      await delayed(40, 0);
      yield 'a';
      await delayed(400, 0);
      yield 'b';
    });
    void readAll(stream(1), seen);
    await vi.advanceTimersByTimeAsync(500);
    expect(seen).toEqual(['a', 'b', 'end']);
  });

  test('firstChunkMs does not limit a call without a stream', async () => {
    expect(await outcomeAfter(200, createTimeout({ firstChunkMs: 50 })(() => delayed(100, 'x'))(1))).toBe('x');
  });

  test('firstChunkMs limits the wait for a stream that the input asks for', async () => {
    const ask = createTimeout({ firstChunkMs: 50 })((_input: { stream: boolean }) => never());
    expect(await outcomeAfter(50, ask({ stream: true }))).toMatchObject({ limit: 'firstChunkMs' });
  });

  test('firstChunkMs has passed when the stream is here', async () => {
    const seen: unknown[] = [];
    const talk = createTimeout({ firstChunkMs: 50 })(async () => {
      await delayed(80, 0);
      return (async function* () {
        await never();
        yield 'a';
      })();
    });
    void readAll(talk(1), seen);
    await vi.advanceTimersByTimeAsync(81);
    expect(seen).toMatchObject([{ limit: 'firstChunkMs', chunks: 0 }]);
  });

  test('chunkMs counts from output to output', async () => {
    const seen: unknown[] = [];
    const stream = createTimeout({ chunkMs: 50 })(async function* () {
      await delayed(200, 0);
      yield 'a';
      for (let i = 0; i < 3; i++) {
        await delayed(40, 0);
        yield 'b';
      }
      for (;;) {
        await delayed(20, 0);
        yield { type: 'ping' };
      }
    });
    void readAll(stream(1), seen);
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen.filter((chunk) => typeof chunk === 'string')).toEqual(['a', 'b', 'b', 'b']);
    expect(seen.at(-1)).toMatchObject({ limit: 'chunkMs', limitMs: 50, elapsedMs: 370, chunks: 4 });
    await vi.advanceTimersByTimeAsync(100);
  });

  test('chunkMs counts only while the reader waits', async () => {
    const stream = await createTimeout({ chunkMs: 50 })(async function* () {
      yield 'a';
      await delayed(30, 0);
      yield 'b';
    })(1);
    await stream.next();
    await vi.advanceTimersByTimeAsync(500);
    const next = stream.next();
    await vi.advanceTimersByTimeAsync(30);
    expect(await next).toEqual({ done: false, value: 'b' });
    expect((await stream.next()).done).toBe(true);
  });
});

describe('softMs', () => {
  test('the call goes on', async () => {
    const layer = createTimeout({ softMs: 10, name: 'soft test' });
    expect(await outcomeAfter(20, layer(() => delayed(20, 'x'))(1))).toBe('x');
    expect(layer.stats()).toMatchObject({ successes: 1, timeouts: 0 });
  });
});

describe('fallback', () => {
  test('answers a timeout, with the input and the error', async () => {
    const ask = withTimeout(async (_input: string) => never() as Promise<string>, {
      totalMs: 50,
      fallback: (input, error) => `${input}: ${error.limit}`,
    });
    expect(await outcomeAfter(50, ask('Hi'))).toBe('Hi: totalMs');
  });

  test('answers no other error', async () => {
    const error = new Error('x');
    const ask = withTimeout(() => Promise.reject(error), { totalMs: 50, fallback: () => never() });
    await expect(ask(1)).rejects.toBe(error);
  });

  test('its own error is the error of the call', async () => {
    const error = new Error('x');
    const ask = createTimeout({ totalMs: 50, fallback: () => Promise.reject(error) })(never);
    expect(await outcomeAfter(50, ask(1))).toBe(error);
  });

  test('answers a stream that has not begun', async () => {
    const seen: unknown[] = [];
    const stream = withTimeout(
      async function* (): AsyncGenerator<string> {
        yield never() as never;
      },
      {
        firstChunkMs: 50,
        fallback: async function* () {
          yield 'sorry';
        },
      },
    );
    void readAll(stream(1), seen);
    await vi.advanceTimersByTimeAsync(60);
    expect(seen).toEqual(['sorry', 'end']);
  });

  test('answers no stream that has begun', async () => {
    const seen: unknown[] = [];
    const stream = createTimeout({ totalMs: 50, fallback: () => 'sorry' })(async function* () {
      yield 'a';
      await never();
    });
    void readAll(stream(1), seen);
    await vi.advanceTimersByTimeAsync(60);
    expect(seen).toMatchObject(['a', { limit: 'totalMs' }]);
  });
});

describe('the caller', () => {
  test('aborts at once, with its reason, and is no timeout', async () => {
    const { controller, listeners } = countedSignal();
    const layer = createTimeout({ totalMs: 50, fallback: () => 'sorry' });
    let inner: AbortSignal | undefined;
    const call = layer((_input, { signal }) => {
      inner = signal;
      return never();
    })(1, { signal: controller.signal });
    await vi.advanceTimersByTimeAsync(10);
    const reason = { why: 'gone' };
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(inner?.reason).toBe(reason);
    expect(listeners()).toBe(0);
    expect(layer.stats()).toEqual({ successes: 0, late: 0, timeouts: 0, errors: 0, cancelled: 1, ratio: 0 });
  });

  test('has aborted before the call: the function is not called', async () => {
    const fn = vi.fn();
    await expect(createTimeout({ totalMs: 50 })(fn)(1, { signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
    expect(fn).not.toHaveBeenCalled();
  });

  test('aborts a stream', async () => {
    const { controller, listeners } = countedSignal();
    const seen: unknown[] = [];
    const layer = createTimeout({ totalMs: 50 });
    const stream = layer(async function* () {
      yield 'a';
      await never();
    });
    void readAll(stream(1, { signal: controller.signal }), seen);
    await vi.advanceTimersByTimeAsync(1);
    controller.abort('gone');
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toEqual(['a', 'gone']);
    expect(listeners()).toBe(0);
    expect(layer.stats()).toMatchObject({ cancelled: 1, errors: 0 });
  });

  test('break closes the source and aborts its signal', async () => {
    const { controller, listeners } = countedSignal();
    const steps: string[] = [];
    const layer = createTimeout({ totalMs: 50 });
    const stream = layer(async function* (_input: number, { signal }: CallContext) {
      signal.addEventListener('abort', () => steps.push('aborted'));
      try {
        yield 'a';
        yield 'b';
      } finally {
        steps.push('closed');
      }
    });
    for await (const chunk of await stream(1, { signal: controller.signal })) if (chunk === 'a') break;
    expect(steps.sort()).toEqual(['aborted', 'closed']);
    expect(listeners()).toBe(0);
    expect(layer.stats()).toMatchObject({ cancelled: 1 });
  });

  test('10,000 calls with one signal leave no listener', async () => {
    const { controller, listeners } = countedSignal();
    const { signal } = controller;
    const layer = createTimeout({ totalMs: 50 });
    const value = layer(async () => 1);
    const stream = layer(async function* () {
      yield 1;
    });
    for (let i = 0; i < 5000; i++) {
      await value(1, { signal });
      for await (const _chunk of await stream(1, { signal }));
    }
    expect(listeners()).toBe(0);
  });
});

test('types', () => {
  const layer = createTimeout({ totalMs: 50 });
  expectTypeOf(layer(async (input: string) => input.length)).toEqualTypeOf<Wrapped<string, Promise<number>>>();
  const stream = layer(async function* (_input: string) {
    yield 1;
  });
  expectTypeOf(stream).parameter(0).toEqualTypeOf<string>();
  expectTypeOf(stream).returns.resolves.toEqualTypeOf<AsyncIterableIterator<number>>();
  const openai = layer(async (_input: string): Promise<AsyncIterable<{ id: string }>> => never());
  expectTypeOf(openai).returns.resolves.toEqualTypeOf<AsyncIterableIterator<{ id: string }>>();
  const value = withTimeout(async (input: number) => `${input}`, { totalMs: 5, fallback: (input) => input.toFixed() });
  expectTypeOf(value).returns.resolves.toEqualTypeOf<string>();
});
