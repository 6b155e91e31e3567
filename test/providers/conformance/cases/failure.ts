import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe } from '../describe.ts';
import { json, sse } from '../server.ts';
import type { Case, Reply, SpanExpectation, Tools } from '../types.ts';
import { good } from './unary.ts';

/** A failed unary call. */
export const failed: SpanExpectation = { status: 'ERROR', finishReasons: null };
/** A stream that failed after a chunk or more. */
export const failedStream: SpanExpectation = { outcome: 'failed', status: 'ERROR', finishReasons: ['error'] };

const refusing = (t: Tools, status = 400): Reply => json(t.wire.failure(status), status);
/** Asks for the next attempt at once: an SDK's own pause is half a second or more. */
const busy = (t: Tools): Reply =>
  json(t.wire.failure(429), 429, { 'retry-after-ms': '1', 'retry-after': '0.001', 'x-should-retry': 'true' });

/** Breaks the connection once two chunks have been read. */
async function readThenDrop(t: Tools): Promise<unknown> {
  const stream = await t.open(sse(t.wire.frames.slice(0, 2), 'hold')).stream();
  const iterator = stream[Symbol.asyncIterator]();
  const read = [await iterator.next(), await iterator.next()];
  const waiting = t.attempt(() => iterator.next());
  t.drop();
  return [read, await waiting, await t.attempt(() => iterator.next()), stream.controller?.signal.aborted];
}

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What goes wrong, and who is told. */
export const FAILURE_CASES: readonly Case[] = [
  ...[400, 401, 404, 500].map(
    (status): Case => ({
      name: `failure: HTTP ${status}`,
      spans: [failed],
      run: async (t) => {
        try {
          return await t.open(refusing(t, status)).call();
        } catch (error) {
          t.mark('catch');
          return [describe(error), classOf(t, error)];
        }
      },
    }),
  ),
  {
    name: 'failure: two handlers, one error',
    spans: [failed],
    run: async (t) => {
      const call = t.open(refusing(t)).call();
      const errors = await Promise.all([
        call.catch((error: unknown) => error),
        call.then(undefined, (error: unknown) => error),
      ]);
      return [errors[0] === errors[1], describe(errors[0])];
    },
  },
  {
    name: 'failure: a handler added late',
    spans: [failed],
    run: async (t) => {
      const call = t.open(refusing(t)).call();
      call.catch(() => t.mark('early'));
      await t.received();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return await t.attempt(() => call);
    },
  },
  {
    name: 'failure: then without a catch is one unhandled rejection',
    spans: [failed],
    run: async (t) => {
      void t
        .open(refusing(t))
        .call()
        .then(() => t.mark('never'));
      await pause(t);
    },
  },
  {
    name: 'failure: finally without a catch is one unhandled rejection',
    spans: [failed],
    run: async (t) => {
      void t
        .open(refusing(t))
        .call()
        .finally(() => t.mark('finally'));
      await pause(t);
    },
  },
  {
    name: 'failure: a catch and a bare then',
    spans: [failed],
    run: async (t) => {
      const call = t.open(refusing(t)).call();
      call.catch(() => t.mark('catch'));
      void call.then(() => t.mark('never'));
      await pause(t);
    },
  },
  {
    name: 'failure: never awaited is the same unhandled rejections',
    spans: [failed],
    run: async (t) => {
      void t.open(refusing(t)).call();
      await pause(t);
    },
  },
  {
    name: 'failure: a stream never awaited is the same unhandled rejections',
    spans: [failed],
    run: async (t) => {
      void t.open(refusing(t)).stream();
      await pause(t);
    },
  },
  {
    name: 'failure: the callback throws unhandled',
    spans: [good],
    run: async (t) => {
      void t
        .open(json(t.wire.answer))
        .call()
        .then(() => {
          throw new RangeError('by the application');
        });
      await pause(t);
    },
  },
  {
    name: 'failure: HTTP 400 for a stream',
    spans: [{ ...failed, outcome: 'failed' }],
    run: async (t) => {
      try {
        for await (const _ of await t.open(refusing(t)).stream()) t.mark('never');
      } catch (error) {
        t.mark('catch');
        return describe(error);
      }
    },
  },
  {
    name: 'failure: error event in the middle of a stream',
    spans: (features) => [features.has('own:error-events-dropped') ? {} : failedStream],
    run: async (t) => {
      const chunks: unknown[] = [];
      const stream = await t.open(sse([...t.wire.frames.slice(0, 2), t.wire.errorFrame])).stream();
      try {
        for await (const chunk of stream) chunks.push(chunk);
      } catch (error) {
        t.mark('catch');
        return [chunks, describe(error), stream.controller?.signal.aborted];
      }
      return [chunks, 'no error'];
    },
  },
  {
    name: 'failure: error event at once',
    spans: (features) => [features.has('own:error-events-dropped') ? {} : { outcome: 'failed', status: 'ERROR' }],
    run: async (t) =>
      await t.attempt(async () => {
        for await (const _ of await t.open(sse([t.wire.errorFrame])).stream()) t.mark('chunk');
      }),
  },
  {
    name: 'failure: connection lost in the middle of a stream',
    spans: [failedStream],
    run: readThenDrop,
  },
  {
    name: 'failure: connection lost while the stream is not being read',
    not: 'eager-streams',
    garbage: true,
    spans: [{ outcome: 'abandoned', finishReasons: ['error'] }],
    run: async (t) => {
      const iterator = (await t.open(sse(t.wire.frames.slice(0, 2), 'hold')).stream())[Symbol.asyncIterator]();
      const read = [await iterator.next(), await iterator.next()];
      t.drop();
      return read;
    },
  },
  {
    name: 'failure: not JSON in a stream',
    spans: (features) => [features.has('own:bad-frame-passes') ? {} : { outcome: 'failed', status: 'ERROR' }],
    run: async (t) =>
      await t.attempt(async () => {
        const frames = [...t.wire.frames.slice(0, 2), 'data: {"cut\n\n'];
        for await (const _ of await t.open(sse(frames)).stream()) t.mark('chunk');
      }),
  },
  {
    name: 'failure: retried, then good',
    needs: ['retries'],
    spans: [{ ...good, http: 3 }],
    run: async (t) => await t.openWith({ maxRetries: 2 }, busy(t), busy(t), json(t.wire.answer)).call(),
  },
  {
    name: 'failure: a stream retried, then good',
    needs: ['retries'],
    spans: [{ outcome: 'completed', finishReasons: 'good', http: 2 }],
    run: async (t) => {
      let count = 0;
      for await (const _ of await t.openWith({ maxRetries: 1 }, busy(t), sse(t.wire.frames)).stream()) count += 1;
      return count;
    },
  },
  {
    name: 'failure: retries exhausted',
    needs: ['retries'],
    spans: [{ ...failed, http: 3 }],
    run: async (t) => await t.openWith({ maxRetries: 2 }, busy(t)).call(),
  },
  {
    name: 'failure: no headers in time',
    needs: ['timeout'],
    spans: [failed],
    run: async (t) => await t.openWith({ timeout: 60 }, { after: 'silent' }).call(),
  },
  {
    name: 'failure: no body in time',
    needs: ['body-timeout'],
    spans: [failed],
    run: async (t) => await t.openWith({ timeout: 150 }, { body: ['{"id":'], after: 'hold' }).call(),
  },
  {
    name: 'failure: no body in time, then good',
    needs: ['body-timeout', 'retries'],
    spans: [{ ...good, http: 2 }],
    run: async (t) =>
      await t
        .openWith({ timeout: 400, maxRetries: 1 }, { body: ['{"id":'], after: 'hold' }, json(t.wire.answer))
        .call(),
  },
  {
    name: 'failure: connection refused',
    spans: [failed],
    run: async (t) => await t.openWith({ baseURL: `http://127.0.0.1:${await closedPort()}/v1` }).call(),
  },
  {
    name: 'failure: connection closed before the headers',
    spans: [failed],
    run: async (t) => {
      const outcome = t.attempt(() => t.open({ after: 'silent' }).call());
      await t.received();
      t.drop();
      return await outcome;
    },
  },
  {
    name: 'failure: body is not JSON',
    spans: [failed],
    run: async (t) => await t.open({ body: ['{"id": "cut'] }).call(),
  },
  {
    name: 'failure: body is empty',
    spans: (features) => [features.has('own:json-only') && !features.has('own:empty-answer') ? failed : {}],
    run: async (t) => await t.open({ status: 204 }).call(),
  },
  {
    name: 'failure: body is text',
    spans: (features) => [features.has('own:json-only') ? failed : {}],
    run: async (t) => await t.open({ body: ['hello'], headers: { 'content-type': 'text/plain' } }).call(),
  },
  {
    name: 'failure: body is JSON of another shape',
    spans: [{}, {}, {}],
    run: async (t) => [
      await t.attempt(() => t.open({ body: ['[]'] }).call()),
      await t.attempt(() => t.open({ body: ['{"choices":7,"usage":"x","id":[],"model":null}'] }).call()),
      await t.attempt(() => t.open({ body: ['{"choices":[null,{"message":null}],"usage":null}'] }).call()),
    ],
  },
  {
    name: 'failure: body cut off',
    needs: ['native-fetch'],
    spans: [failed],
    run: async (t) => await t.open({ body: ['{"id":'], after: 'cut' }).call(),
  },
  {
    name: 'failure: chunks of another shape',
    // whether the SDK itself can read them differs
    spans: (features) => [features.has('own:odd-chunks-fail') ? { status: 'ERROR', outcome: 'failed' } : {}],
    run: async (t) => {
      const odd = ['7', '"x"', '[]', '{"choices":7,"usage":7}', '{"choices":[null,{"delta":null}]}'];
      const chunks: unknown[] = [];
      const frames = [...odd.map((body) => `data: ${body}\n\n`), ...t.wire.frames.slice(-1)];
      for await (const chunk of await t.open(sse(frames)).stream()) chunks.push(chunk);
      return chunks;
    },
  },
  {
    name: 'failure: custom fetch',
    needs: ['custom-fetch'],
    spans: [good],
    run: async (t) => {
      const session = t.openWith(
        {
          fetch: (input, init) => {
            t.inside('fetch');
            return fetch(input, init);
          },
        },
        json(t.wire.answer),
      );
      const result = await session.call();
      t.mark('after custom fetch');
      return result;
    },
  },
  {
    name: 'failure: custom fetch rejects',
    needs: ['custom-fetch'],
    spans: [{ ...failed, http: 0 }],
    run: async (t) =>
      await t.openWith({ fetch: () => Promise.reject(new RangeError('by the application')) }, json({})).call(),
  },
];

/** Long enough for the answer to come and for its rejections to be noticed. */
async function pause(t: Tools): Promise<void> {
  await t.received();
  await new Promise((resolve) => setTimeout(resolve, 20));
}

function classOf(t: Tools, error: unknown): string[] {
  return Object.entries(t.sdk).flatMap(([name, item]) =>
    typeof item === 'function' && typeof item.prototype === 'object' && error instanceof item ? [name] : [],
  );
}
