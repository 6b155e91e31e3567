import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SPOOL_DEFAULTS } from '../../../src/config/sdk/pipeline-settings.ts';
import { DiskSpool } from '../../../src/pipeline/spool/disk-spool.ts';
import { checksum, parseFileName } from '../../../src/pipeline/spool/file-name.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';

const lines: string[] = [];
vi.mock(import('../../../src/runtime/log.ts'), async (original) => ({
  ...(await original()),
  warnOnce: (message: string) => void (lines.includes(message) || lines.push(message)),
}));

let folder: string;
let directory: string;
beforeEach(() => {
  lines.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'encryption-'));
  directory = join(folder, 'spool');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FLIP = 'const flip = (bytes) => Buffer.from(bytes.map((byte) => byte ^ 0xff));';
/** A request in JSON with one span. */
const BODY = Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"secret"}]}]}]}');

const TARGET = {
  signal: 'traces',
  transport: 'http',
  url: 'http://127.0.0.1/v1/traces',
  headers: { 'content-type': 'application/json' },
  compression: 'none',
  timeoutMs: 1000,
  tls: {},
} as const;

function setUp(module: string | null) {
  const clock = new FakeClock();
  const seen: Buffer[] = [];
  const spool = new DiskSpool(
    { ...SPOOL_DEFAULTS, directory, encryption: module === null ? null : { module, from: folder } },
    {
      clock,
      host: {
        pipeline: 'otlp',
        signal: 'traces',
        takes: () => true,
        maySend: () => true,
        send: async (body) => {
          seen.push(Buffer.from(body));
          return 'sent';
        },
        dropped: () => {},
      },
    },
  );
  return { spool, clock, seen, write: () => spool.write({ target: TARGET, body: BODY }, 1, false) };
}

function moduleOf(text: string, name = 'crypt.cjs'): string {
  writeFileSync(join(folder, name), text);
  return `./${name}`;
}

const files = (): string[] => readdirSync(join(directory, 'otlp'));

async function replayed(spool: DiskSpool): Promise<void> {
  spool.replay();
  for (let i = 0; i < 20; i++) await settled();
}

test.each([
  ['CommonJS', 'crypt.cjs', `${FLIP} module.exports = { encode: flip, decode: flip };`],
  ['CommonJS, default', 'crypt.cjs', `${FLIP} exports.default = { encode: flip, decode: flip };`],
  ['ESM, by name', 'crypt.mjs', `${FLIP} export { flip as encode, flip as decode };`],
  ['ESM, default', 'crypt.mjs', `${FLIP} export default { encode: flip, decode: flip };`],
])('a request is encrypted on disk and plain on its way: %s', async (_kind, name, text) => {
  const { spool, seen, write, clock } = setUp(moduleOf(text, name));
  await clock.pass(1);
  expect(write()).toBeDefined();
  const [file = ''] = files();
  expect(file).toMatch(/\.traces\.json\.enc$/);
  expect(parseFileName(file)).toMatchObject({ isEncrypted: true, length: BODY.length, crc: checksum(BODY) });
  expect(readFileSync(join(directory, 'otlp', file)).includes('secret')).toBe(false);
  await replayed(spool);
  expect(seen).toEqual([BODY]);
  expect(lines).toEqual([]);
});

test('a process that ends in its first turn writes encrypted requests too', () => {
  const { write } = setUp(moduleOf(`${FLIP} module.exports = { encode: flip, decode: flip };`));
  expect(write()).toBeDefined();
  expect(readFileSync(join(directory, 'otlp', files()[0] ?? '')).includes('secret')).toBe(false);
});

test('while a module with top-level await is loading nothing is written; then encrypted requests are sent', async () => {
  const before = setUp(moduleOf(`${FLIP} module.exports = { encode: flip, decode: flip };`));
  before.write();
  const text = `${FLIP} await new Promise((resolve) => setTimeout(resolve, 30)); export { flip as encode, flip as decode };`;
  const { spool, seen, write, clock } = setUp(moduleOf(text, 'slow.mjs'));
  await clock.pass(1);
  expect(write()).toBeUndefined();
  await replayed(spool);
  expect([seen, files().length]).toEqual([[], 1]);
  await vi.waitFor(() => expect(seen).toEqual([BODY]));
  expect(write()).toBeDefined();
  expect(lines).toEqual([]);
});

test.each([
  ['that is missing', './missing.cjs', '', /crypt|missing/],
  ['that throws', './crypt.cjs', 'throw new Error("no key")', /cannot be used: Error: no key/],
  ['without functions', './crypt.cjs', 'exports.encode = 1', /no functions encode and decode/],
])('a module %s: one message, the spool rests, and nothing is written', async (_kind, module, text, message) => {
  if (text !== '') moduleOf(text);
  const { spool, write, clock } = setUp(module);
  await clock.pass(1);
  expect(spool.status().state).toBe('resting');
  expect(write()).toBeUndefined();
  await clock.pass(120_000);
  expect(write()).toBeUndefined();
  expect(files()).toEqual([]);
  expect(lines).toEqual([expect.stringMatching(message)]);
  expect(lines[0]).toMatch(/Nothing is written in plain text.*spool\.encryption\.module/);
});

test.each([
  ['throws', '() => { throw new Error("no key") }', /encode\(\) threw Error: no key/],
  ['is async', 'async () => { throw new Error("never seen") }', /encode\(\) returned a promise/],
  ['returns a text', '() => "x"', /encode\(\) returned string/],
])('encode that %s: the spool rests for a minute, and nothing is written', async (_kind, encode, message) => {
  const { spool, write, clock } = setUp(moduleOf(`module.exports = { encode: ${encode}, decode: (bytes) => bytes };`));
  expect(write()).toBeUndefined();
  expect([files(), spool.status().state]).toEqual([[], 'resting']);
  expect(lines).toEqual([expect.stringMatching(message)]);
  await clock.pass(60_000);
  expect(spool.status().state).toBe('ok');
});

test('what cannot be decrypted stays for a process that can, and stops nothing', async () => {
  setUp(moduleOf(`${FLIP} module.exports = { encode: flip, decode: flip };`)).write();
  const without = setUp(null);
  without.write();
  await replayed(without.spool);
  expect(without.seen).toEqual([BODY]);
  expect(lines).toEqual([
    expect.stringMatching(/encrypted requests, and no module decrypts.*spool\.encryption\.module/),
  ]);
  const decode = '() => { throw new Error("wrong key") }';
  const wrong = setUp(moduleOf(`module.exports = { encode: (bytes) => bytes, decode: ${decode} };`, 'wrong.cjs'));
  await replayed(wrong.spool);
  await replayed(wrong.spool);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/stay there: .*decode\(\) threw Error: wrong key/);
  expect(files()).toEqual([expect.stringMatching(/\.enc$/)]);
  expect(wrong.spool.status()).toMatchObject({ state: 'ok', bad: 0 });
});
