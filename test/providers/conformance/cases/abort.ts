import { json, sse } from '../server.ts';
import type { Call, Case, Feature, ModelStream, SpanExpectation, Tools } from '../types.ts';
import { cancelled, cancelledUnread, completed } from './stream.ts';
import { good } from './unary.ts';

/** An aborted unary call: the SDK rejects, but nothing failed. */
const aborted: SpanExpectation = { finishReasons: null };

/** Some SDKs leave it to `fetch` to refuse an aborted signal. */
const refusedRequests = (features: ReadonlySet<Feature>): number => (features.has('own:fetch-refuses') ? 1 : 0);

const first = (t: Tools) => sse(t.wire.frames.slice(0, 2), 'hold');

/** Reads the two chunks that are there, so that what is buffered does not depend on timing. */
async function readTwo(stream: ModelStream): Promise<[AsyncIterator<object>, unknown[]]> {
  const iterator = stream[Symbol.asyncIterator]();
  return [iterator, [await iterator.next(), await iterator.next()]];
}

/** Reads two chunks, aborts while the third is waited for, and reads on. */
async function abortWaiting(t: Tools, call: Call<ModelStream>, abort: (stream: ModelStream) => void): Promise<unknown> {
  const stream = await call;
  const [iterator, read] = await readTwo(stream);
  const waiting = t.attempt(() => iterator.next());
  abort(stream);
  const after = await waiting;
  t.mark('after abort');
  return [read, after, await t.attempt(() => iterator.next())];
}

/** Reads two chunks, aborts while nothing is waited for, and reads on. */
async function abortPaused(t: Tools, call: Call<ModelStream>, abort: (stream: ModelStream) => void): Promise<unknown> {
  const stream = await call;
  const [iterator, read] = await readTwo(stream);
  abort(stream);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return [read, await t.attempt(() => iterator.next()), await t.attempt(() => iterator.next())];
}

async function abortAndLeave(call: Call<ModelStream>, abort: (stream: ModelStream) => void): Promise<unknown> {
  const stream = await call;
  const [, read] = await readTwo(stream);
  abort(stream);
  return read;
}

const byController = (stream: ModelStream) => stream.controller.abort();

/** Aborts, by the stream's controller and by the application's signal. */
export const ABORT_CASES: readonly Case[] = [
  {
    name: 'controller: abort while next() waits',
    needs: ['stream-object'],
    spans: [cancelled],
    run: (t) => abortWaiting(t, t.open(first(t)).stream(), byController),
  },
  {
    name: 'controller: abort while paused, read on',
    needs: ['stream-object'],
    spans: [cancelled],
    run: (t) => abortPaused(t, t.open(first(t)).stream(), byController),
  },
  {
    name: 'controller: abort while paused, never read on',
    needs: ['stream-object'],
    spans: [cancelled],
    run: (t) => abortAndLeave(t.open(first(t)).stream(), byController),
  },
  {
    name: 'controller: abort in the loop body',
    needs: ['stream-object'],
    spans: [cancelled],
    run: async (t) => {
      const stream = await t.open(first(t)).stream();
      let count = 0;
      for await (const _ of stream) {
        t.mark('chunk');
        if (++count === 2) stream.controller.abort();
      }
      t.mark('after the loop');
      return count;
    },
  },
  {
    name: 'controller: abort before reading',
    needs: ['stream-object'],
    spans: [cancelledUnread],
    run: async (t) => {
      const stream = await t.open(first(t)).stream();
      stream.controller.abort();
      const read = t.attempt(async () => {
        for await (const _ of stream) t.mark('chunk');
        return 'ended';
      });
      // node-fetch's body never settles then
      return await Promise.race([read, new Promise((resolve) => setTimeout(resolve, 1_000, 'does not end'))]);
    },
  },
  {
    name: 'controller: abort before reading, never read',
    needs: ['stream-object'],
    spans: [cancelledUnread],
    run: async (t) => {
      const stream = await t.open(first(t)).stream();
      stream.controller.abort();
      return stream.controller.signal.aborted;
    },
  },
  {
    name: 'controller: abort after the end',
    needs: ['stream-object'],
    spans: [completed],
    run: async (t) => {
      const stream = await t.open(sse(t.wire.frames)).stream();
      for await (const _ of stream) t.mark('chunk');
      stream.controller.abort();
      return stream.controller.signal.aborted;
    },
  },
  {
    name: 'signal: abort while next() waits',
    needs: ['signal'],
    spans: [{ ...cancelled, outcome: 'cancelled' }],
    run: (t) => {
      const controller = new AbortController();
      return abortWaiting(t, t.open(first(t)).stream({ signal: controller.signal }), () => controller.abort());
    },
  },
  {
    name: 'signal: abort while paused, read on',
    needs: ['signal'],
    spans: [cancelled],
    run: (t) => {
      const controller = new AbortController();
      return abortPaused(t, t.open(first(t)).stream({ signal: controller.signal }), () => controller.abort());
    },
  },
  {
    name: 'signal: abort while paused, never read on',
    needs: ['signal'],
    spans: [cancelled],
    run: (t) => {
      const controller = new AbortController();
      return abortAndLeave(t.open(first(t)).stream({ signal: controller.signal }), () => controller.abort());
    },
  },
  {
    name: 'signal: abort with a reason',
    needs: ['signal'],
    spans: [cancelled],
    run: (t) => {
      const controller = new AbortController();
      return abortWaiting(t, t.open(first(t)).stream({ signal: controller.signal }), () =>
        controller.abort(new RangeError('by the application')),
      );
    },
  },
  {
    name: 'signal: aborted before a stream',
    needs: ['signal'],
    not: 'own:aborted-ignored',
    spans: (features) => [{ ...cancelledUnread, http: refusedRequests(features) }],
    run: async (t) => await t.attempt(() => t.open(first(t)).stream({ signal: AbortSignal.abort() })),
  },
  {
    name: 'signal: aborted before a call',
    needs: ['signal'],
    not: 'own:aborted-ignored',
    spans: (features) => [{ ...aborted, http: refusedRequests(features) }],
    run: async (t) => await t.attempt(() => t.open(json(t.wire.answer)).call({ signal: AbortSignal.abort() })),
  },
  {
    name: 'signal: abort while a call waits',
    needs: ['signal'],
    spans: [aborted],
    run: async (t) => {
      const controller = new AbortController();
      const call = t.open({ after: 'silent' }).call({ signal: controller.signal });
      const outcome = t.attempt(() => call);
      await t.received();
      controller.abort();
      return await outcome;
    },
  },
  {
    name: 'signal: abort while the headers of a stream are waited for',
    needs: ['signal'],
    spans: [cancelledUnread],
    run: async (t) => {
      const controller = new AbortController();
      const call = t.open({ after: 'silent' }).stream({ signal: controller.signal });
      const outcome = t.attempt(() => call);
      await t.received();
      controller.abort();
      return await outcome;
    },
  },
  {
    name: 'signal: abort after a call',
    needs: ['signal'],
    spans: [good],
    run: async (t) => {
      const controller = new AbortController();
      const result = await t.open(json(t.wire.answer)).call({ signal: controller.signal });
      controller.abort();
      return result;
    },
  },
  {
    name: 'signal: abort after a stream',
    needs: ['signal'],
    spans: [completed],
    run: async (t) => {
      const controller = new AbortController();
      let count = 0;
      for await (const _ of await t.open(sse(t.wire.frames)).stream({ signal: controller.signal })) count += 1;
      controller.abort();
      return count;
    },
  },
  {
    name: 'signal: one signal for many calls leaves no listeners behind',
    needs: ['signal'],
    spans: Array.from({ length: 15 }, () => completed),
    run: async (t) => {
      const { signal } = new AbortController();
      const session = t.open(sse(t.wire.frames));
      let count = 0;
      for (let i = 0; i < 15; i++) for await (const _ of await session.stream({ signal })) count += 1;
      return count;
    },
  },
];
