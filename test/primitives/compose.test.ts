import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { createCache } from '../../src/primitives/cache/create-cache.ts';
import { compose } from '../../src/primitives/compose.ts';
import { createRouter } from '../../src/primitives/router/create-router.ts';
import { createTimeout } from '../../src/primitives/timeout/create-timeout.ts';
import type { Layer, Wrapped } from '../../src/primitives/types.ts';
import { failure } from './router/fake-routes.ts';
import { startRecording } from './telemetry/recorded.ts';

afterEach(() => void vi.useRealTimers());

const steps: string[] = [];
const noting = (name: string): Layer =>
  ((fn: (input: unknown, context: never) => unknown) => async (input: unknown, options: never) => {
    steps.push(`${name} in`);
    const result = await fn(input, options);
    steps.push(`${name} out`);
    return result;
  }) as unknown as Layer;

describe('compose', () => {
  test('the first layer is the outermost', async () => {
    steps.length = 0;
    const ask = compose(noting('a'), noting('b'), async (input: number) => input + 1);
    expect(await ask(1)).toBe(2);
    expect(steps).toEqual(['a in', 'b in', 'b out', 'a out']);
  });

  test('layers to the right of a router wrap each route; a route without call calls the last function', async () => {
    steps.length = 0;
    const router = createRouter<number, Promise<string>>({
      routes: [
        {
          name: 'a',
          call: () => {
            throw failure(503);
          },
        },
        { name: 'b' },
      ],
    });
    const ask = compose(noting('outer'), router, noting('inner'), async (input: number, { route, attempt }) =>
      [input, route?.name, attempt].join(' '),
    );
    expect(await ask(1)).toBe('1 b 2');
    expect(steps).toEqual(['outer in', 'inner in', 'inner in', 'inner out', 'outer out']);
    expect(router.stats().b?.calls).toBe(1);
  });

  test('a router as the last part', async () => {
    const ask = compose(noting('a'), createRouter<number, number>({ routes: [{ name: 'a', call: (input) => input }] }));
    expect(await ask(3)).toBe(3);
  });

  test('routers in routers', async () => {
    const one = createRouter<number, string>({ routes: [{ name: 'x' }] });
    const two = createRouter<number, string>({ routes: [{ name: 'y' }, { name: 'z' }] });
    expect(await compose(one, two, (_input: number, { route }) => String(route?.name))(1)).toBe('y');
  });

  test.each([
    [[], 'compose: the last argument must be a function or a router'],
    [[1, () => 1], 'compose: layer 1 must be a function, not 1'],
    [[noting('a'), undefined], 'compose: the last argument must be a function'],
  ])('%j throws', (parts, message) => {
    expect(() => (compose as (...parts: unknown[]) => unknown)(...parts)).toThrow(new TypeError(message).message);
  });

  test('a time limit inside of a router leads on; spans are nested as composed', async () => {
    const recording = startRecording();
    vi.useFakeTimers();
    const router = createRouter<number, Promise<string>>({ name: 'ask', routes: [{ name: 'a' }, { name: 'b' }] });
    const limits = createTimeout({ totalMs: 50, name: 'ask' });
    const ask = compose(createCache({ name: 'ask' }), router, limits, async (_input: number, { route }) =>
      route?.name === 'a' ? new Promise<string>(() => {}) : 'b',
    );
    const call = ask(1);
    await vi.advanceTimersByTimeAsync(50);
    expect(await call).toBe('b');
    const parentOf = (name: string) =>
      recording
        .spans()
        .filter((span) => span.name === name)
        .map(
          ({ parentSpanContext }) =>
            recording.spans().find((span) => span.spanContext().spanId === parentSpanContext?.spanId)?.name,
        );
    expect(parentOf('timeout ask')).toEqual(['route ask', 'route ask']);
    expect(parentOf('route ask')).toEqual(['cache ask']);
    expect(parentOf('cache ask')).toEqual([undefined]);
    recording.stop();
  });
});

test('types', () => {
  const layer = createTimeout({ totalMs: 5 });
  const fn = async (input: string): Promise<number> => input.length;
  expectTypeOf(compose(layer, fn)).toEqualTypeOf<Wrapped<string, Promise<number>>>();
  expectTypeOf(compose(layer, layer, fn)).returns.resolves.toEqualTypeOf<number>();
  const router = createRouter<string, Promise<number>>({ routes: [{ name: 'a', call: fn }] });
  expectTypeOf(compose(layer, router)).parameter(0).toEqualTypeOf<string>();
  expectTypeOf(compose(layer, router)).returns.resolves.toEqualTypeOf<number>();
});
