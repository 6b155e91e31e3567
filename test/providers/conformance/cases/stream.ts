import { describe } from '../describe.ts';
import { sse } from '../server.ts';
import type { Case, SpanExpectation, Tools } from '../types.ts';

/** A stream read to its end. */
export const completed: SpanExpectation = { outcome: 'completed', finishReasons: 'good' };
/** A stream that the application gave up after a chunk or more. */
export const cancelled: SpanExpectation = { outcome: 'cancelled', finishReasons: ['error'] };
/** A stream that the application gave up before its first chunk. */
export const cancelledUnread: SpanExpectation = { outcome: 'cancelled' };

const givenUpUnread: Case['spans'] = (features) => [
  features.has('lazy-iterator') ? { outcome: 'abandoned' } : cancelledUnread,
];

const streaming = (t: Tools) => t.open(sse(t.wire.frames)).stream();
/** The first two chunks, then nothing until the case says so. */
const held = (t: Tools) => t.open(sse(t.wire.frames.slice(0, 2), 'hold')).stream();

const iterate = async (t: Tools): Promise<AsyncIterator<object, unknown, unknown>> =>
  (await streaming(t))[Symbol.asyncIterator]();

/** Streams and every way of reading one. */
export const STREAM_CASES: readonly Case[] = [
  {
    name: 'stream: to its end',
    spans: [completed],
    run: async (t) => {
      const chunks: unknown[] = [];
      for await (const chunk of await streaming(t)) {
        t.mark('chunk');
        chunks.push(chunk);
      }
      t.mark('after the loop');
      return [chunks, chunks.map((chunk) => JSON.stringify(chunk))];
    },
  },
  {
    name: 'stream: with usage',
    spans: [completed],
    run: async (t) => {
      const chunks: unknown[] = [];
      for await (const chunk of await t.open(sse(t.wire.usageFrames)).stream({ usage: true })) chunks.push(chunk);
      return chunks;
    },
  },
  {
    name: 'stream: frames in odd pieces',
    spans: [completed],
    run: async (t) => {
      const bytes = Buffer.from(t.wire.frames.join(''), t.wire.encoding);
      const body = Array.from({ length: Math.ceil(bytes.length / 50) }, (_, i) => bytes.subarray(i * 50, i * 50 + 50));
      const chunks: unknown[] = [];
      for await (const chunk of await t.open({ ...sse([]), body }).stream()) chunks.push(chunk);
      return chunks;
    },
  },
  {
    name: 'stream: read slowly',
    spans: [completed],
    run: async (t) => {
      let count = 0;
      for await (const _ of await streaming(t)) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        t.mark('slowly');
        count += 1;
      }
      return count;
    },
  },
  {
    name: 'stream: no chunk at all',
    spans: [{ outcome: 'completed' }],
    run: async (t) => {
      const chunks: unknown[] = [];
      for await (const chunk of await t.open(sse(t.wire.frames.slice(-1))).stream()) chunks.push(chunk);
      return chunks.length;
    },
  },
  {
    name: 'stream: cut without an error',
    spans: (features) => (features.has('own:cut-stream-throws') ? [{ outcome: 'failed', status: 'ERROR' }] : [{}]),
    run: async (t) => {
      const chunks: unknown[] = [];
      for await (const chunk of await t.open(sse(t.wire.frames.slice(0, 2))).stream()) chunks.push(chunk);
      return chunks;
    },
  },
  {
    name: 'stream: break',
    spans: [cancelled],
    run: async (t) => {
      for await (const chunk of await held(t)) {
        t.mark('chunk');
        return chunk;
      }
    },
  },
  {
    name: 'stream: the loop body throws',
    spans: [cancelled],
    run: async (t) => {
      const stream = await held(t);
      try {
        for await (const _ of stream) throw new RangeError('by the application');
      } catch (error) {
        t.mark('catch');
        return [describe(error), stream.controller?.signal.aborted];
      }
    },
  },
  {
    name: 'stream: iterated twice',
    spans: [completed],
    run: async (t) => {
      const stream = await streaming(t);
      const read = async () => {
        let count = 0;
        for await (const _ of stream) count += 1;
        return count;
      };
      return [await t.attempt(read), await t.attempt(read)];
    },
  },
  {
    name: 'stream: two iterators, the second one first',
    // Where all iterators read from one source, the iterator that was read first may miss the last chunk.
    spans: (features) => {
      if (!features.has('own:shared-iterators')) return [completed];
      return [
        features.has('own:cut-stream-throws') ? { outcome: 'failed', status: 'ERROR' } : { outcome: 'completed' },
      ];
    },
    run: async (t) => {
      const stream = await streaming(t);
      const first = stream[Symbol.asyncIterator]();
      const second = stream[Symbol.asyncIterator]();
      const seen = [first === second, await t.attempt(() => second.next()), await t.attempt(() => first.next())];
      for (const iterator of [first, second]) {
        for (let more = true; more; ) {
          const step = await t.attempt(async () => {
            const { done } = await iterator.next();
            more = !done;
            return done;
          });
          if (typeof step === 'object') more = false;
          seen.push(step);
        }
      }
      return seen;
    },
  },
  {
    name: 'stream: next() by hand, and beyond the end',
    spans: [completed],
    run: async (t) => {
      const iterator = await iterate(t);
      const seen: unknown[] = [];
      for (let i = 0; i < t.wire.frames.length + 2; i++) {
        seen.push(await iterator.next());
        t.mark('step');
      }
      return seen;
    },
  },
  {
    name: 'stream: next() with an argument',
    spans: [completed],
    run: async (t) => {
      const iterator = await iterate(t);
      const seen: unknown[] = [];
      for (let step = await iterator.next('first'); !step.done; step = await iterator.next('more')) seen.push(step);
      return seen;
    },
  },
  {
    name: 'stream: next() several at once',
    spans: [completed],
    run: async (t) => {
      const iterator = await iterate(t);
      return await Promise.all(Array.from({ length: t.wire.frames.length + 2 }, () => iterator.next()));
    },
  },
  {
    name: 'stream: return() after a chunk',
    spans: [cancelled],
    run: async (t) => {
      const stream = await held(t);
      const iterator: AsyncIterator<object, unknown> = stream[Symbol.asyncIterator]();
      return [
        await iterator.next(),
        await iterator.return?.('value'),
        await iterator.next(),
        await iterator.return?.('again'),
        stream.controller?.signal.aborted,
      ];
    },
  },
  {
    name: 'stream: return() before the first next()',
    garbage: true,
    spans: givenUpUnread,
    run: async (t) => {
      const stream = await held(t);
      const iterator: AsyncIterator<object, unknown> = stream[Symbol.asyncIterator]();
      return [await iterator.return?.('value'), await iterator.next(), stream.controller?.signal.aborted];
    },
  },
  {
    name: 'stream: throw() after a chunk',
    spans: [cancelled],
    run: async (t) => {
      const stream = await held(t);
      const iterator = stream[Symbol.asyncIterator]();
      const first = await iterator.next();
      const thrown = await t.attempt(() => iterator.throw?.(new RangeError('by the application')));
      return [first, thrown, await iterator.next(), stream.controller?.signal.aborted];
    },
  },
  {
    name: 'stream: return() before the first next(), then another iterator',
    garbage: true,
    spans: 'any',
    run: async (t) => {
      const stream = await streaming(t);
      await stream[Symbol.asyncIterator]().return?.();
      return await t.attempt(async () => {
        const chunks: unknown[] = [];
        for await (const chunk of stream) chunks.push(chunk);
        return chunks;
      });
    },
  },
  {
    name: 'stream: throw() before the first next()',
    garbage: true,
    spans: givenUpUnread,
    run: async (t) => {
      const iterator = (await held(t))[Symbol.asyncIterator]();
      const thrown = await t.attempt(() => iterator.throw?.(new RangeError('by the application')));
      return [thrown, await iterator.next()];
    },
  },
  {
    name: 'stream: return() while next() waits',
    spans: [{ outcome: 'completed', finishReasons: 'good' }],
    run: async (t) => {
      const iterator: AsyncIterator<object, unknown> = (await streaming(t))[Symbol.asyncIterator]();
      const all = [];
      for (let i = 0; i < t.wire.frames.length + 1; i++) all.push(iterator.next());
      all.push(iterator.return?.('value'));
      return await Promise.all(all);
    },
  },
  {
    name: 'stream: break, then the same iterator again',
    spans: [cancelled],
    run: async (t) => {
      const iterator = (await held(t))[Symbol.asyncIterator]() as AsyncIterableIterator<object>;
      for await (const _ of iterator) break;
      return await iterator.next();
    },
  },
  {
    name: 'stream: two at once',
    spans: [completed, completed],
    run: async (t) => {
      const session = t.open(sse(t.wire.frames));
      const read = async (label: string) => {
        let count = 0;
        for await (const _ of await session.stream()) {
          t.mark('chunk');
          count += 1;
        }
        return [label, count];
      };
      return await Promise.all([read('first'), read('second')]);
    },
  },
  {
    name: 'stream: a call in the loop body',
    spans: [completed, {}],
    run: async (t) => {
      let calls = 0;
      for await (const _ of await streaming(t)) {
        if (calls++ > 0) continue;
        await t.open({ body: [JSON.stringify(t.wire.answer)] }).call();
      }
      return calls;
    },
  },
  {
    name: 'stream: awaited twice, one stream',
    spans: [completed],
    run: async (t) => {
      const call = streaming(t);
      const stream = await call;
      for await (const _ of stream) t.mark('chunk');
      return stream === (await call);
    },
  },
  {
    name: 'stream: in a generator of the application',
    spans: [cancelled],
    run: async (t) => {
      async function* texts(): AsyncGenerator<object> {
        try {
          for await (const chunk of await held(t)) yield chunk;
        } finally {
          t.mark('finally');
        }
      }
      const seen: unknown[] = [];
      for await (const chunk of texts()) {
        seen.push(chunk);
        if (seen.length === 2) break;
      }
      return seen;
    },
  },
];
