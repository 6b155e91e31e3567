import { anatomy, describe } from '../describe.ts';
import { json } from '../server.ts';
import type { Call, Case, SpanExpectation, Tools } from '../types.ts';

/** A unary call that succeeded. */
export const good: SpanExpectation = { finishReasons: 'good', outcome: null };

const answered = (t: Tools) => t.open(json(t.wire.answer));

/** Calls that succeed, waited for in every way there is. */
export const UNARY_CASES: readonly Case[] = [
  {
    name: 'call: await',
    spans: [good],
    run: async (t) => {
      const result = await answered(t).call();
      t.mark('after await');
      return [result, anatomy(result)];
    },
  },
  {
    name: 'call: await twice',
    spans: [good],
    run: async (t) => {
      const call = answered(t).call();
      const first = await call;
      const second = await call;
      return [first === second, second];
    },
  },
  {
    name: 'call: then twice',
    spans: [good],
    run: async (t) => {
      const call = answered(t).call();
      const seen: unknown[] = [];
      const [first, second] = await Promise.all([
        call.then((result) => {
          t.mark('first then');
          seen.push('first');
          return result;
        }),
        call.then((result) => {
          t.mark('second then');
          seen.push('second');
          return result;
        }),
      ]);
      return [first === second, first, seen];
    },
  },
  {
    name: 'call: then without handlers, with undefined handlers',
    spans: [good],
    run: async (t) => {
      const call = answered(t).call();
      return [await call.then(), await call.then(undefined, undefined), await call.catch()];
    },
  },
  {
    name: 'call: catch and finally',
    spans: [good],
    run: (t) =>
      answered(t)
        .call()
        .catch(() => t.mark('catch, never'))
        .finally(() => t.mark('finally'))
        .then((result) => result),
  },
  {
    name: 'call: finally on the call itself',
    spans: [good],
    run: (t) =>
      answered(t)
        .call()
        .finally(() => t.mark('finally')),
  },
  {
    name: 'call: Promise.all, race, allSettled',
    spans: [good, good, good],
    run: async (t) => {
      const session = answered(t);
      return [
        await Promise.all([session.call()]),
        await Promise.race([session.call()]),
        await Promise.allSettled([session.call()]),
      ];
    },
  },
  {
    name: 'call: twenty at once',
    spans: Array.from({ length: 20 }, () => good),
    run: async (t) => {
      const session = answered(t);
      const results = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const result = await session.call();
          t.mark('one of twenty');
          return result;
        }),
      );
      return results.length;
    },
  },
  {
    name: 'call: a call in the callback of a call',
    spans: [good, good],
    run: async (t) => {
      const session = answered(t);
      return await session.call().then(() => {
        t.mark('between');
        return session.call();
      });
    },
  },
  {
    name: 'call: the callback throws',
    spans: [good],
    run: async (t) => {
      const call = answered(t).call();
      try {
        await call.then(() => {
          throw new RangeError('by the application');
        });
      } catch (error) {
        t.mark('catch');
        return [describe(error), await call];
      }
      return 'not thrown';
    },
  },
  {
    name: 'call: awaited long after the answer',
    spans: [good],
    run: async (t) => {
      const call = answered(t).call();
      await t.received();
      await t.collect();
      await t.collect();
      return await call;
    },
  },
  {
    name: 'call: structuredClone and spread of the result',
    spans: [good],
    run: async (t) => {
      const result = await answered(t).call();
      return [attemptClone(result), { ...result }, JSON.stringify(result)];
    },
  },
  {
    name: 'call: returned from an async function',
    spans: [good],
    run: async (t) => {
      const ask = async (): Promise<object> => answered(t).call();
      return await ask();
    },
  },
  {
    name: 'call: Promise.resolve keeps its identity, new Promise takes it over',
    spans: [good],
    run: async (t) => {
      const call = answered(t).call();
      const taken = new Promise((resolve) => resolve(call));
      const resolved: unknown = Promise.resolve(call as PromiseLike<unknown>);
      return [resolved === (call as Call), await taken];
    },
  },
];

/** Some SDKs answer with functions on the result; those cannot be cloned with or without us. */
function attemptClone(result: object): unknown {
  try {
    return structuredClone(result);
  } catch (error) {
    return describe(error);
  }
}
