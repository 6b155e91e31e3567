import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { createRouter } from '../../../src/primitives/router/create-router.ts';
import { NoRouteError } from '../../../src/primitives/router/no-route-error.ts';
import type { Route, RouterOptions } from '../../../src/primitives/router/router-options.ts';
import { LlmTimeoutError } from '../../../src/primitives/timeout/llm-timeout-error.ts';
import { countedSignal, watchRejections } from '../streams/listeners.ts';
import { chunksOf, failure, networkError, readAll, scripted } from './fake-routes.ts';

let rejections = watchRejections();
afterEach(async () => {
  vi.useRealTimers();
  await rejections.stop();
  expect(rejections.seen).toEqual([]);
  rejections = watchRejections();
});

const route = (name: string, more: Partial<Route> = {}): Route => ({ name, call: async () => name, ...more });
const ask = (options: Omit<RouterOptions, 'routes'> & { routes: readonly Route[] }) =>
  createRouter<unknown, Promise<unknown>>(options as RouterOptions<unknown, Promise<unknown>>);

describe('options', () => {
  const a = route('a');
  test.each([
    [undefined, TypeError, 'createRouter: options must be an object'],
    [{}, TypeError, 'createRouter: routes must be an array with at least one route'],
    [{ routes: [] }, TypeError, 'createRouter: routes must be an array with at least one route'],
    [{ routes: [{}] }, TypeError, 'createRouter: routes[0].name must be a string that is not empty'],
    [
      { routes: [a, route('a')] },
      TypeError,
      'createRouter: routes must have different names, and two have the name "a"',
    ],
    [{ routes: [a], default: 'b' }, TypeError, 'createRouter: default must be one of "a", not "b"'],
    [{ routes: [a], strategy: 'best' }, TypeError, 'createRouter: strategy must be one of "failover", "round_robin"'],
    [{ routes: [a], maxAttempts: 0 }, RangeError, 'createRouter: maxAttempts'],
    [{ routes: [a], cooldownMs: -1 }, RangeError, 'createRouter: cooldownMs'],
    [{ routes: [a], circuit: { failures: 0 } }, RangeError, 'createRouter: circuit.failures'],
    [{ routes: [a], circuit: true }, TypeError, 'createRouter: circuit must be an object'],
    [{ routes: [route('a', { weight: 0 })] }, RangeError, 'createRouter: routes[0].weight'],
    [{ routes: [route('a', { timeout: {} })] }, TypeError, 'createRouter: routes[0].timeout must have at least one'],
    [{ routes: [route('a', { price: { input: 1 } as never })] }, TypeError, 'createRouter: routes[0].price must have'],
    [{ routes: [route('a', { price: { input: -1, output: 1 } })] }, RangeError, 'createRouter: routes[0].price.input'],
    [{ routes: [route('a', { apiKey: 1 as never })] }, TypeError, 'createRouter: routes[0].apiKey'],
  ])('%j throws', (options, kind, message) => {
    expect(() => createRouter(options as RouterOptions)).toThrow(kind);
    expect(() => createRouter(options as RouterOptions)).toThrow(message);
  });

  test('routes without functions', async () => {
    await expect(createRouter({ routes: [{ name: 'a' }] })(1)).rejects.toThrow('a route without call needs a function');
  });
});

describe('choice', () => {
  const names = async (options: RouterOptions, calls: number): Promise<string> => {
    const router = ask(options);
    let seen = '';
    for (let i = 0; i < calls; i++) seen += String(await router(i));
    return seen;
  };
  const price = (input: number, output: number) => ({ price: { input, output } });

  test.each<[string, RouterOptions, string]>([
    ['failover', { routes: [route('a'), route('b')] }, 'aaa'],
    ['round_robin', { routes: [route('a'), route('b'), route('c')], strategy: 'round_robin' }, 'abcabc'],
    [
      'weighted',
      {
        routes: [route('a', { weight: 3 }), route('b')],
        strategy: 'weighted',
        random: (
          (values) => () =>
            values.shift() as number
        )([0, 0.74, 0.75, 0.999]),
      },
      'aabb',
    ],
    [
      'cheapest, unpriced last',
      { routes: [route('a'), route('b', price(2, 2)), route('c', price(1, 3))], strategy: 'cheapest' },
      'c',
    ],
    [
      'cheapest by expected tokens',
      {
        routes: [route('b', price(2, 2)), route('c', price(1, 4))],
        strategy: 'cheapest',
        expected: { inputTokens: 1, outputTokens: 10 },
      },
      'b',
    ],
    [
      'cheapest by list prices',
      {
        routes: [
          route('a', { provider: 'openai', model: 'gpt-4o' }),
          route('b', { provider: 'openai', model: 'gpt-4o-mini' }),
        ],
        strategy: 'cheapest',
      },
      'b',
    ],
    ['a function', { routes: [route('a'), route('b')], strategy: () => 'b' }, 'b'],
    [
      'a function with the input',
      { routes: [route('a'), route('b')], strategy: async (i) => (i === 1 ? 'b' : 'a') },
      'aba',
    ],
    ['an unknown name', { routes: [route('a'), route('b')], default: 'b', strategy: () => 'x' }, 'b'],
    [
      'a function that throws',
      {
        routes: [route('a'), route('b')],
        strategy: () => {
          throw new Error('x');
        },
      },
      'a',
    ],
    ['a function that rejects', { routes: [route('a')], strategy: () => Promise.reject(new Error('x')) }, 'a'],
  ])('%s', async (_name, options, expected) => {
    expect(await names(options, expected.length)).toBe(expected);
  });

  test('fastest: unmeasured first, then by the moving average', async () => {
    let time = 0;
    const taking = (name: string, times: number[]) =>
      route(name, {
        call: async () => {
          time += times.shift() as number;
          return name;
        },
      });
    const router = ask({
      routes: [taking('a', [100, 10, 10]), taking('b', [80, 200])],
      strategy: 'fastest',
      now: () => time,
    });
    const seen = [];
    for (let i = 0; i < 5; i++) seen.push(await router(1));
    // b: 80, then 80 + 0.3 * 120 = 116; a: 100, 73, 54.1
    expect(seen).toEqual(['a', 'b', 'b', 'a', 'a']);
    expect(router.stats().b?.latencyMs).toBe(116);
    expect(router.stats().a?.latencyMs).toBeCloseTo(54.1);
  });
});

describe('failover', () => {
  const timeoutError = new LlmTimeoutError({ operation: 'x', limit: 'totalMs', limitMs: 1, elapsedMs: 1, chunks: 0 });
  const rows: [string, Error, boolean][] = [
    ['a network error', networkError(), true],
    ['a limit', timeoutError, true],
    ['a timeout of an SDK', Object.assign(new Error('x'), { name: 'APIConnectionTimeoutError' }), true],
    ...[401, 403, 404, 408, 409, 429, 500, 502, 503, 529].map((status): [string, Error, boolean] => [
      `status ${status}`,
      failure(status),
      true,
    ]),
    ...[400, 402, 413, 422].map((status): [string, Error, boolean] => [`status ${status}`, failure(status), false]),
    ['an error of the application', new RangeError('x'), false],
  ];

  test.each(rows)('%s', async (_name, error, failsOver) => {
    const a = scripted('a', [error]);
    const b = scripted('b', ['b']);
    const router = ask({ routes: [a.route, b.route] });
    if (failsOver) expect(await router(1)).toBe('b');
    else await expect(router(1)).rejects.toBe(error);
    expect(router.stats().a).toMatchObject({ calls: 1, errors: failsOver ? 1 : 0 });
    expect(router.stats().b?.calls).toBe(failsOver ? 1 : 0);
  });

  test('failoverOn decides in place of the table; an error of failoverOn is a no', async () => {
    const routes = () => [scripted('a', [failure(400)]).route, scripted('b', ['b']).route];
    expect(await ask({ routes: routes(), failoverOn: () => true })(1)).toBe('b');
    const broken = ask({
      routes: routes(),
      failoverOn: () => {
        throw new Error('x');
      },
    });
    await expect(broken(1)).rejects.toThrow('HTTP 400');
  });

  test('failover: false', async () => {
    const error = failure(503);
    await expect(ask({ routes: [scripted('a', [error]).route, route('b')], failover: false })(1)).rejects.toBe(error);
  });

  test('maxAttempts', async () => {
    const error = failure(500);
    const routes = [scripted('a', [failure(503)]).route, scripted('b', [error]).route, route('c')];
    await expect(ask({ routes, maxAttempts: 2 })(1)).rejects.toBe(error);
  });

  test('all failed: the last error; contexts have the attempt and the route', async () => {
    const last = failure(502);
    const a = scripted('a', [failure(500)]);
    const b = scripted('b', [last]);
    await expect(ask({ routes: [a.route, b.route] })(1)).rejects.toBe(last);
    expect(a.contexts.map(({ attempt, route }) => [attempt, route?.name])).toEqual([[1, 'a']]);
    expect(b.contexts.map(({ attempt, route }) => [attempt, route?.name])).toEqual([[2, 'b']]);
    expect(a.contexts[0]?.signal.aborted).toBe(true);
  });

  test("a route's time limit", async () => {
    vi.useFakeTimers();
    const hanging = scripted('a', [() => new Promise(() => {})], { timeout: { totalMs: 50 } });
    const call = ask({ routes: [hanging.route, route('b')] })(1);
    await vi.advanceTimersByTimeAsync(50);
    expect(await call).toBe('b');
    expect(hanging.contexts[0]?.signal.reason).toBeInstanceOf(LlmTimeoutError);
  });
});

describe('cooldown', () => {
  const pauses: [string, Error, number][] = [
    ['without a header', failure(429), 5000],
    ['retry-after-ms', failure(429, { 'retry-after-ms': '1200', 'retry-after': '9' }), 1200],
    ['retry-after in seconds', failure(503, { 'retry-after': '2' }), 2000],
    ['retry-after as a date', failure(529, { 'retry-after': new Date(1_000_000 + 3000).toUTCString() }), 3000],
    ['a pause that is too long', failure(429, { 'retry-after': '3600' }), 60_000],
    ['a header that is no time', failure(429, { 'retry-after': 'soon' }), 5000],
    [
      'plain headers',
      Object.assign(new Error('x'), { statusCode: 429, responseHeaders: { 'Retry-After': '2' } }),
      2000,
    ],
  ];

  test.each(pauses)('%s', async (_name, error, pause) => {
    let time = 1_000_000;
    const a = scripted('a', [error, 'a']);
    const router = ask({ routes: [a.route, route('b')], now: () => time });
    expect(await router(1)).toBe('b');
    expect(router.stats().a?.state).toBe('cooldown');
    time += pause - 1;
    expect(await router(1)).toBe('b');
    time += 1;
    expect(await router(1)).toBe('a');
    expect(router.stats().a?.state).toBe('closed');
  });

  test('500 has none', async () => {
    const router = ask({ routes: [scripted('a', [failure(500), 'a']).route, route('b')] });
    expect(await router(1)).toBe('b');
    expect(await router(1)).toBe('a');
  });
});

describe('circuit', () => {
  test('opens after failures in a row, probes once, closes', async () => {
    let time = 0;
    let answer: (value: string) => void = () => {};
    const probe = () => new Promise((resolve) => (answer = resolve));
    const a = scripted('a', [failure(500), failure(500), failure(500), probe, 'a']);
    const router = ask({ routes: [a.route, route('b')], circuit: { failures: 2, openMs: 100 }, now: () => time });
    expect([await router(1), await router(1), await router(1)]).toEqual(['b', 'b', 'b']);
    expect(a.contexts).toHaveLength(2);
    expect(router.stats().a?.state).toBe('open');
    time = 100;
    expect(router.stats().a?.state).toBe('half_open');
    expect(await router(1)).toBe('b');
    expect(a.contexts).toHaveLength(3);
    expect(router.stats().a?.state).toBe('open');
    time = 200;
    const probing = router(1);
    expect(await router(1)).toBe('b');
    answer('probe');
    expect(await probing).toBe('probe');
    expect(router.stats().a?.state).toBe('closed');
    expect(await router(1)).toBe('a');
  });

  test('a success in between counts anew; circuit: false never opens', async () => {
    const flapping = () => scripted('a', [failure(500), 'a', failure(500), failure(500), failure(500)]).route;
    const router = ask({ routes: [flapping(), route('b')], circuit: { failures: 3 } });
    for (let i = 0; i < 4; i++) await router(1);
    expect(router.stats().a?.state).toBe('closed');
    await router(1);
    expect(router.stats().a?.state).toBe('open');
    const never = ask({ routes: [scripted('a', [failure(500)]).route, route('b')], circuit: false });
    for (let i = 0; i < 20; i++) await never(1);
    expect(never.stats().a).toMatchObject({ state: 'closed', errors: 20 });
  });

  test('a probe that the caller gives up, or whose request is wrong, frees the probe', async () => {
    let time = 0;
    const controller = new AbortController();
    const hang = () => new Promise(() => {});
    const a = scripted('a', [failure(500), hang, failure(400), 'a']);
    const router = ask({ routes: [a.route, route('b')], circuit: { failures: 1, openMs: 100 }, now: () => time });
    await router(1);
    time = 100;
    const probing = router(1, { signal: controller.signal });
    await Promise.resolve();
    controller.abort('gone');
    await expect(probing).rejects.toBe('gone');
    await expect(router(1)).rejects.toThrow('HTTP 400');
    expect(await router(1)).toBe('a');
  });
});

describe('no route is ready', () => {
  const unready = (more: Partial<RouterOptions>) => {
    const a = scripted('a', [failure(429, { 'retry-after-ms': '300' }), 'a']);
    const b = scripted('b', [failure(429, { 'retry-after-ms': '200' }), 'b']);
    return ask({ routes: [a.route, b.route], now: () => 0, ...more });
  };

  test('the route that is ready first', async () => {
    const router = unready({});
    await expect(router(1)).rejects.toThrow('HTTP 429');
    expect(await router(1)).toBe('b');
  });

  test('lastResort: false', async () => {
    const router = unready({ lastResort: false, name: 'ask' });
    await expect(router(1)).rejects.toThrow('HTTP 429');
    const error: unknown = await router(1).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(NoRouteError);
    expect(error).toMatchObject({
      code: 'ERR_LLM_NO_ROUTE',
      routes: [
        { name: 'a', state: 'cooldown', readyInMs: 300 },
        { name: 'b', state: 'cooldown', readyInMs: 200 },
      ],
      message: 'ask: no route is ready: a is cooldown for 300 ms, b is cooldown for 200 ms',
    });
  });
});

describe('streams', () => {
  const ping = { type: 'ping' };
  const error = { type: 'error', error: { type: 'overloaded_error' } };

  test.each([
    ['an error event before any output', [ping, error]],
    ['an error thrown before any output', [ping, new Error('stream error')]],
    ['the end before any output', [ping]],
    ['no chunk at all', []],
  ])('%s fails over', async (_name, chunks) => {
    const a = scripted('a', [chunksOf(...chunks)]);
    const b = scripted('b', [chunksOf(ping, 'x', 'y')]);
    const router = ask({ routes: [a.route, b.route] });
    expect(await readAll(router(1))).toEqual([ping, 'x', 'y']);
    expect(router.stats()).toMatchObject({ a: { errors: 1 }, b: { errors: 0 } });
  });

  test('an error after the first output passes on, and counts', async () => {
    const failed = new Error('x');
    const router = ask({ routes: [scripted('a', [chunksOf(ping, 'x', failed)]).route, route('b')] });
    expect(await readAll(router(1))).toEqual([ping, 'x', failed]);
    expect(router.stats()).toMatchObject({ a: { errors: 1 }, b: { calls: 0 } });
  });

  test('all failed: the last stream as it came', async () => {
    const routes = [scripted('a', [chunksOf(ping)]).route, scripted('b', [chunksOf(ping, error, 'rest')]).route];
    expect(await readAll(ask({ routes })(1))).toEqual([ping, error, 'rest']);
  });

  test('64 KiB without output commit', async () => {
    const big = { type: 'ping', data: 'x'.repeat(40_000) };
    const failed = new Error('x');
    const routes = [scripted('a', [chunksOf(big, big, failed)]).route, route('b')];
    expect(await readAll(ask({ routes })(1))).toEqual([big, big, failed]);
  });

  test('break closes the source, aborts the signal, and is a success', async () => {
    let closed = 0;
    const a = scripted('a', [
      async function* () {
        try {
          yield 'x';
          yield 'y';
        } finally {
          closed++;
        }
      },
    ]);
    const router = ask({ routes: [a.route] });
    for await (const _chunk of (await router(1)) as AsyncIterable<unknown>) break;
    expect(closed).toBe(1);
    expect(a.contexts[0]?.signal.aborted).toBe(true);
    expect(router.stats().a).toMatchObject({ errors: 0 });
  });

  test('200,000 chunks, of which the first come before an output', async () => {
    const router = ask({
      routes: [
        scripted('a', [
          async function* () {
            for (let i = 0; i < 200_000; i++) yield i < 5 ? ping : 'x';
          },
        ]).route,
      ],
    });
    let count = 0;
    for await (const _chunk of (await router(1)) as AsyncIterable<unknown>) count++;
    expect(count).toBe(200_000);
  });
});

describe('the caller', () => {
  test('aborts at once: no other route, nothing held against the route, no listener', async () => {
    const { controller, listeners } = countedSignal();
    const a = scripted('a', [() => new Promise(() => {})]);
    const router = ask({ routes: [a.route, route('b')] });
    const call = router(1, { signal: controller.signal });
    await Promise.resolve();
    const reason = new Error('gone');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(a.contexts[0]?.signal.reason).toBe(reason);
    expect(listeners()).toBe(0);
    expect(router.stats()).toMatchObject({ a: { errors: 0 }, b: { calls: 0 } });
  });

  test('10,000 calls with one signal leave no listener', async () => {
    const { controller, listeners } = countedSignal();
    const router = ask({ routes: [scripted('a', [failure(500), 'a']).route, scripted('b', [chunksOf('x')]).route] });
    for (let i = 0; i < 10_000; i++) {
      const result = await router(1, { signal: controller.signal });
      // A stream follows the signal until the stream is read, left or collected.
      if (typeof result !== 'string') await (result as AsyncIterableIterator<unknown>).return?.();
    }
    expect(listeners()).toBe(0);
  });
});

test('2,000 calls over three routes, one flapping: none lost, none doubled', async () => {
  const answered = new Map<number, number>();
  let turn = 0;
  const answer = (input: unknown): unknown => {
    const n = input as number;
    answered.set(n, (answered.get(n) ?? 0) + 1);
    return n;
  };
  const flapping = route('a', {
    call: async (input) => {
      await new Promise(setImmediate);
      if (turn++ % 3 !== 0) throw [failure(503, { 'retry-after-ms': '1' }), networkError(), failure(500)][turn % 3];
      return answer(input);
    },
  });
  const steady = (name: string) => route(name, { call: async (input) => answer(input) });
  const router = ask({
    routes: [flapping, steady('b'), steady('c')],
    strategy: 'round_robin',
    circuit: { failures: 3, openMs: 2 },
  });
  const results: unknown[] = [];
  for (let i = 0; i < 2000; i += 50)
    results.push(...(await Promise.all(Array.from({ length: 50 }, (_, n) => router(i + n)))));
  expect(results).toEqual(Array.from({ length: 2000 }, (_, n) => n));
  expect([...answered.values()].every((count) => count === 1)).toBe(true);
  expect(router.stats().a?.errors).toBeGreaterThan(0);
});

test('types', () => {
  const router = createRouter<string, Promise<number>>({
    routes: [{ name: 'a', call: async (input) => input.length }],
  });
  expectTypeOf(router).parameter(0).toEqualTypeOf<string>();
  expectTypeOf(router).returns.resolves.toEqualTypeOf<number>();
});
