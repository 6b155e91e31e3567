import { json, sse } from '../server.ts';
import type { Case, SpanExpectation, Tools } from '../types.ts';
import { completed } from './stream.ts';

const abandoned: SpanExpectation = { outcome: 'abandoned' };
const abandonedHalfway: SpanExpectation = { outcome: 'abandoned', finishReasons: ['error'] };

const held = (t: Tools) => t.open(sse(t.wire.frames.slice(0, 2), 'hold')).stream();
const whole = (t: Tools) => t.open(sse(t.wire.frames)).stream();

/** Calls that the application forgets, and calls that only look forgotten. */
export const GARBAGE_CASES: readonly Case[] = [
  {
    name: 'garbage: a call never awaited',
    garbage: true,
    spans: [{}],
    run: async (t) => {
      void t.open(json(t.wire.answer)).call();
      await t.received();
    },
  },
  {
    name: 'garbage: a stream never awaited',
    not: 'eager-streams',
    garbage: true,
    spans: [abandoned],
    run: async (t) => {
      void held(t);
      await t.received();
    },
  },
  {
    name: 'garbage: a stream never read',
    not: 'eager-streams',
    garbage: true,
    spans: [abandoned],
    run: async (t) => {
      await held(t);
    },
  },
  {
    name: 'garbage: a stream never read, all of it sent',
    not: 'eager-streams',
    garbage: true,
    spans: [abandoned],
    run: async (t) => {
      await whole(t);
    },
  },
  {
    name: 'garbage: a stream never read, with a signal',
    not: 'eager-streams',
    needs: ['signal'],
    garbage: true,
    spans: [abandoned],
    run: async (t) => {
      await t.open(sse(t.wire.frames.slice(0, 2), 'hold')).stream({ signal: new AbortController().signal });
    },
  },
  {
    name: 'garbage: an iterator never used',
    not: 'eager-streams',
    garbage: true,
    spans: [abandoned],
    run: async (t) => {
      (await held(t))[Symbol.asyncIterator]();
    },
  },
  {
    name: 'garbage: a stream read in part',
    not: 'eager-streams',
    garbage: true,
    spans: [abandonedHalfway],
    run: async (t) => {
      const iterator = (await held(t))[Symbol.asyncIterator]();
      return [await iterator.next(), await iterator.next()];
    },
  },
  {
    name: 'garbage: forty streams read in part',
    not: 'eager-streams',
    garbage: true,
    spans: Array.from({ length: 40 }, () => abandonedHalfway),
    run: async (t) => {
      const session = t.open(sse(t.wire.frames.slice(0, 2), 'hold'));
      await Promise.all(
        Array.from({ length: 40 }, async () => {
          await (await session.stream())[Symbol.asyncIterator]().next();
        }),
      );
    },
  },
  {
    name: 'garbage: the stream is dropped, its iterator is kept',
    spans: [completed],
    run: async (t) => {
      const iterator = (await whole(t))[Symbol.asyncIterator]();
      const seen: unknown[] = [await iterator.next()];
      await t.collect();
      for (let step = await iterator.next(); !step.done; step = await iterator.next()) seen.push(step.value);
      return seen;
    },
  },
  {
    name: 'garbage: the call is dropped, its stream is kept',
    // A stream that drops its Response loses the body with it.
    spans: (features) => [features.has('own:response-dropped') ? { outcome: 'failed', status: 'ERROR' } : completed],
    run: async (t) => {
      const stream = await whole(t);
      await t.collect();
      const seen: unknown[] = [];
      for await (const chunk of stream) {
        await t.collect();
        seen.push(chunk);
      }
      return seen;
    },
  },
  {
    name: 'garbage: only a pending next() is left',
    not: 'eager-streams',
    garbage: true,
    spans: [abandonedHalfway],
    run: async (t) => {
      const step = (await held(t))[Symbol.asyncIterator]().next();
      await t.collect();
      return await step;
    },
  },
  {
    name: 'garbage: only the branches of tee() are kept',
    needs: ['stream-object'],
    spans: [completed],
    run: async (t) => {
      const [left, right] = (await whole(t)).tee();
      await t.collect();
      const seen: unknown[] = [];
      for await (const chunk of left) seen.push(chunk);
      await t.collect();
      for await (const chunk of right) seen.push(chunk);
      return seen;
    },
  },
  {
    name: 'garbage: only the readable stream is kept',
    needs: ['stream-object'],
    spans: [completed],
    run: async (t) => {
      const readable = (await whole(t)).toReadableStream();
      await t.collect();
      return await new Response(readable).text();
    },
  },
  {
    name: 'garbage: only the raw Response is kept',
    needs: ['api-promise'],
    spans: [{ finishReasons: 'good' }],
    run: async (t) => {
      const response = await t.open(json(t.wire.answer)).call().asResponse();
      await t.collect();
      return await response.json();
    },
  },
  {
    name: 'garbage: only a callback is left',
    spans: [{ finishReasons: 'good' }],
    run: async (t) => {
      const results: unknown[] = [];
      const done = new Promise<void>((resolve) => {
        void t
          .open(json(t.wire.answer))
          .call()
          .then((result) => {
            t.mark('then');
            results.push(result);
            resolve();
          });
      });
      await t.collect();
      await done;
      return results;
    },
  },
];
