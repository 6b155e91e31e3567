import { beforeEach, expect, test, vi } from 'vitest';
import { ReliableSpanExporter } from '../../../src/pipeline/sdk/reliable-exporter.ts';

const lines: string[] = [];
vi.mock(import('../../../src/runtime/log.ts'), async (original) => ({
  ...(await original()),
  warn: (message: string) => void lines.push(message),
}));
beforeEach(() => {
  lines.length = 0;
});

type Done = (result: { code: number; error?: Error }) => void;
const RETRY = { initialInterval: 1, maxInterval: 1, maxAttempts: 2 };

/** An exporter around one that calls `run` for each try. */
function setUp(run: (attempt: number, done: Done) => void, options: object = {}) {
  let attempts = 0;
  const inner = { export: (_spans: never[], done: Done) => run(++attempts, done), shutdown: async () => {} };
  const exporter = new ReliableSpanExporter(inner, { name: 'own', retry: RETRY, ...options });
  const send = (count: number): Promise<string | undefined> =>
    new Promise((resolve) => exporter.export(Array(count).fill({}), ({ error }) => resolve(error?.message)));
  return { exporter, send, attempts: () => attempts };
}

test('a failure is tried again, and a success is a success', async () => {
  const { exporter, send, attempts } = setUp((attempt, done) => done({ code: attempt < 3 ? 1 : 0 }));
  expect(await send(2)).toBeUndefined();
  expect([attempts(), exporter.dropped, lines]).toEqual([3, {}, []]);
});

test('spans whose retries are used up are counted and told', async () => {
  const { exporter, send, attempts } = setUp((_, done) => done({ code: 1, error: new Error('down') }));
  expect(await send(2)).toBe('own: retries_exhausted: Error: down');
  expect(await send(3)).toBe('own: retries_exhausted: Error: down');
  expect([attempts(), exporter.dropped]).toEqual([6, { retries_exhausted: 5 }]);
  expect(lines).toEqual(['pipeline own: 2 spans lost: retries_exhausted: Error: down']);
});

test('an open breaker asks the exporter no more', async () => {
  const { exporter, send, attempts } = setUp((_, done) => done({ code: 1 }), { breaker: { failures: 1 } });
  await send(1);
  expect(await send(1)).toBe('own: retries_exhausted: the breaker is open');
  expect([attempts(), exporter.dropped]).toEqual([3, { retries_exhausted: 2 }]);
});

test('an error in the callback of the processor does not end the process', async () => {
  const rejected = vi.fn();
  process.on('unhandledRejection', rejected);
  const { exporter } = setUp((_, done) => done({ code: 0 }));
  await new Promise<void>((resolve) =>
    exporter.export([{}], () => {
      resolve();
      throw new Error('of the processor');
    }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', rejected);
  expect(rejected).not.toHaveBeenCalled();
});

test('an exporter that throws loses the spans at once', async () => {
  const { exporter, send, attempts } = setUp(() => {
    throw new Error('broken');
  });
  expect(await send(1)).toBe('own: exporter_error: the exporter threw: Error: broken');
  expect([attempts(), exporter.dropped]).toEqual([1, { exporter_error: 1 }]);
});
