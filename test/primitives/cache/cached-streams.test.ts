import { afterEach, describe, expect, test, vi } from 'vitest';
import { createCache } from '../../../src/primitives/cache/create-cache.ts';
import { collectGarbage, countedSignal, watchRejections } from '../streams/listeners.ts';
import { deferred } from './stores.ts';

let rejections = watchRejections();
afterEach(async () => {
  await rejections.stop();
  expect(rejections.seen).toEqual([]);
  rejections = watchRejections();
});

async function readAll<C>(stream: AsyncIterable<C>): Promise<C[]> {
  const chunks: C[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const chunk = (content: string, finish: string | null = null) => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});
const CHAT = [chunk('a'), chunk('b'), chunk('', 'stop')];
const MESSAGE = [
  { type: 'message_start', message: { model: 'claude' } },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
  { type: 'message_stop' },
];

/** A cache around a generator of `chunks`, with what happened to each generator. */
function streaming(chunks: readonly unknown[], options = {}) {
  const cache = createCache(options);
  const calls: { signal: AbortSignal; closed: boolean; read: number }[] = [];
  const ask = cache(async function* answers(_: unknown, { signal }) {
    const call = { signal, closed: false, read: 0 };
    calls.push(call);
    try {
      for (const one of chunks) {
        call.read++;
        yield one;
      }
    } finally {
      call.closed = true;
    }
  });
  return { cache, ask, calls };
}

describe('a stream', () => {
  test('is recorded while it passes, and replayed as fresh chunks', async () => {
    const { ask, calls, cache } = streaming(CHAT);
    expect(await readAll(await ask(1))).toEqual(CHAT);
    const replay = await readAll(await ask(1));
    expect(replay).toEqual(CHAT);
    expect(replay[0]).not.toBe(CHAT[0]);
    expect(calls).toHaveLength(1);
    expect(cache.stats()).toMatchObject({ misses: 1, hits: 1 });
  });

  test('is the same plain iterator on a miss and on a hit', async () => {
    const { ask } = streaming(CHAT);
    const shapes: string[] = [];
    for (let i = 0; i < 2; i++) {
      const stream = await ask(1);
      shapes.push([stream[Symbol.asyncIterator]() === stream, Object.keys(stream), stream.constructor.name].join());
      await readAll(stream);
      shapes.push(JSON.stringify(await stream.next()));
    }
    expect(shapes.slice(2)).toEqual(shapes.slice(0, 2));
  });

  test('gives the chunks of the source themselves to the first caller, undelayed', async () => {
    const gate = deferred<void>();
    const first = { text: 'first' };
    const ask = createCache()(async function* gated(_: number) {
      yield first;
      await gate.promise;
      yield { text: 'second' };
    });
    const stream = await ask(1);
    expect((await stream.next()).value).toBe(first);
    gate.resolve();
    expect((await stream.next()).value).toEqual({ text: 'second' });
    await stream.return?.();
  });

  test('goes live to several readers, each at its pace', async () => {
    const { ask, calls } = streaming(CHAT);
    const [one, other] = await Promise.all([ask(1), ask(1)]);
    expect((await one.next()).value).toEqual(CHAT[0]);
    const late = await ask(1);
    expect(await readAll(late)).toEqual(CHAT);
    expect(await readAll(other)).toEqual(CHAT);
    expect(await readAll(one)).toEqual(CHAT.slice(1));
    expect(calls).toHaveLength(1);
  });

  test('goes on when a reader goes; the last reader closes the source and aborts its signal', async () => {
    const { ask, calls } = streaming([...CHAT, chunk('more')]);
    const [one, other] = await Promise.all([ask(1), ask(1)]);
    await one.next();
    await one.return?.();
    expect(calls[0]).toMatchObject({ closed: false });
    expect(await one.next()).toEqual({ done: true, value: undefined });
    for await (const _ of other) break;
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(calls[0]).toMatchObject({ closed: true });
    await readAll(await ask(1));
    expect(calls).toHaveLength(2);
  });

  test('ends a reader at once by its signal, even if the source is silent', async () => {
    const ask = createCache()((_: number) => ({
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<string>>(() => {}) }),
    }));
    const { controller, listeners } = countedSignal();
    const [one, other] = await Promise.all([ask(1, { signal: controller.signal }), ask(1)]);
    const read = expect(one.next()).rejects.toBe('enough');
    const waiting = other.next();
    controller.abort('enough');
    await read;
    expect(await one.next()).toEqual({ done: true, value: undefined });
    expect(listeners()).toBe(0);
    await other.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('gives its error to every reader, and is not stored', async () => {
    const error = new Error('cut');
    let calls = 0;
    const ask = createCache()(async function* failing(_: number) {
      calls++;
      yield 'a';
      throw error;
    });
    const [one, other] = await Promise.all([ask(1), ask(1)]);
    await one.next();
    await expect(one.next()).rejects.toBe(error);
    expect((await other.next()).value).toBe('a');
    await expect(other.next()).rejects.toBe(error);
    await expect(readAll(await ask(1))).rejects.toBe(error);
    expect(calls).toBe(2);
  });

  test('is complete at its end mark, even if the reader stops there', async () => {
    const { ask, calls } = streaming(MESSAGE);
    for await (const event of await ask(1)) if ((event as { type: string }).type === 'message_stop') break;
    expect(await readAll(await ask(1))).toEqual(MESSAGE);
    expect(calls).toHaveLength(1);
  });

  test.each<readonly [what: string, chunks: unknown[], options: object]>([
    ['without an end', MESSAGE.slice(0, 2), {}],
    ['of classes', [new (class Chunk {})()], {}],
    ['too large', [...CHAT, 'x'.repeat(1000)], { maxEntryBytes: 1000 }],
    ['that shouldStore refuses', ['a', 'b'], { shouldStore: (chunks: unknown[]) => chunks.length !== 2 }],
  ])('is passed on and not stored: %s', async (_what, chunks, options) => {
    const { ask, calls } = streaming(chunks, options);
    expect(await readAll(await ask(1))).toEqual(chunks);
    expect(await readAll(await ask(1))).toEqual(chunks);
    expect(calls).toHaveLength(2);
  });

  test('that nobody reads leaves nothing, and nobody waits for it', async () => {
    const { ask, calls } = streaming(CHAT);
    await (async () => void (await ask(1)))();
    await vi.waitFor(async () => {
      await collectGarbage();
      expect(calls.length === 0 || calls[0]?.signal.aborted).toBe(true);
    });
    expect(await readAll(await ask(1))).toEqual(CHAT);
  });

  test('is replayed with pauses on request, and the pause ends with the signal', async () => {
    const { ask } = streaming(CHAT, { chunkDelayMs: 60_000 });
    await readAll(await ask(1));
    const controller = new AbortController();
    const replay = await ask(1, { signal: controller.signal });
    const read = expect(replay.next()).rejects.toBe('enough');
    controller.abort('enough');
    await read;
  });

  test('is replayed with the recorded pauses', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const ask = createCache({ chunkDelayMs: 'recorded' })(async function* paused(_: number) {
        yield 'a';
        await vi.advanceTimersByTimeAsync(500);
        yield 'b';
      });
      await readAll(await ask(1));
      const replay = await ask(1);
      expect((await replay.next()).value).toBe('a');
      let arrived = false;
      const second = replay.next().then((result) => {
        arrived = true;
        return result.value;
      });
      await vi.advanceTimersByTimeAsync(499);
      expect(arrived).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(await second).toBe('b');
      await replay.return?.();
    } finally {
      vi.useRealTimers();
    }
  });

  test('answers overlapping reads in order', async () => {
    const { ask } = streaming(['a', 'b']);
    for (let i = 0; i < 2; i++) {
      const stream = await ask(1);
      const reads = await Promise.all([stream.next(), stream.next(), stream.next(), stream.next()]);
      expect(reads.map(({ value }) => value)).toEqual(['a', 'b', undefined, undefined]);
    }
  });

  test('a reader far behind fails, and the memory stays bounded', async () => {
    const text = 'x'.repeat(100_000);
    const ask = createCache()(async function* large(_: number) {
      for (let i = 0; i < 300; i++) yield text;
    });
    const [fast, slow] = await Promise.all([ask(1), ask(1)]);
    await slow.next();
    expect(await readAll(fast)).toHaveLength(300);
    await expect(readAll(slow)).rejects.toThrow(/more than 16777216 bytes behind/);
  });

  test('200,000 chunks leave no memory', async () => {
    const ask = createCache()(async function* long(_: number) {
      for (let i = 0; i < 200_000; i++) yield { index: i, text: 'some text of a chunk' };
    });
    const stream = await ask(1);
    for (let i = 0; i < 50_000; i++) await stream.next();
    await collectGarbage();
    const before = process.memoryUsage().heapUsed;
    let count = 50_000;
    for await (const _ of stream) {
      count++;
      if (count === 199_000) {
        await collectGarbage();
        expect((process.memoryUsage().heapUsed - before) / 1e6).toBeLessThan(5);
      }
    }
    expect(count).toBe(200_000);
  });
});
