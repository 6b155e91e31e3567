import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { CacheOptions, CacheStore } from '../../../src/primitives/cache/cache-options.ts';
import { createCache } from '../../../src/primitives/cache/create-cache.ts';
import { memoryStore } from '../../../src/primitives/cache/stores/memory-store.ts';
import { countedSignal, watchRejections } from '../streams/listeners.ts';
import { deferred, mapStore } from './stores.ts';

let rejections = watchRejections();
afterEach(async () => {
  await rejections.stop();
  expect(rejections.seen).toEqual([]);
  rejections = watchRejections();
});

const answer = (text: string) => ({ choices: [{ index: 0, finish_reason: 'stop', message: { content: text } }] });

/** A cache around a function that counts its calls. */
function counting(options: CacheOptions = {}) {
  const cache = createCache(options);
  const calls: unknown[] = [];
  const ask = cache(async (input: unknown) => {
    calls.push(input);
    return answer(`answer ${calls.length}`);
  });
  return { cache, ask, calls };
}

describe('a cache', () => {
  test('answers an equal call with a fresh copy', async () => {
    const { cache, ask, calls } = counting();
    const first = await ask({ model: 'm', messages: ['a'] });
    const second = await ask({ messages: ['a'], model: 'm' });
    first.choices = [];
    expect(second).toEqual(answer('answer 1'));
    expect(await ask({ model: 'm', messages: ['a'] })).toEqual(answer('answer 1'));
    expect(await ask({ model: 'm', messages: ['b'] })).toEqual(answer('answer 2'));
    expect(calls).toHaveLength(2);
    expect(cache.stats()).toMatchObject({ hits: 2, misses: 2, hitRatio: 0.5, storeErrors: 0 });
  });

  test('makes one call of 10,000 equal calls at once', async () => {
    const { cache, ask, calls } = counting();
    const answers = await Promise.all(Array.from({ length: 10_000 }, () => ask({ a: 1 })));
    expect(calls).toHaveLength(1);
    expect(new Set(answers).size).toBe(10_000);
    expect(cache.stats()).toMatchObject({ misses: 1, coalesced: 9999 });
  });

  test('gives the error of a call to all its callers, as the same object', async () => {
    const error = new Error('no');
    const fail = vi.fn(async () => {
      throw error;
    });
    const ask = createCache()(fail);
    const results = await Promise.allSettled([ask(1), ask(1), ask(1)]);
    expect(results.map((result) => result.status === 'rejected' && result.reason === error)).toEqual([
      true,
      true,
      true,
    ]);
    expect(fail).toHaveBeenCalledTimes(1);
    await expect(ask(1)).rejects.toBe(error);
    expect(fail).toHaveBeenCalledTimes(2);
  });

  test('passes a function that throws on as a rejection', async () => {
    const error = new Error('at once');
    const ask = createCache()(() => {
      throw error;
    });
    await expect(ask(1)).rejects.toBe(error);
  });

  test('forgets an answer after its time, to the millisecond', async () => {
    let time = 1_000_000;
    const { ask, calls } = counting({ ttlMs: 1000, now: () => time });
    await ask(1);
    time += 999;
    await ask(1);
    expect(calls).toHaveLength(1);
    time += 1;
    await ask(1);
    expect(calls).toHaveLength(2);
  });

  test('serves a stale answer, and replaces the entry by one call in the background', async () => {
    let time = 0;
    const { cache, ask, calls } = counting({ ttlMs: 1000, staleWhileRevalidateMs: 500, now: () => time });
    await ask(1);
    time = 1499;
    const stale = await Promise.all([ask(1), ask(1), ask(1)]);
    expect(stale).toEqual([answer('answer 1'), answer('answer 1'), answer('answer 1')]);
    await vi.waitFor(async () => expect(await ask(1)).toEqual(answer('answer 2')));
    expect(calls).toHaveLength(2);
    expect(cache.stats()).toMatchObject({ stale: 3, misses: 1 });
    time = 3000;
    expect(await ask(1)).toEqual(answer('answer 3'));
  });

  test.each<readonly [error: unknown, served: boolean]>([
    [Object.assign(new Error('overloaded'), { status: 529 }), true],
    [Object.assign(new Error('limit'), { status: 429 }), true],
    [Object.assign(new Error('bad request'), { status: 400 }), false],
    [Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }), true],
    [new DOMException('late', 'TimeoutError'), true],
    [new TypeError('x is not a function'), false],
  ])('answers with a stale entry in place of %s: %s', async (error, served) => {
    let time = 0;
    let failing = false;
    const cache = createCache({ ttlMs: 10, staleIfErrorMs: 1000, now: () => time });
    const ask = cache(async (_: number) => {
      if (failing) throw error;
      return answer('old');
    });
    await ask(1);
    failing = true;
    time = 1009;
    if (served) expect(await ask(1)).toEqual(answer('old'));
    else await expect(ask(1)).rejects.toBe(error);
    time = 1010;
    await expect(ask(1)).rejects.toBe(error);
  });

  test.each<readonly [what: string, options: CacheOptions, input: unknown]>([
    ['asked to', {}, 1],
    ['sampled', {}, { temperature: 1 }],
    ['stateful', {}, { previous_response_id: 'r' }],
    ['unkeyable', {}, { run: () => 1 }],
    ['the option key throws', { key: () => JSON.parse('{') }, 1],
    ['varyBy without a context manager', { varyBy: ['user.id'] }, 1],
  ])('lets a call pass: %s', async (what, options, input) => {
    const { cache, ask, calls } = counting(options);
    const callOptions = what === 'asked to' ? { cache: 'bypass' as const } : {};
    await ask(input, callOptions);
    await ask(input, callOptions);
    expect(calls).toHaveLength(2);
    expect(cache.stats()).toMatchObject({ bypassed: 2, misses: 0, hits: 0, hitRatio: 0 });
  });

  test('refreshes an entry on request', async () => {
    const { ask, calls } = counting();
    await ask(1);
    expect(await ask(1, { cache: 'refresh' })).toEqual(answer('answer 2'));
    expect(await ask(1)).toEqual(answer('answer 2'));
    expect(calls).toHaveLength(2);
  });

  test('deletes an entry, also an entry on its way to the store', async () => {
    const { cache, ask, calls } = counting({ store: mapStore({ delayMs: 5 }) });
    await ask(1);
    await cache.delete(1);
    await wait(20);
    await ask(1);
    expect(calls).toHaveLength(2);
    expect(cache.key(1)).toMatch(/^:1:[0-9a-f]{64}$/);
    expect(() => cache.key(() => 1)).toThrow();
  });

  test('answers a call right after the first from an entry on its way to a slow store', async () => {
    const { ask, calls } = counting({ store: mapStore({ delayMs: 20 }) });
    await ask(1);
    await ask(1);
    expect(calls).toHaveLength(1);
  });

  test.each<readonly [what: string, result: unknown, options: CacheOptions]>([
    ['a class', new (class Answer {})(), {}],
    ['an answer that was cut off', { choices: [{ finish_reason: 'length' }] }, {}],
    ['tool calls', { choices: [{ finish_reason: 'tool_calls' }] }, {}],
    ['too large', 'x'.repeat(2000), { maxEntryBytes: 2000 }],
    ['shouldStore is false', 'x', { shouldStore: () => false }],
    ['shouldStore throws', 'x', { shouldStore: () => JSON.parse('{') }],
  ])('does not store: %s', async (_what, result, options) => {
    let calls = 0;
    const ask = createCache(options)(async (_: number) => {
      calls++;
      return result;
    });
    expect(await ask(1)).toBe(result);
    expect(await ask(1)).toBe(result);
    expect(calls).toBe(2);
  });

  test('gives a value that is no JSON to all callers of one call', async () => {
    class Answer {}
    const fn = vi.fn(async () => new Answer());
    const ask = createCache()(fn);
    const [one, other] = await Promise.all([ask(1), ask(1)]);
    expect(one).toBeInstanceOf(Answer);
    expect(other).toBe(one);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  test('keeps routes apart when the cache is inside of a router', async () => {
    const ask = createCache()(async (_input: unknown, { route, attempt }) => `${route?.name} ${attempt}`);
    const call = (name: string) => ask('q', { attempt: 1, route: { name } } as never);
    expect([await call('a'), await call('b'), await call('a')]).toEqual(['a 1', 'b 1', 'a 1']);
  });
});

describe('a caller that aborts', () => {
  test('rejects at once with its reason, and the last caller ends the call', async () => {
    const hanging = deferred<string>();
    let signal: AbortSignal | undefined;
    const ask = createCache()((_: number, context) => {
      signal = context.signal;
      return hanging.promise;
    });
    const [one, other] = [new AbortController(), new AbortController()];
    const calls = [ask(1, { signal: one.signal }), ask(1, { signal: other.signal })];
    const [first, second] = [expect(calls[0]).rejects.toBe('first'), expect(calls[1]).rejects.toBe('second')];
    one.abort('first');
    await first;
    expect(signal?.aborted).toBe(false);
    other.abort('second');
    await second;
    expect(signal?.reason).toBe('second');
    hanging.resolve('late');
  });

  test('before the call makes no call', async () => {
    const { ask, calls } = counting();
    await expect(ask(1, { signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
    expect(calls).toEqual([]);
  });

  test('during the look into the store makes no call, and gives the lock back', async () => {
    const store = mapStore({ delayMs: 5 });
    const { ask, calls } = counting({ store, lock: {} });
    const controller = new AbortController();
    const call = ask(1, { signal: controller.signal });
    await wait(7);
    controller.abort('gone');
    await expect(call).rejects.toBe('gone');
    await wait(50);
    expect(calls).toEqual([]);
    expect(store.entries.size).toBe(0);
  });

  test('leaves a new call to the next caller', async () => {
    let calls = 0;
    const ask = createCache()(async (_: number) => (calls++ === 0 ? new Promise<string>(() => {}) : 'second'));
    const controller = new AbortController();
    const first = ask(1, { signal: controller.signal });
    await vi.waitFor(() => expect(calls).toBe(1));
    controller.abort('gone');
    await expect(first).rejects.toBe('gone');
    expect(await ask(1)).toBe('second');
  });

  test('10,000 calls with one signal leave no listener', async () => {
    const { controller, listeners } = countedSignal();
    const ask = createCache()(async (input: number) => input);
    for (let i = 0; i < 10_000; i++) await ask(i % 100, { signal: controller.signal });
    expect(listeners()).toBe(0);
  });
});

describe('a store that fails', () => {
  const broken = (): Promise<never> => Promise.reject(new RangeError('no store'));
  test.each<readonly [what: string, store: CacheStore]>([
    ['rejects', { get: broken, set: broken, delete: broken }],
    ['throws', { get: () => JSON.parse('{'), set: () => JSON.parse('{'), delete: () => JSON.parse('{') }],
    ['has foreign entries', { get: async () => 'foreign', set: async () => {}, delete: async () => {} }],
    ['has numbers', { get: async () => 7 as never, set: async () => {}, delete: async () => {} }],
  ])('is a miss: %s', async (_what, store) => {
    const { cache, ask, calls } = counting({ store });
    expect(await ask(1)).toEqual(answer('answer 1'));
    await wait(1);
    expect(await ask(1)).toEqual(answer('answer 2'));
    expect(calls).toHaveLength(2);
    expect(cache.stats().storeErrors).toBeGreaterThan(0);
    await cache.delete(1);
  });

  test('is left alone after failures in a row, and asked again after the pause', async () => {
    let time = 0;
    let asked = 0;
    let works = false;
    const store: CacheStore = {
      get: async () => {
        asked++;
        if (!works) throw new Error('no');
        return undefined;
      },
      set: async () => {},
      delete: async () => {},
    };
    const { ask } = counting({
      store,
      storeFailures: 3,
      storeCooldownMs: 1000,
      now: () => time,
      shouldStore: () => false,
    });
    for (let i = 0; i < 10; i++) await ask(i);
    expect(asked).toBe(3);
    time = 1000;
    for (let i = 0; i < 10; i++) await ask(i);
    expect(asked).toBe(4);
    time = 2000;
    works = true;
    for (let i = 0; i < 10; i++) await ask(i);
    expect(asked).toBe(14);
  });
});

describe('a lock', () => {
  test('lets one of two processes call', async () => {
    const store = mapStore();
    const [one, other] = [counting({ store, lock: { pollMs: 1 } }), counting({ store, lock: { pollMs: 1 } })];
    expect(await Promise.all([one.ask(1), other.ask(1)])).toEqual([answer('answer 1'), answer('answer 1')]);
    expect(one.calls.length + other.calls.length).toBe(1);
    await vi.waitFor(() => expect([...store.entries.keys()].filter((key) => key.endsWith(':lock'))).toEqual([]));
  });

  test('of a dead process costs at most its time', async () => {
    const store = mapStore();
    const { cache, ask, calls } = counting({ store, lock: { ttlMs: 30, pollMs: 5 } });
    store.entries.set(`${cache.key(1)}:lock`, 'dead');
    expect(await ask(1)).toEqual(answer('answer 1'));
    expect(calls).toHaveLength(1);
    expect(store.entries.get(`${cache.key(1)}:lock`)).toBe('dead');
  });

  test.each<readonly [what: string, store: CacheStore]>([
    ['without the operations', { get: async () => undefined, set: async () => {}, delete: async () => {} }],
    ['that fails', { ...mapStore(), setIfAbsent: () => Promise.reject(new Error('no')) }],
  ])('of a store %s is left out', async (_what, store) => {
    const { ask } = counting({ store, lock: {} });
    expect(await ask(1)).toEqual(answer('answer 1'));
  });

  test('is released when the call fails', async () => {
    const store = mapStore();
    const ask = createCache({ store, lock: {} })(async (_: number): Promise<string> => {
      throw new Error('no');
    });
    await expect(ask(1)).rejects.toThrow('no');
    await vi.waitFor(() => expect(store.entries.size).toBe(0));
  });
});

describe('memoryStore', () => {
  test('drops what was not used for longest', async () => {
    const store = memoryStore({ maxEntries: 2 });
    await store.set('a', '1', 1000);
    await store.set('b', '2', 1000);
    await store.get('a');
    await store.set('c', '3', 1000);
    expect([await store.get('a'), await store.get('b'), await store.get('c')]).toEqual(['1', undefined, '3']);
  });

  test('holds at most so many bytes, by UTF-8', async () => {
    const store = memoryStore({ maxBytes: 10 });
    await store.set('a', 'äää', 1000);
    await store.set('b', 'äää', 1000);
    expect([await store.get('a'), await store.get('b')]).toEqual([undefined, 'äää']);
    await store.set('c', 'x'.repeat(11), 1000);
    expect([await store.get('b'), await store.get('c')]).toEqual(['äää', undefined]);
  });

  test.each([
    [{ maxEntries: 0 }, RangeError],
    [{ maxBytes: 'many' as never }, TypeError],
  ])('%j throws', (options, error) => {
    expect(() => memoryStore(options)).toThrow(error);
  });
});

test.each<readonly [options: object, error: typeof TypeError | typeof RangeError, word: string]>([
  [{ ttlMs: 0 }, RangeError, 'ttlMs'],
  [{ ttlMs: '1' }, TypeError, 'ttlMs'],
  [{ namespace: 'a:b' }, TypeError, 'namespace'],
  [{ namespace: 'a'.repeat(65) }, TypeError, 'namespace'],
  [{ store: {} }, TypeError, 'store'],
  [{ codecs: [{}] }, TypeError, 'codecs'],
  [{ lock: true }, TypeError, 'lock'],
  [{ lock: { pollMs: 0 } }, RangeError, 'lock.pollMs'],
  [{ chunkDelayMs: 'slow' }, TypeError, 'chunkDelayMs'],
  [{ varyBy: [1] }, TypeError, 'varyBy'],
  [{ keySecret: '' }, TypeError, 'keySecret'],
  [{ storeFailures: 1.5 }, RangeError, 'storeFailures'],
])('createCache(%j) throws and names the option', (options, error, word) => {
  expect(() => createCache(options)).toThrow(error);
  expect(() => createCache(options)).toThrow(/^createCache: /);
  expect(() => createCache(options)).toThrow(word);
});
