import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SpoolSettings } from '../../../src/config/sdk/pipeline-settings.ts';
import type { PlainRequest } from '../../../src/pipeline/batches/destination.ts';
import { DiskSpool } from '../../../src/pipeline/spool/disk-spool.ts';
import { checksum, parseFileName } from '../../../src/pipeline/spool/file-name.ts';
import { readSpool } from '../../../src/pipeline/spool/read-spool.ts';
import type { ReplayVerdict, SpoolHost } from '../../../src/pipeline/spool/spool.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';

const lines: string[] = [];
vi.mock(import('../../../src/runtime/log.ts'), async (original) => ({
  ...(await original()),
  warnOnce: (message: string) => void (lines.includes(message) || lines.push(message)),
}));

let directory: string;
beforeEach(() => {
  lines.length = 0;
  directory = mkdtempSync(join(tmpdir(), 'spool-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A request of `count` spans in OTLP protobuf: every message is length-delimited, spans are empty. */
function bodyOf(count: number, filler = ''): Buffer {
  const field = (number: number, bytes: Buffer): Buffer => {
    const length: number[] = [];
    for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
      length.push(rest >= 128 ? (rest % 128) | 128 : rest);
      if (rest < 128) break;
    }
    return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
  };
  const span = field(2, field(5, Buffer.from(filler)));
  return field(1, field(2, Buffer.concat(Array(count).fill(span))));
}

const request = (body: Uint8Array, signal: 'traces' | 'logs' = 'traces'): PlainRequest => ({
  target: {
    signal,
    transport: 'http',
    url: 'http://127.0.0.1/v1/traces',
    headers: { 'content-type': 'application/x-protobuf' },
    compression: 'none',
    timeoutMs: 1000,
    tls: {},
  },
  body,
});

function setUp(
  change: Partial<SpoolSettings> = {},
  {
    signal = 'traces',
    startedAt,
    formats = ['pb', 'json'],
  }: Partial<Pick<SpoolHost, 'signal'>> & {
    startedAt?: number;
    formats?: readonly string[];
  } = {},
) {
  const clock = new FakeClock();
  const seen: Uint8Array[] = [];
  const counts = { exported: 0, replayed: 0, dropped: {} as Record<string, number> };
  const world = { verdict: 'sent' as ReplayVerdict, maySend: true, asked: 0, splits: 0 };
  const sent: string[] = [];
  const host: SpoolHost = {
    pipeline: 'otlp',
    signal,
    takes: (format) => formats.includes(format),
    send: async (body, format, { items, isOurs }) => {
      seen.push(body);
      sent.push(format);
      if (world.splits-- > 0) return 'split';
      if (world.verdict !== 'sent') return world.verdict;
      counts.replayed += items;
      if (isOurs) counts.exported += items;
      return 'sent';
    },
    maySend: () => {
      world.asked++;
      return world.maySend;
    },
    dropped: (reason, items) => {
      counts.dropped[reason] = (counts.dropped[reason] ?? 0) + items;
    },
  };
  const settings: SpoolSettings = {
    directory,
    mode: 'fallback',
    maxBytes: 1_000_000,
    maxAge: 86_400_000,
    fsync: false,
    encryption: null,
    ...change,
  };
  const spool = new DiskSpool(settings, { host, clock, startedAt });
  return { spool, clock, seen, sent, counts, world, files: () => readdirSync(join(directory, 'otlp')).sort() };
}

const replayed = async (spool: DiskSpool): Promise<void> => {
  spool.replay();
  for (let i = 0; i < 20; i++) await settled();
};

describe('a request on disk', () => {
  test('is one file for its user alone, whose name tells time, order, process, length and checksum', () => {
    const { spool, files, clock } = setUp();
    const body = bodyOf(3);
    expect(spool.write(request(body), 3, false)).toMatchObject({ items: 3 });
    expect(spool.write(request(bodyOf(1)), 1, false)).toBeDefined();
    const [first = '', second = ''] = files();
    expect(parseFileName(first)).toMatchObject({
      time: clock.now(),
      sequence: 0,
      length: body.length,
      crc: checksum(body),
      signal: 'traces',
      format: 'pb',
      claimedBy: undefined,
    });
    expect(parseFileName(second)).toMatchObject({ sequence: 1, signal: 'traces' });
    expect(readFileSync(join(directory, 'otlp', first))).toEqual(body);
    expect(statSync(join(directory, 'otlp', first)).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'otlp')).mode & 0o777).toBe(0o700);
    expect(spool.items).toBe(4);
  });

  test('is read by readSpool, a row a pipeline', () => {
    const { spool, clock } = setUp();
    spool.write(request(bodyOf(3)), 3, false);
    spool.write(request(bodyOf(4)), 4, false);
    expect(readSpool(directory)).toEqual([
      { pipeline: 'otlp', files: 2, items: 7, bytes: bodyOf(3).length + bodyOf(4).length, oldest: clock.now() },
    ]);
  });

  test('is sent by a replay, oldest first, and gone then', async () => {
    const { spool, seen, counts, files } = setUp();
    for (const count of [1, 2, 3]) spool.write(request(bodyOf(count)), count, false);
    await replayed(spool);
    expect(seen.map((body) => Buffer.from(body))).toEqual([bodyOf(1), bodyOf(2), bodyOf(3)]);
    expect(files()).toEqual([]);
    expect(counts).toMatchObject({ exported: 6, replayed: 6 });
    expect(spool.items).toBe(0);
  });

  test('stays where the backend does not answer, and waits for the next replay', async () => {
    const { spool, seen, world, files } = setUp();
    world.verdict = 'wait';
    spool.write(request(bodyOf(1)), 1, false);
    spool.write(request(bodyOf(2)), 2, false);
    await replayed(spool);
    expect(seen).toHaveLength(1);
    expect(files()).toHaveLength(2);
    expect(spool.items).toBe(3);
    world.verdict = 'sent';
    await replayed(spool);
    expect(files()).toEqual([]);
  });

  test('of an earlier process is sent one second after the start, and counted apart', async () => {
    const before = setUp();
    before.spool.write(request(bodyOf(5)), 5, false);
    before.spool.close();
    const { clock, spool, seen, counts } = setUp();
    await clock.pass(1000);
    for (let i = 0; i < 10; i++) await settled();
    expect(seen).toHaveLength(1);
    expect(counts).toMatchObject({ exported: 0, replayed: 5 });
    expect(spool.status()).toMatchObject({ replayed: 5, files: 0, items: 0 });
  });

  test('that is claimed by a living process is left to that process; the claim of a dead one is taken back', async () => {
    const { spool, files, seen } = setUp();
    const written = spool.write(request(bodyOf(1)), 1, true);
    expect(files()).toEqual([`${written?.name}.claim-${process.pid}`]);
    const dead = spawnSync(process.execPath, ['-e', 'process.exit()']).pid;
    const other = setUp();
    other.spool.write(request(bodyOf(2)), 2, false);
    const [name = ''] = files().filter((one) => !one.includes('claim'));
    writeFileSync(join(directory, 'otlp', `${name}.claim-${dead}`), readFileSync(join(directory, 'otlp', name)));
    rmSync(join(directory, 'otlp', name));
    await replayed(spool);
    expect(seen).toHaveLength(1);
    expect(files()).toEqual([`${written?.name}.claim-${process.pid}`]);
  });

  test('is sent by a pipeline of its own signal only, although traces and logs share the directory', async () => {
    const traces = setUp({ maxAge: 1000 });
    const logs = setUp({ maxAge: 1000 }, { signal: 'logs' });
    traces.spool.write(request(bodyOf(1)), 1, false);
    logs.spool.write(request(bodyOf(2), 'logs'), 2, false);
    expect(traces.spool.status().files).toBe(1);
    await replayed(logs.spool);
    expect(logs.seen.map((body) => Buffer.from(body))).toEqual([bodyOf(2)]);
    expect(traces.spool.items).toBe(1);
    await replayed(traces.spool);
    expect(traces.seen.map((body) => Buffer.from(body))).toEqual([bodyOf(1)]);
    expect(traces.files()).toEqual([]);
  });

  test('is sent in the format in which the request was written', async () => {
    const { spool, sent } = setUp();
    const { target, body } = request(bodyOf(1));
    spool.write({ target: { ...target, headers: { 'content-type': 'application/json' } }, body }, 1, false);
    spool.write({ target, body }, 1, false);
    await replayed(spool);
    expect(sent).toEqual(['json', 'pb']);
  });

  test('is there before the breaker is asked, which waits for the answer to a probe then', async () => {
    const { spool, world, seen, files } = setUp();
    await replayed(spool);
    expect(world.asked).toBe(0);
    world.maySend = false;
    spool.write(request(bodyOf(3)), 3, false);
    await replayed(spool);
    expect({ asked: world.asked, files: files().length, items: spool.items }).toEqual({ asked: 1, files: 1, items: 3 });
    expect(files()[0]).not.toContain('claim');
    world.maySend = true;
    await replayed(spool);
    expect(seen).toHaveLength(1);
  });

  test('that an earlier process with the same id has claimed is sent', async () => {
    const before = setUp();
    before.spool.write(request(bodyOf(1)), 1, true);
    const running = setUp();
    await replayed(running.spool);
    expect(running.seen).toHaveLength(0);
    const later = setUp({}, { startedAt: Date.now() + 1000 });
    await replayed(later.spool);
    expect(later.seen).toHaveLength(1);
    expect(later.files()).toEqual([]);
  });

  test('that is broken is put aside and stops nothing; ten of them are kept', async () => {
    const { spool, files, seen } = setUp();
    for (let i = 0; i < 12; i++) spool.write(request(bodyOf(1)), 1, false);
    for (const name of files()) writeFileSync(join(directory, 'otlp', name), 'broken');
    spool.write(request(bodyOf(2)), 2, false);
    await replayed(spool);
    expect(seen.map((body) => Buffer.from(body))).toEqual([bodyOf(2)]);
    expect(files().filter((name) => name.endsWith('.bad'))).toHaveLength(10);
    expect(spool.status()).toMatchObject({ bad: 12 });
  });

  test('is split where the pipeline says so, and the halves are sent next', async () => {
    const { spool, seen, world, files, counts } = setUp();
    world.splits = 1;
    spool.write(request(bodyOf(3)), 3, false);
    spool.write(request(bodyOf(4)), 4, false);
    await replayed(spool);
    expect(seen.map((body) => Buffer.from(body))).toEqual([bodyOf(3), bodyOf(1), bodyOf(2), bodyOf(4)]);
    expect(files()).toEqual([]);
    expect(counts).toMatchObject({ exported: 7, dropped: {} });
  });

  test('in JSON stays where the exporter takes protobuf alone, and says so once', async () => {
    const before = setUp();
    const { target } = request(bodyOf(1));
    const body = Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]}');
    for (let i = 0; i < 2; i++)
      before.spool.write({ target: { ...target, headers: { 'content-type': 'application/json' } }, body }, 1, false);
    before.spool.write(request(bodyOf(2)), 2, false);
    const later = setUp({}, { formats: ['pb'] });
    await replayed(later.spool);
    expect(later.seen.map((one) => Buffer.from(one))).toEqual([bodyOf(2)]);
    expect(later.files()).toHaveLength(2);
    expect(lines).toEqual([expect.stringMatching(/requests in JSON, and gRPC takes none; .* stay there/)]);
  });

  test('that cannot be counted is sent as the request is', async () => {
    const before = setUp();
    before.spool.write(request(Buffer.from('no protobuf at all')), 3, false);
    const { spool, seen, counts, files } = setUp();
    await replayed(spool);
    expect([seen.length, counts.replayed, files()]).toEqual([1, 0, []]);
  });
});

describe('bounds', () => {
  test('of bytes let the oldest requests go', () => {
    const { spool, counts, files } = setUp({ maxBytes: 5000 });
    for (let i = 0; i < 10; i++) spool.write(request(bodyOf(1, 'x'.repeat(1000))), 1, false);
    expect(files()).toHaveLength(4);
    expect(counts.dropped).toEqual({ spool_full: 6 });
    expect(spool.items).toBe(4);
    expect(lines).toEqual(
      expect.arrayContaining([expect.stringMatching(/drops its oldest requests: .*LLM_OTEL_SPOOL_MAX_BYTES/)]),
    );
  });

  test('of age let old requests go', async () => {
    const { spool, clock, counts, world, files } = setUp({ maxAge: 1000 });
    world.maySend = false;
    spool.write(request(bodyOf(2)), 2, false);
    await clock.pass(1500);
    await replayed(spool);
    expect(files()).toEqual([]);
    expect(counts.dropped).toEqual({ spool_expired: 2 });
  });
});

describe('a disk that refuses', () => {
  test.skipIf(process.getuid?.() === 0)('is reported once with its code, and rests', () => {
    const { spool } = setUp();
    chmodSync(join(directory, 'otlp'), 0o500);
    expect(spool.write(request(bodyOf(1)), 1, false)).toBeUndefined();
    expect(spool.status().state).toBe('resting');
    expect(lines).toEqual([expect.stringMatching(/EACCES.*LLM_OTEL_SPOOL /)]);
  });

  test('that is gone is reported once, rests for a minute and is used again', async () => {
    const { spool, clock } = setUp();
    rmSync(join(directory, 'otlp'), { recursive: true });
    expect(spool.write(request(bodyOf(1)), 1, false)).toBeUndefined();
    expect(spool.status().state).toBe('resting');
    expect(lines).toEqual([expect.stringMatching(/cannot be used \(ENOENT\); items stay in memory/)]);
    expect(spool.write(request(bodyOf(1)), 1, false)).toBeUndefined();
    await clock.pass(60_000);
    expect(spool.write(request(bodyOf(1)), 1, false)).toBeDefined();
  });

  test('warns of a directory that other users can write to', () => {
    chmodSync(directory, 0o777);
    setUp();
    expect(lines).toEqual([expect.stringContaining('can be written by other users')]);
  });
});
