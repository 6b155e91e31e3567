import { describe, expect, test } from 'vitest';
import { isReadable, type ReadableStreamLike, readableCalls } from '../../../src/patching/calls/readable-calls.ts';
import type { Operation } from '../../../src/telemetry/call/operation.ts';
import { configOf } from '../../telemetry/in-memory.ts';

type Source = ReadableStream<number> & ReadableStreamLike;

/** Makes a call that gives `answer`, and what is told of it. */
function setUp({ streams = true, signal }: { streams?: boolean; signal?: AbortSignal } = {}) {
  const told: unknown[] = [];
  const end = (name: string) => (): void => {
    if (!operation.ended) told.push(name);
    operation.ended = true;
  };
  const operation = {
    config: configOf(),
    ended: false,
    context: undefined,
    stream: () => streams,
    chunk: (value: unknown) => {
      if (!operation.ended) told.push(value);
    },
    complete: end('complete'),
    cancel: end('cancel'),
    abandon: end('abandon'),
    detach: end('detach'),
    end: end('end'),
    fail: (error: Error) => end(`fail ${error.message}`)(),
  };
  const call = (answer: unknown): unknown =>
    readableCalls(() => signal)(operation as unknown as Operation, () => answer, {}, []);
  return { told, call };
}

const numbers = (...values: number[]): Source => ReadableStream.from(values) as Source;
const broken = (): Source =>
  new ReadableStream({
    pull: (controller) => controller.error(new Error('broken')),
  }) as Source;

async function all(stream: ReadableStream<number>): Promise<number[]> {
  const values = [];
  for await (const value of stream) values.push(value);
  return values;
}

async function readAll(reader: ReadableStreamDefaultReader<number>): Promise<number[]> {
  const values = [];
  for (let read = await reader.read(); !read.done; read = await reader.read()) values.push(read.value);
  return values;
}

describe('a stream that is the answer', () => {
  test('is itself, and shows nothing of what observes it', async () => {
    const { call } = setUp();
    const stream = numbers(1);
    const keys = Object.keys(stream);
    expect(await call(Promise.resolve(stream))).toBe(stream);
    expect(Object.keys(stream)).toEqual(keys);
  });

  test.each<[about: string, (stream: Source) => Promise<unknown>, gives: unknown, told: unknown[]]>([
    ['iterated', all, [1, 2], [1, 2, 'complete']],
    ['read', (stream) => readAll(stream.getReader()), [1, 2], [1, 2, 'complete']],
    [
      'left in a loop',
      async (stream) => {
        for await (const value of stream) return value;
      },
      1,
      [1, 'cancel'],
    ],
    [
      'cancelled by its reader',
      async (stream) => {
        const reader = stream.getReader();
        const { value } = await reader.read();
        await reader.cancel();
        return value;
      },
      1,
      [1, 'cancel'],
    ],
    ['cancelled unread', (stream) => stream.cancel(), undefined, ['cancel']],
    ['piped', (stream) => stream.pipeTo(new WritableStream()), undefined, ['detach']],
    ['piped through', (stream) => all(stream.pipeThrough(new TransformStream())), [1, 2], ['detach']],
  ])('%s', async (_, use, gives, expected) => {
    const { call, told } = setUp();
    const stream = numbers(1, 2);
    call(stream);
    expect(await use(stream)).toEqual(gives);
    expect(told).toEqual(expected);
  });

  test('breaks as it does without', async () => {
    const { call, told } = setUp();
    const stream = broken();
    call(stream);
    await expect(all(stream)).rejects.toThrow('broken');
    expect(told).toEqual(['fail broken']);
  });

  test('that was aborted before is cancelled', () => {
    const { call, told } = setUp({ signal: AbortSignal.abort() });
    call(numbers(1));
    expect(told).toEqual(['cancel']);
  });

  test('of a method that is not known to stream ends its call', async () => {
    const { call, told } = setUp({ streams: false });
    const stream = numbers(1);
    call(stream);
    expect([await all(stream), told]).toEqual([[1], ['end']]);
  });
});

describe('two branches of a stream', () => {
  const branches = () => {
    const { call, told } = setUp();
    const stream = numbers(1, 2, 3);
    call(stream);
    const [a, b] = stream.tee();
    return { a: a.getReader(), b: b.getReader(), told };
  };

  test('count each chunk once, whichever is ahead', async () => {
    const { a, b, told } = branches();
    await a.read();
    await b.read();
    await b.read();
    await a.read();
    expect(told).toEqual([1, 2]);
    expect([await readAll(a), await readAll(b)]).toEqual([[3], [3]]);
    expect(told).toEqual([1, 2, 3, 'complete']);
  });

  test('are left when both are', async () => {
    const { a, b, told } = branches();
    await a.read();
    void a.cancel();
    void a.cancel();
    expect(told).toEqual([1]);
    void b.cancel();
    expect(told).toEqual([1, 'cancel']);
  });

  test('of which one is left go on with the other', async () => {
    const { a, b, told } = branches();
    void a.cancel();
    expect(await readAll(b)).toEqual([1, 2, 3]);
    expect(told).toEqual([1, 2, 3, 'complete']);
  });

  test('break together', async () => {
    const { call, told } = setUp();
    const stream = broken();
    call(stream);
    const [a, b] = stream.tee();
    await expect(all(a)).rejects.toThrow('broken');
    await expect(all(b)).rejects.toThrow('broken');
    expect(told).toEqual(['fail broken']);
  });
});

test('another answer ends the call, and an error fails it', async () => {
  const plain = setUp();
  expect(await plain.call(Promise.resolve({ a: 1 }))).toEqual({ a: 1 });
  expect(plain.told).toEqual(['end']);
  const failed = setUp();
  await expect(failed.call(Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(failed.told).toEqual(['fail no']);
});

test.each([
  [new ReadableStream(), true],
  [{ getReader: () => {} }, false],
  [{ [Symbol.asyncIterator]: () => {} }, false],
  [null, false],
  [undefined, false],
])('%o is a stream: %s', (value, expected) => {
  expect(isReadable(value)).toBe(expected);
});
