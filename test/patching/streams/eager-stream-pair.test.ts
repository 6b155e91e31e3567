import { describe, expect, test } from 'vitest';
import { isPair, observePair } from '../../../src/patching/streams/eager-stream-pair.ts';
import type { Operation } from '../../../src/telemetry/call/operation.ts';
import { configOf } from '../../telemetry/in-memory.ts';
import { fakeTimers } from './fake-timers.ts';

const { running } = fakeTimers();
const READING_MS = 1000;
const IDLE_MS = 500;
const DONE = { value: undefined, done: true };
const chunk = (value: unknown) => ({ value, done: false });
const turn = () => new Promise((resolve) => process.nextTick(resolve));

/** A generator whose body comes when a test says so, and what is told of its call. */
function setUp({ streams = true, signal }: { streams?: boolean; signal?: AbortSignal } = {}) {
  const told: unknown[] = [];
  const tell = (name: string) => (value?: unknown) => {
    told.push(value === undefined ? name : [name, value]);
    if (name !== 'chunk') operation.ended = true;
  };
  const operation = {
    config: configOf({ streamIdleTimeout: IDLE_MS }),
    ended: false,
    endWithReceived: undefined as (() => void) | undefined,
    stream: () => streams,
    chunk: (value: unknown, at?: number) => void told.push(at === undefined ? value : `early ${value}`),
    complete: tell('complete'),
    cancel: tell('cancel'),
    abandon: tell('abandon'),
    end: tell('end'),
    fail: (error: Error) => tell('fail')(error.message),
  };
  const pulls: { resolve(result: IteratorResult<unknown>): void; reject(error: unknown): void }[] = [];
  const stream = {
    next: (): Promise<IteratorResult<unknown>> =>
      new Promise((resolve, reject) => {
        pulls.push({ resolve, reject });
      }),
    return: async (value?: unknown): Promise<IteratorResult<unknown>> => ({ value, done: true }),
    throw: async (error?: unknown): Promise<IteratorResult<unknown>> => Promise.reject(error),
  };
  observePair({ stream, response: Promise.resolve() }, operation as unknown as Operation, signal, {});
  const comes = async (value: string): Promise<void> => {
    pulls.at(-1)?.resolve(chunk(value));
    await turn();
  };
  const ends = async (): Promise<void> => {
    pulls.at(-1)?.resolve({ value: undefined, done: true });
    await turn();
  };
  const breaks = async (error = new Error('broken')): Promise<void> => {
    pulls.at(-1)?.reject(error);
    await turn();
  };
  return { stream, told, pulls, comes, ends, breaks, operation };
}

describe('a stream that nobody reads', () => {
  test('is drained as the body comes, and its chunks count as they came', async () => {
    const { told, pulls, comes, ends } = setUp();
    await comes('a');
    await comes('b');
    expect([pulls.length, told]).toEqual([3, []]);
    await ends();
    expect(told).toEqual([]);
    running(0)?.run();
    expect(told).toEqual(['early a', 'early b', 'complete']);
  });

  test('that breaks fails its call', async () => {
    const { told, comes, breaks } = setUp();
    await comes('a');
    await breaks();
    running(0)?.run();
    expect(told).toEqual(['early a', ['fail', 'broken']]);
  });

  test('that breaks by a signal of the application is cancelled', async () => {
    const { told, breaks } = setUp({ signal: AbortSignal.abort() });
    await breaks();
    running(0)?.run();
    expect(told).toEqual(['cancel']);
  });

  test('ends early by what has been received', async () => {
    const { told, comes, ends, operation } = setUp();
    await comes('a');
    await ends();
    operation.endWithReceived?.();
    expect(told).toEqual(['early a', 'complete']);
  });
});

describe('a body that stands still', () => {
  test('is abandoned', () => {
    const { told } = setUp();
    running(IDLE_MS)?.run();
    expect(told).toEqual(['abandon']);
  });

  test('is not, while chunks come and once it has ended', async () => {
    const { comes, ends } = setUp();
    const timer = running(IDLE_MS);
    await comes('a');
    expect(timer?.refresh).toHaveBeenCalledOnce();
    await ends();
    expect(timer?.stopped).toBe(true);
  });
});

describe('a stream that is read', () => {
  test('while it comes: each chunk once, then its end', async () => {
    const { stream, told, pulls, comes, ends } = setUp();
    const [first, second, third] = [stream.next(), stream.next(), stream.next()];
    expect(first).not.toBe(second);
    await comes('a');
    await comes('b');
    await ends();
    expect(await Promise.all([first, second, third])).toEqual([chunk('a'), chunk('b'), DONE]);
    expect([pulls.length, told]).toEqual([3, ['a', 'b', 'complete']]);
    expect(await stream.next()).toEqual(DONE);
  });

  test('after it has come: the call lasts as long as it is read', async () => {
    const { stream, told, comes, ends } = setUp();
    await comes('a');
    await comes('b');
    expect(await stream.next()).toEqual(chunk('a'));
    await ends();
    running(0)?.run();
    expect(told).toEqual(['a']);
    const reading = running(READING_MS);
    expect(await stream.next()).toEqual(chunk('b'));
    expect(reading?.refresh).toHaveBeenCalledOnce();
    expect(await stream.next()).toEqual(DONE);
    expect(told).toEqual(['a', 'b', 'complete']);
    expect(reading?.stopped).toBe(true);
  });

  test('in the turn in which it has come in full', async () => {
    const { stream, told, comes, ends } = setUp();
    await comes('a');
    await ends();
    expect(await stream.next()).toEqual(chunk('a'));
    running(0)?.run();
    expect(told).toEqual(['a']);
    running(READING_MS)?.run();
    expect(told).toEqual(['a', 'complete']);
  });

  test('and then no longer: the rest counts at the time at which the reader is given up', async () => {
    const { stream, told, comes, ends } = setUp();
    for (const value of ['a', 'b', 'c']) await comes(value);
    await stream.next();
    await ends();
    running(READING_MS)?.run();
    expect(told).toEqual(['a', 'b', 'c', 'complete']);
  });

  test('and breaks: the error is thrown once, and then it is over', async () => {
    const { stream, told, comes, breaks } = setUp();
    await comes('a');
    const error = new Error('broken');
    await stream.next();
    await breaks(error);
    expect(told).toEqual(['a', ['fail', 'broken']]);
    await expect(stream.next()).rejects.toBe(error);
    expect(await stream.next()).toEqual(DONE);
    expect(told).toEqual(['a', ['fail', 'broken']]);
  });

  test('and breaks while the application waits: by the promise it has', async () => {
    const { stream, told, breaks } = setUp();
    const [waiting, next] = [stream.next(), stream.next()];
    const error = new Error('broken');
    const caught = waiting.catch((thrown: unknown) => thrown);
    await breaks(error);
    expect(await caught).toBe(error);
    expect(await next).toEqual(DONE);
    expect(told).toEqual([['fail', 'broken']]);
  });
});

describe('a stream that is left', () => {
  test('is cancelled, and what comes later is nobody’s', async () => {
    const { stream, told, pulls, comes } = setUp();
    await comes('a');
    expect(await stream.return('left')).toEqual({ value: 'left', done: true });
    expect(running(IDLE_MS)).toBeUndefined();
    await comes('b');
    expect([pulls.length, told]).toEqual([2, ['cancel']]);
    expect(await stream.next()).toEqual(DONE);
  });

  test('by an error throws it', async () => {
    const { stream, told } = setUp();
    const error = new Error('left');
    await expect(stream.throw(error)).rejects.toBe(error);
    expect(told).toEqual(['cancel']);
  });

  test('while reads wait is left behind them', async () => {
    const { stream, told, comes } = setUp();
    const [first, second] = [stream.next(), stream.next()];
    const left = stream.return();
    await comes('a');
    expect(told).toEqual(['a']);
    await comes('b');
    expect(await Promise.all([first, second, left])).toEqual([chunk('a'), chunk('b'), DONE]);
    expect(told).toEqual(['a', 'b', 'cancel']);
  });

  test('while one read waits is left behind that one', async () => {
    const { stream, told, comes } = setUp();
    const first = stream.next();
    const left = stream.return();
    await comes('a');
    expect(await Promise.all([first, left])).toEqual([chunk('a'), DONE]);
    expect(told).toEqual(['a', 'cancel']);
  });
});

test('a method that is not known to stream ends its call and leaves the stream alone', () => {
  const { stream, told, pulls } = setUp({ streams: false });
  expect([told, pulls.length, Object.keys(stream)]).toEqual([['end'], 0, ['next', 'return', 'throw']]);
});

test.each([
  [{ stream: { next: () => {} }, response: Promise.resolve() }, true],
  [{ stream: { next: () => {} }, response: {} }, false],
  [{ stream: {}, response: Promise.resolve() }, false],
  [{ stream: { next: () => {} } }, false],
  [null, false],
  [undefined, false],
])('%o is a pair: %s', (value, expected) => {
  expect(isPair(value)).toBe(expected);
});
