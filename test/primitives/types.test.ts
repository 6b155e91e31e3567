/** Layers keep the types of arguments and results. Checked by `tsc`. */
import type OpenAI from 'openai';
import { expect, expectTypeOf, test } from 'vitest';
import {
  type CallOptions,
  compose,
  createCache,
  createFetch,
  createRouter,
  createTimeout,
  type LlmFunction,
  withTimeout,
  wrapClient,
} from '../../src/primitives/index.ts';

interface Question {
  readonly text: string;
}
interface Answer {
  readonly text: string;
}

const ask: LlmFunction<Question, Promise<Answer>> = async ({ text }) => ({ text });
const talk: LlmFunction<Question, AsyncIterable<Answer>> = async function* (question) {
  yield question;
};

const LAYERS = { createCache: createCache(), createTimeout: createTimeout({ totalMs: 1000 }) };

test('a layer keeps the argument and the result; a stream becomes a plain async iterator', async () => {
  for (const layer of Object.values(LAYERS)) {
    const asked = layer(ask);
    expectTypeOf(asked).parameter(0).toEqualTypeOf<Question>();
    expectTypeOf(asked).parameter(1).toEqualTypeOf<CallOptions | undefined>();
    expectTypeOf(asked).returns.resolves.toEqualTypeOf<Answer>();
    const talked = layer(talk);
    expectTypeOf(talked).returns.resolves.toEqualTypeOf<AsyncIterableIterator<Answer>>();
    expect(await asked({ text: 'Hi' })).toEqual({ text: 'Hi' });
  }
});

test('withTimeout, compose and a router keep them too', () => {
  expectTypeOf(withTimeout(ask, { totalMs: 1 })).returns.resolves.toEqualTypeOf<Answer>();
  expectTypeOf(compose(LAYERS.createCache, LAYERS.createTimeout, ask)).returns.resolves.toEqualTypeOf<Answer>();
  const router = createRouter<Question, Promise<Answer>>({ routes: [{ name: 'a', call: ask }] });
  expectTypeOf(router).parameter(0).toEqualTypeOf<Question>();
  expectTypeOf(router).returns.resolves.toEqualTypeOf<Answer>();
  expect(router.stats()).toMatchObject({ a: { state: 'closed' } });
});

test('createFetch is a fetch; wrapClient gives back the type of the client', () => {
  expectTypeOf(createFetch()).toEqualTypeOf<typeof globalThis.fetch>();
  expectTypeOf(wrapClient<OpenAI>).returns.toEqualTypeOf<OpenAI>();
  const client = { fetch: globalThis.fetch, baseURL: 'https://llm.example.com' };
  expectTypeOf(wrapClient(client, {})).toEqualTypeOf<typeof client>();
  expect(wrapClient(client, {})).toBe(client);
});
