import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { PipelineSettings } from '../../../src/config/sdk/pipeline-settings.ts';
import { Pipeline, type PipelineParts } from '../../../src/pipeline/queue/pipeline.ts';
import type { SendOutcome } from '../../../src/pipeline/transport/outcome.ts';
import { BAD, FakeBackend, type Item, OK, REFUSED, settingsOf, TOO_LARGE } from '../support/fake-backend.ts';
import { FakeClock } from '../support/fake-clock.ts';

const lines: string[] = [];
vi.mock(import('../../../src/runtime/log.ts'), async (original) => ({
  ...(await original()),
  warn: (message: string) => void lines.push(message),
  debug: () => {},
}));

beforeEach(() => {
  lines.length = 0;
});

function setUp(settings: PipelineSettings = settingsOf(), parts: Partial<PipelineParts<Item>> = {}) {
  const clock = new FakeClock();
  const backend = new FakeBackend(() => clock.now());
  const pipeline = new Pipeline<Item>(settings, { destination: backend, clock, ...parts });
  let next = 0;
  const add = (count: number, size = 0): void => {
    for (let i = 0; i < count; i++)
      pipeline.add(size === 0 ? { id: next++ } : { id: next++, attributes: { text: 'x'.repeat(size / 2) } });
  };
  /** Every item is in exactly one place. */
  const balance = (): void => {
    const { ended, exported, dropped, inflight } = pipeline.account;
    const sum = Object.values(dropped).reduce((a, b) => a + b, 0);
    expect(exported + sum + inflight + pipeline.queueSize).toBe(ended);
  };
  return { clock, backend, pipeline, add, balance };
}

const range = (to: number): number[] => Array.from({ length: to }, (_, i) => i);
const sorted = (ids: readonly number[]): number[] => [...ids].sort((a, b) => a - b);

describe('batches', () => {
  test('wait for the delay, then go together', async () => {
    const { clock, backend, add, balance } = setUp();
    add(3);
    await clock.pass(4999);
    expect(backend.seen).toEqual([]);
    await clock.pass(1);
    expect(backend.seen.map(({ ids }) => ids)).toEqual([[0, 1, 2]]);
    balance();
  });

  test.each([
    ['a batch in one turn of the event loop', 0, 1],
    ['a slice a turn where slices take long', 3, 8],
  ])('are encoded, %s', async (_, msOfSlice, expected) => {
    const clock = new FakeClock();
    const backend = new FakeBackend(() => clock.now());
    let turns = 0;
    let behind = 0;
    const slow = {
      now: () => clock.now() + behind,
      after: (ms: number, run: () => void) => clock.after(ms, run),
      keepAlive: () => clock.keepAlive(),
      soon(run: () => void) {
        turns++;
        clock.soon(run);
      },
    };
    const encode = backend.encode.bind(backend);
    backend.encode = (items) => {
      behind += msOfSlice;
      return encode(items);
    };
    const { add, pipeline } = setUp(settingsOf(), { destination: backend, clock: slow });
    add(512);
    await clock.pass(100);
    expect([turns, pipeline.account.exported]).toEqual([expected, 512]);
  });

  test('go as soon as they are full, and the rest after the delay', async () => {
    const { clock, backend, add, balance } = setUp(settingsOf({ maxExportBatchSize: 100 }));
    add(250);
    await clock.pass(1);
    expect(backend.seen.map(({ ids }) => ids.length)).toEqual([100, 100]);
    await clock.pass(5000);
    expect(backend.seen.map(({ ids }) => ids.length)).toEqual([100, 100, 50]);
    expect(sorted(backend.arrived)).toEqual(range(250));
    balance();
  });

  test('of 20,000 items in one turn arrive whole', async () => {
    const { clock, backend, add, pipeline, balance } = setUp();
    add(20_000);
    balance();
    await clock.pass(5000);
    expect(sorted(backend.arrived)).toEqual(range(20_000));
    expect(backend.seen.every(({ ids }) => ids.length <= 512)).toBe(true);
    expect(pipeline.account.exported).toBe(20_000);
  });

  test('are encoded in slices, one a turn', async () => {
    const slices: number[] = [];
    const { clock, add } = setUp(settingsOf(), {
      process: (items) => {
        slices.push(items.length);
        return items;
      },
    });
    add(512);
    await clock.pass(0);
    expect(slices).toEqual(Array(8).fill(64));
  });

  test('no more than 30 requests are on their way', async () => {
    const { clock, backend, add, pipeline, balance } = setUp(settingsOf({ maxExportBatchSize: 1 }));
    backend.answer = () => new Promise(() => {});
    add(100);
    await clock.pass(10);
    expect(backend.seen).toHaveLength(30);
    expect(pipeline.account.inflight).toBe(30);
    balance();
  });
});

describe('a backend that does not answer', () => {
  test('is tried again within the time of an export, then the batch waits and goes anew until it arrives', async () => {
    const { clock, backend, add, pipeline, balance } = setUp();
    backend.answer = () => REFUSED;
    add(10);
    await clock.pass(5000 + 20_000);
    expect(backend.seen.length).toBeGreaterThan(6);
    expect(pipeline.queueSize + pipeline.account.inflight).toBe(10);
    balance();
    backend.answer = () => OK;
    await clock.pass(40_000);
    expect(backend.arrived).toEqual(range(10));
    balance();
  });

  test('loses nothing of an outage of minutes, and everything goes after the first success', async () => {
    const { clock, backend, add, balance } = setUp(settingsOf({ maxExportBatchSize: 50 }));
    backend.answer = () => REFUSED;
    for (let second = 0; second < 120; second++) {
      add(100);
      await clock.pass(1000);
    }
    balance();
    backend.answer = () => OK;
    await clock.pass(31_000);
    expect(sorted(backend.arrived)).toEqual(range(12_000));
    balance();
  });

  test('is said at once, once a minute, and when the pipeline sends again', async () => {
    const { clock, backend, add } = setUp();
    backend.answer = () => REFUSED;
    add(3);
    await clock.pass(50_000);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^pipeline test: 3 spans could not be sent to http:\/\/fake for 0 ms: connect ECONNREFUSED\. Is it there\?$/,
    );
    await clock.pass(60_000);
    expect(lines.length).toBeLessThanOrEqual(3);
    lines.length = 0;
    backend.answer = () => OK;
    await clock.pass(40_000);
    expect(lines).toEqual([
      expect.stringMatching(/^pipeline test: sending again after \d+ (?:s|min), 0 lost, 0 from the spool$/),
    ]);
  });

  test.each([
    ['1 s', 1000, 1000],
    ['less than 1 s', 1, 1000],
    ['longer than the breaker opens', 3_600_000, 30_000],
  ])('that asks to wait %s is asked again after that time', async (_what, asked, waited) => {
    const { clock, backend, add } = setUp();
    backend.answer = () =>
      backend.seen.length === 1 ? ({ ...REFUSED, answered: true, retryAfterMs: asked } as SendOutcome) : OK;
    add(1);
    await clock.pass(5000 + 31_000);
    const [first, second] = backend.seen;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(waited);
  });
});

describe('the breaker', () => {
  test('opens after five exports in a row, sends one probe, and closes at the first success', async () => {
    const { clock, backend, add, pipeline } = setUp(
      settingsOf(
        { maxExportBatchSize: 1 },
        { retry: { initialInterval: 1, multiplier: 1, maxInterval: 100, maxAttempts: 0 } },
      ),
    );
    backend.answer = () => REFUSED;
    add(40);
    await clock.pass(10);
    expect(pipeline.shipper.breaker.state).toBe('open');
    const before = backend.seen.length;
    await clock.pass(4000);
    expect(backend.seen.length).toBe(before);
    await clock.pass(1500);
    expect(backend.seen.length).toBe(before + 1);
    backend.answer = () => OK;
    await clock.pass(11_000);
    expect(pipeline.shipper.breaker.state).toBe('closed');
    expect(sorted(backend.arrived)).toEqual(range(40));
  });

  test('does not open for what a backend refuses', async () => {
    const { clock, backend, add, pipeline } = setUp(settingsOf({ maxExportBatchSize: 1 }));
    backend.answer = () => BAD;
    add(10);
    await clock.pass(100);
    expect(pipeline.shipper.breaker.state).toBe('closed');
    expect(pipeline.account.dropped).toEqual({ rejected: 10 });
  });
});

describe('a request that is too large', () => {
  test('is halved until the backend takes the halves', async () => {
    const { clock, backend, add, balance } = setUp();
    backend.answer = (ids) => (ids.length > 3 ? TOO_LARGE : OK);
    add(100);
    await clock.pass(6000);
    expect(sorted(backend.arrived)).toEqual(range(100));
    balance();
  });

  test('is halved at once, although gRPC says that the same request may succeed later', async () => {
    const { clock, backend, add } = setUp();
    backend.answer = (ids) => (ids.length > 2 ? { ...TOO_LARGE, retryable: true } : OK);
    add(4);
    await clock.pass(5001);
    expect(backend.seen.map(({ ids }) => ids.length)).toEqual([4, 2, 2]);
  });

  test('with a single item is lost, counted and said', async () => {
    const { clock, backend, add, pipeline } = setUp();
    backend.answer = (ids) => (ids.includes(1) ? TOO_LARGE : OK);
    add(3);
    await clock.pass(6000);
    expect(pipeline.account.dropped).toEqual({ too_large: 1 });
    expect(sorted(backend.arrived)).toEqual([0, 2]);
    expect(lines.join()).toContain('HTTP 413');
  });
});

describe('bounds', () => {
  test('of bytes drop the newest item and say how many', async () => {
    const { add, backend, pipeline, balance } = setUp(settingsOf({ maxQueueBytes: 20_000 }));
    backend.answer = () => new Promise(() => {});
    add(100, 1000);
    expect(pipeline.account.dropped.queue_bytes).toBeGreaterThan(0);
    expect(pipeline.queueBytes).toBeLessThanOrEqual(20_000);
    expect(lines).toEqual([
      expect.stringMatching(
        /^pipeline test: \d+ spans? lost: the queue of 20000 bytes is full .* Raise LLM_OTEL_QUEUE_MAX_BYTES \(batch\.max_queue_bytes\)/,
      ),
    ]);
    balance();
  });

  test('of bytes drop the oldest items where the user wants that', async () => {
    const { add, clock, backend, pipeline, balance } = setUp(
      settingsOf({ maxQueueBytes: 4000, overflow: 'drop_oldest', maxConcurrentExports: 1, maxExportBatchSize: 2 }),
    );
    const hung: ((outcome: SendOutcome) => void)[] = [];
    backend.answer = () => new Promise((resolve) => void hung.push(resolve));
    add(200);
    balance();
    expect(pipeline.account.dropped.queue_bytes).toBeGreaterThan(0);
    backend.answer = () => OK;
    for (const resolve of hung) resolve(OK);
    await clock.pass(6000);
    expect(backend.arrived.at(-1)).toBe(199);
  });

  test('of a number hold only where the user has set one', async () => {
    const { add, backend, pipeline } = setUp(
      settingsOf({ maxQueueSize: 10, maxExportBatchSize: 10, maxConcurrentExports: 1 }),
    );
    backend.answer = () => new Promise(() => {});
    add(25);
    expect(pipeline.queueSize).toBeLessThanOrEqual(10);
    expect(pipeline.account.dropped.queue_full).toBeGreaterThan(0);
  });
});

describe('steps', () => {
  test('decide what is sent; what they drop is counted under their reason', async () => {
    const { clock, add, backend, pipeline, balance } = setUp(settingsOf(), {
      process: (items, drop) => {
        drop('filtered', items.filter(({ id }) => id % 2 === 1).length);
        return items.filter(({ id }) => id % 2 === 0);
      },
    });
    add(10);
    await clock.pass(5000);
    expect(backend.arrived).toEqual([0, 2, 4, 6, 8]);
    expect(pipeline.account.dropped).toEqual({ filtered: 5 });
    expect(pipeline.account.lost).toBe(0);
    balance();
  });
});

describe('a flush', () => {
  test('sends at once and is true when everything arrived', async () => {
    const { clock, add, backend, pipeline } = setUp();
    add(700);
    const flushed = pipeline.forceFlush(5000);
    await clock.pass(0);
    expect(await flushed).toBe(true);
    expect(backend.arrived).toHaveLength(700);
  });

  test('is false at once where the backend refuses connections, and keeps the items', async () => {
    const { clock, add, backend, pipeline, balance } = setUp();
    backend.answer = () => REFUSED;
    add(5);
    const flushed = pipeline.forceFlush(5000);
    await clock.pass(0);
    expect(await flushed).toBe(false);
    expect(pipeline.queueSize).toBe(5);
    balance();
  });

  test('is false at the deadline where the backend hangs', async () => {
    const { clock, add, backend, pipeline } = setUp();
    backend.answer = () => new Promise(() => {});
    add(5);
    const flushed = pipeline.forceFlush(2000);
    await clock.pass(2000);
    expect(await flushed).toBe(false);
  });

  test.each([
    ['true', 'hands over', () => Promise.resolve()],
    ['false', 'hangs', () => new Promise<void>(() => {})],
  ])('is %s where the exporter %s', async (outcome, _what, flush) => {
    const { clock, add, backend, pipeline } = setUp();
    const flushes = vi.fn(flush);
    Object.assign(backend, { flush: flushes });
    add(1);
    const flushed = pipeline.forceFlush(2000);
    await clock.pass(2000);
    expect(await flushed).toBe(outcome === 'true');
    expect(flushes).toHaveBeenCalledOnce();
  });

  test('probes an open breaker', async () => {
    const { clock, add, backend, pipeline } = setUp(
      settingsOf({}, { breaker: { failures: 1, openFor: 600_000, maxOpenFor: 600_000 } }),
    );
    backend.answer = () => REFUSED;
    add(5);
    await clock.pass(30_000);
    expect(pipeline.shipper.breaker.state).toBe('open');
    backend.answer = () => OK;
    const flushed = pipeline.forceFlush(5000);
    await clock.pass(10);
    expect(await flushed).toBe(true);
  });

  test('at shutdown counts what could not be sent, and takes nothing more', async () => {
    const { clock, add, backend, pipeline, balance } = setUp();
    backend.answer = () => REFUSED;
    add(5);
    const ended = pipeline.shutdown(5000);
    await clock.pass(100);
    expect(await ended).toBe(false);
    add(1);
    expect(pipeline.account.dropped).toEqual({ shutdown: 6 });
    expect(lines.at(-1)).toMatch(
      /5 spans lost at the end of the process, http:\/\/fake did not take them: connect ECONNREFUSED\. Is it there\?/,
    );
    balance();
  });
});
