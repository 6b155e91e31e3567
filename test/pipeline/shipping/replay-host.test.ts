import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SPOOL_DEFAULTS } from '../../../src/config/sdk/pipeline-settings.ts';
import { ItemBatch } from '../../../src/pipeline/batches/batch.ts';
import type { Destination } from '../../../src/pipeline/batches/destination.ts';
import { Pipeline } from '../../../src/pipeline/queue/pipeline.ts';
import { ReplayHost } from '../../../src/pipeline/shipping/replay-host.ts';
import { DiskSpool } from '../../../src/pipeline/spool/disk-spool.ts';
import type { SendOutcome } from '../../../src/pipeline/transport/outcome.ts';
import { BAD, type Item, OK, REFUSED, settingsOf, TOO_LARGE } from '../support/fake-backend.ts';
import { FakeClock } from '../support/fake-clock.ts';

const lines: string[] = [];
vi.mock(import('../../../src/runtime/log.ts'), async (original) => ({
  ...(await original()),
  warn: (message: string) => void lines.push(message),
  debug: (message: string | (() => string)) => void lines.push(`debug ${String(message)}`),
}));

const TARGET = {
  signal: 'traces',
  transport: 'http',
  url: 'http://127.0.0.1/v1/traces',
  headers: { 'content-type': 'application/json' },
  compression: 'none',
  timeoutMs: 1000,
  tls: {},
} as const;

/** A request in JSON whose spans are numbers. */
const bodyOf = (ids: readonly number[]): Buffer =>
  Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: ids }] }] }));
const idsOf = (body: Uint8Array): number[] =>
  JSON.parse(Buffer.from(body).toString()).resourceSpans[0].scopeSpans[0].spans;

/** RESOURCE_EXHAUSTED for a large request. */
const EXHAUSTED: SendOutcome = {
  ok: false,
  reason: 'gRPC status 8 RESOURCE_EXHAUSTED',
  retryable: true,
  answered: true,
  tooLarge: true,
};

let directory: string;
beforeEach(() => {
  lines.length = 0;
  directory = mkdtempSync(join(tmpdir(), 'replay-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A pipeline with a spool in front of a backend whose answers a test chooses. */
function setUp() {
  const clock = new FakeClock();
  const arrived: number[] = [];
  const world = { answer: (_ids: readonly number[]): SendOutcome => OK };
  const answer = async (ids: readonly number[]): Promise<SendOutcome> => {
    const outcome = world.answer(ids);
    if (outcome.ok) arrived.push(...ids);
    return outcome;
  };
  const idsOfBatch = (batch: unknown): number[] => (batch as ItemBatch<Item>).items.map(({ id }) => id);
  const destination: Destination<Item> = {
    type: 'fake',
    endpoint: 'http://fake',
    timeoutMs: 1000,
    advice: { silent: 'Is it there?', refused: 'Check it.' },
    encode: (items) => new ItemBatch(items, items.length * 100),
    send: (batch) => answer(idsOfBatch(batch)),
    request: (batch) => ({ target: TARGET, body: bodyOf(idsOfBatch(batch)) }),
    sendBody: (body) => answer(idsOf(body)),
    takes: () => true,
  };
  const settings = settingsOf({}, { breaker: null });
  const host = new ReplayHost({ pipeline: 'test', signal: 'traces', destination, clock, running: () => pipeline });
  const spool = new DiskSpool({ ...SPOOL_DEFAULTS, directory }, { host, clock });
  const pipeline: Pipeline<Item> = new Pipeline<Item>(settings, { destination, clock, spool });
  const balance = (): void => {
    const { ended, exported, dropped, inflight } = pipeline.account;
    const lost = Object.values(dropped).reduce((a, b) => a + b, 0);
    expect(exported + lost + inflight + pipeline.queueSize + spool.items).toBe(ended);
  };
  /** Lets `count` items fail, so that the items stand on the disk. */
  const spooled = async (count: number): Promise<void> => {
    world.answer = () => REFUSED;
    for (let id = 0; id < count; id++) pipeline.add({ id });
    pipeline.flush();
    await clock.pass(1100);
    expect(spool.items).toBe(count);
    balance();
    lines.length = 0;
  };
  return {
    clock,
    world,
    arrived,
    spool,
    pipeline,
    balance,
    spooled,
    files: () => readdirSync(join(directory, 'test')),
  };
}

/** A file of an earlier process. */
function leave(ids: readonly number[]): void {
  const body = bodyOf(ids);
  const crc = crc32(body).toString(16).padStart(8, '0');
  writeFileSync(join(directory, 'test', `1790000000000-000000-0123abcd-${body.length}-${crc}.traces.json`), body);
}

describe('a request from the disk', () => {
  test('that is too large is halved until the halves are taken; one item alone is counted', async () => {
    const { clock, world, arrived, pipeline, balance, spooled, files } = setUp();
    await spooled(8);
    world.answer = (ids) => (ids.length > 2 || ids.includes(7) ? TOO_LARGE : OK);
    await clock.pass(10_000);
    expect(arrived.sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(pipeline.account).toMatchObject({ exported: 7, dropped: { too_large: 1 } });
    expect(files()).toEqual([]);
    expect(lines).toContainEqual(
      expect.stringMatching(/^pipeline test: 1 span was refused by .* and is lost: HTTP 413/),
    );
    balance();
  });

  test('for which gRPC has no room is halved, and stops nothing', async () => {
    const { clock, world, arrived, pipeline, spooled } = setUp();
    await spooled(4);
    world.answer = (ids) => (ids.length > 1 ? EXHAUSTED : OK);
    await clock.pass(10_000);
    expect(arrived.sort()).toEqual([0, 1, 2, 3]);
    expect(pipeline.account.exported).toBe(4);
  });

  test('that is refused is counted as rejected, and told', async () => {
    const { clock, world, pipeline, balance, spooled, files } = setUp();
    await spooled(3);
    world.answer = () => BAD;
    await clock.pass(10_000);
    expect(pipeline.account.dropped).toEqual({ rejected: 3 });
    expect(pipeline.report.lastError?.message).toBe('HTTP 400');
    expect(lines).toContainEqual(
      'pipeline test: 3 spans were refused by http://fake and are lost: HTTP 400. Check it.',
    );
    expect(files()).toEqual([]);
    balance();
  });

  test('that is taken in part: the rest is counted as rejected, and told', async () => {
    const { clock, world, pipeline, balance, spooled } = setUp();
    await spooled(5);
    world.answer = () => ({ ok: true, rejected: 2, message: 'no name' });
    await clock.pass(10_000);
    expect(pipeline.account).toMatchObject({ exported: 3, dropped: { rejected: 2 } });
    expect(lines).toContainEqual(expect.stringMatching(/took a request and refused 2 spans of the request: no name/));
    balance();
  });

  test('of an earlier process is told as well, and stands in no account', async () => {
    const { clock, world, pipeline, spool, balance, files } = setUp();
    leave([1, 2]);
    world.answer = () => BAD;
    await clock.pass(1000);
    expect(files()).toEqual([]);
    expect(pipeline.account).toMatchObject({ ended: 0, dropped: {} });
    expect(lines).toContainEqual(expect.stringMatching(/2 spans were refused by http:\/\/fake/));
    leave([3, 4, 5, 6]);
    world.answer = (ids) => (ids.length > 1 ? TOO_LARGE : OK);
    spool.replay();
    await clock.pass(10_000);
    expect(pipeline.account).toMatchObject({ ended: 0, exported: 0, dropped: {} });
    expect(spool.status()).toMatchObject({ replayed: 4, files: 0, items: 0 });
    balance();
  });

  test('stands in the account while the request is on its way', async () => {
    const { clock, world, pipeline, balance, spooled } = setUp();
    await spooled(3);
    let inflight = 0;
    world.answer = () => {
      inflight = pipeline.account.inflight;
      balance();
      return OK;
    };
    await clock.pass(10_000);
    expect([inflight, pipeline.account.inflight, pipeline.account.exported]).toEqual([3, 0, 3]);
  });
});

test('every request is a line of the log: count, address, bytes and time, or why not', async () => {
  const { clock, world, pipeline, spooled } = setUp();
  await spooled(1);
  world.answer = () => OK;
  await clock.pass(10_000);
  const { length } = bodyOf([0]);
  expect(lines).toContain(`debug pipeline test: 1 span sent to http://fake: ${length} bytes, 0 ms`);
  expect(pipeline.account.exported).toBe(1);
});
