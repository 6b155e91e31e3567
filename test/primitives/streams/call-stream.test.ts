import { afterEach, describe, expect, test } from 'vitest';
import { discardResult, interruptible } from '../../../src/primitives/streams/async-values.ts';
import { CallStream, type StreamEnd } from '../../../src/primitives/streams/call-stream.ts';
import { LinkedAbort } from '../../../src/primitives/streams/linked-abort.ts';
import { collectGarbage, countedSignal, watchRejections } from './listeners.ts';

let rejections = watchRejections();
afterEach(async () => {
  await rejections.stop();
  expect(rejections.seen).toEqual([]);
  rejections = watchRejections();
});

interface Seen {
  stream: CallStream<number>;
  ends: (readonly [StreamEnd, unknown])[];
  chunks: number[];
}

function streamOf(source: AsyncIterator<number>): Seen {
  const ends: (readonly [StreamEnd, unknown])[] = [];
  const chunks: number[] = [];
  const stream = new CallStream<number>({
    source,
    run: (fn) => fn(),
    watcher: { chunk: (chunk) => void chunks.push(chunk), ended: (end, error) => void ends.push([end, error]) },
  });
  return { stream, ends, chunks };
}

async function* numbers(count: number, onClose: () => void = () => {}): AsyncGenerator<number, void, undefined> {
  try {
    for (let i = 0; i < count; i++) yield i;
  } finally {
    onClose();
  }
}

const hanging = (): AsyncIterator<number> => ({ next: () => new Promise(() => {}) });

describe('a stream', () => {
  test('gives every chunk in order, and ends once', async () => {
    const { stream, ends, chunks } = streamOf(numbers(3));
    const read: number[] = [];
    for await (const chunk of stream) read.push(chunk);
    expect(read).toEqual([0, 1, 2]);
    expect(chunks).toEqual([0, 1, 2]);
    expect(ends).toEqual([['completed', undefined]]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await stream.return()).toEqual({ done: true, value: undefined });
    expect(ends).toHaveLength(1);
  });

  test('answers reads at the same time in order', async () => {
    const { stream } = streamOf(numbers(2));
    const reads = await Promise.all([stream.next(), stream.next(), stream.next(), stream.next()]);
    expect(reads.map(({ value, done }) => [value, done])).toEqual([
      [0, false],
      [1, false],
      [undefined, true],
      [undefined, true],
    ]);
  });

  test('passes an error on as the same object, and is over', async () => {
    const error = new Error('x');
    const { stream, ends } = streamOf({ next: () => Promise.reject(error) });
    await expect(stream.next()).rejects.toBe(error);
    expect(ends).toEqual([['failed', error]]);
    expect((await stream.next()).done).toBe(true);
  });

  test('a source whose next() throws', async () => {
    const error = new Error('x');
    const { stream } = streamOf({
      next: () => {
        throw error;
      },
    });
    await expect(stream.next()).rejects.toBe(error);
  });

  test('break closes the source and waits for its end', async () => {
    let closed = 0;
    const { stream, ends } = streamOf(numbers(9, () => closed++));
    for await (const chunk of stream) if (chunk === 1) break;
    expect(closed).toBe(1);
    expect(ends).toEqual([['left', undefined]]);
  });

  test('an error of the source at break reaches the reader, as without the layer', async () => {
    const error = new Error('x');
    const { stream } = streamOf(
      numbers(2, () => {
        throw error;
      }),
    );
    await stream.next();
    await expect(stream.return()).rejects.toBe(error);
  });

  test('throw() closes the source', async () => {
    const error = new Error('x');
    const { stream, ends } = streamOf(numbers(2));
    await expect(stream.throw(error)).rejects.toBe(error);
    expect(ends).toEqual([['left', undefined]]);
  });

  test('return() during a read does not wait for a source that hangs', async () => {
    const { stream, ends } = streamOf(hanging());
    const read = stream.next();
    const second = stream.next();
    expect((await stream.return()).done).toBe(true);
    expect((await read).done).toBe(true);
    expect((await second).done).toBe(true);
    expect(ends).toEqual([['left', undefined]]);
  });

  test('stop() rejects the read that waits, and no later read', async () => {
    const error = new Error('limit');
    const { stream, ends } = streamOf(hanging());
    const reads = [stream.next(), stream.next()];
    stream.stop(error);
    stream.stop(new Error('second'));
    await expect(reads[0]).rejects.toBe(error);
    expect((await reads[1])?.done).toBe(true);
    expect(ends).toEqual([['failed', error]]);
  });

  test('stop() between reads rejects the next read once, and closes the source', async () => {
    const error = new Error('limit');
    let closed = 0;
    const { stream } = streamOf(numbers(9, () => closed++));
    await stream.next();
    stream.stop(error);
    await expect(stream.next()).rejects.toBe(error);
    expect((await stream.next()).done).toBe(true);
    expect(closed).toBe(1);
  });

  test('a result after stop() is dropped', async () => {
    let answer: (result: IteratorResult<number>) => void = () => {};
    const { stream, chunks } = streamOf({ next: () => new Promise((resolve) => (answer = resolve)) });
    const read = stream.next();
    stream.stop(new Error('x'));
    answer({ done: false, value: 1 });
    await expect(read).rejects.toThrow('x');
    expect(chunks).toEqual([]);
  });

  test('another source takes over, for a waiting reader too', async () => {
    const { stream, ends } = streamOf(hanging());
    const read = stream.next();
    stream.replaceSource(numbers(2));
    expect(await read).toEqual({ done: false, value: 0 });
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    expect((await stream.next()).done).toBe(true);
    expect(ends).toEqual([['completed', undefined]]);
  });

  test('200,000 chunks leave no memory', async () => {
    const { stream } = streamOf(
      (async function* () {
        for (let i = 0; i < 200_000; i++) yield i;
      })(),
    );
    await stream.next();
    await collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 199_990; i++) await stream.next();
    await collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4_000_000);
    expect((await stream.next()).done).toBe(false);
  });

  test('a stream that nobody holds is left; a stream with a waiting reader is not', async () => {
    const ends: string[] = [];
    const make = (name: string, source: AsyncIterator<number>) =>
      new CallStream<number>({
        source,
        run: (fn) => fn(),
        watcher: { ended: (end) => void ends.push(`${name} ${end}`) },
      });
    make('unread', numbers(2));
    const { handle } = (() => {
      const stream = make('hanging', hanging());
      void stream.next().catch(() => {});
      return { handle: stream.handle };
    })();
    for (let round = 0; round < 20 && ends.length === 0; round++) await collectGarbage();
    expect(ends).toEqual(['unread left']);
    expect(handle.stream).toBeDefined();
  });
});

describe('a linked abort', () => {
  test('follows the caller with the reason', () => {
    const { controller, listeners } = countedSignal();
    const reasons: unknown[] = [];
    const link = new LinkedAbort(controller.signal, (reason) => void reasons.push(reason));
    expect(listeners()).toBe(1);
    const reason = { why: 'gone' };
    controller.abort(reason);
    expect(link.signal.reason).toBe(reason);
    expect(reasons).toEqual([reason]);
    expect(link.isAbortedByCaller).toBe(true);
    expect(listeners()).toBe(0);
  });

  test('a signal that is aborted already', () => {
    const link = new LinkedAbort(AbortSignal.abort('gone'));
    expect(link.signal.reason).toBe('gone');
  });

  test('its own abort leaves no listener', () => {
    const { controller, listeners } = countedSignal();
    const link = new LinkedAbort(controller.signal);
    link.abort('limit');
    expect(link.signal.reason).toBe('limit');
    expect(link.isAbortedByCaller).toBe(false);
    expect(listeners()).toBe(0);
  });
});

describe('a result that nobody waits for', () => {
  test('is closed after an interrupt; a later error is ignored', async () => {
    let closed = 0;
    const body = new ReadableStream({ cancel: () => void closed++ });
    for (const work of [Promise.resolve(new Response(body)), Promise.reject(new Error('late'))]) {
      const { promise, interrupt } = interruptible<unknown>(work);
      interrupt(new Error('limit'));
      await expect(promise).rejects.toThrow('limit');
    }
    await new Promise(setImmediate);
    expect(closed).toBe(1);
  });

  test('discarding never throws', () => {
    for (const value of [
      1,
      null,
      {
        get [Symbol.asyncIterator](): never {
          throw new Error('x');
        },
      },
      new Response('x'),
    ])
      expect(() => discardResult(value)).not.toThrow();
  });
});
