import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runCli } from './run-cli.ts';

const span = (name: string) => ({
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  name,
  kind: 1,
  startTimeUnixNano: '1',
  endTimeUnixNano: '2',
});

/** A spool with one pipeline and `names.length` requests, a span each. */
function newSpool(names: readonly string[]): { directory: string; folder: string } {
  const directory = mkdtempSync(join(tmpdir(), 'llm-otel-spool-'));
  const folder = join(directory, 'main');
  mkdirSync(folder);
  for (const [at, name] of names.entries()) {
    const body = Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span(name)] }] }] }));
    const crc = crc32(body).toString(16).padStart(8, '0');
    const sequence = String(at).padStart(6, '0');
    writeFileSync(join(folder, `1700000000000-${sequence}-0123abcd-${body.length}-${crc}.traces.json`), body);
  }
  return { directory, folder };
}

test('ls prints a line a pipeline', async () => {
  const { directory } = newSpool(['a', 'b']);
  const { code, stdout } = await runCli(['spool', 'ls', directory]);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^main: 2 files, \d+ bytes, 2 items, oldest 2023-11-14T22:13:20\.000Z\n$/),
  ]);
  const json = await runCli(['spool', 'ls', '--json', directory]);
  expect(JSON.parse(json.stdout)).toMatchObject([{ pipeline: 'main', files: 2, oldest: '2023-11-14T22:13:20.000Z' }]);
});

test('send sends every file and removes what was sent; a broken file stays', async () => {
  const { directory, folder } = newSpool(['a', 'b']);
  writeFileSync(join(folder, '1700000000000-000009-0123abcd-5-00000000.traces.json'), 'wrong');
  const receiver = await startOtlpReceiver();
  const { code, stdout, stderr } = await runCli(['spool', 'send', directory], {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
  });
  await receiver.close();
  expect(receiver.spans().map(({ name }) => name)).toEqual(['a', 'b']);
  expect([code, stdout]).toEqual([1, 'main: 2 files sent, 2 items\n']);
  expect(stderr).toContain('is broken');
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.bad$/)]);
});

test('send keeps the files that nobody takes', async () => {
  const { directory, folder } = newSpool(['a', 'b']);
  const { code, stdout, stderr } = await runCli(['spool', 'send', directory], {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
  });
  expect([code, stdout]).toEqual([1, 'main: 0 files sent, 0 items\n']);
  expect(stderr).toMatch(/^llm-otel: main: http:\/\/127\.0\.0\.1:1\/v1\/traces: .+; the file stays\n$/);
  expect(readdirSync(folder)).toHaveLength(2);
});

test('rm removes what no living process holds', async () => {
  const { directory, folder } = newSpool(['a']);
  const [name = ''] = readdirSync(folder);
  writeFileSync(join(folder, `${name.replace('000000', '000001')}.claim-${process.pid}`), '');
  const { code, stdout } = await runCli(['spool', 'rm', directory]);
  expect([code, stdout]).toEqual([0, 'main: 1 file removed\n']);
  expect(readdirSync(folder)).toEqual([expect.stringContaining('.claim-')]);
});

test('an encrypted file is listed, and sent with the module that decrypts', async () => {
  const { directory, folder } = newSpool(['a']);
  const [name = ''] = readdirSync(folder);
  const body = readFileSync(join(folder, name));
  writeFileSync(join(folder, `${name}.enc`), Buffer.from(body.map((byte) => byte ^ 0xff)));
  rmSync(join(folder, name));
  const module = join(directory, 'crypt.mjs');
  writeFileSync(
    module,
    'const flip = (b) => Buffer.from(b.map((x) => x ^ 0xff)); export { flip as encode, flip as decode };',
  );
  const receiver = await startOtlpReceiver();
  const run = (...args: string[]) => runCli(['spool', ...args], { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
  expect((await run('ls', directory)).stdout).toMatch(/^main: 1 file, \d+ bytes, 0 items/);
  const without = await run('send', directory);
  expect([without.code, without.stderr]).toEqual([
    1,
    `llm-otel: main: ${name}.enc is encrypted; name the module that decrypts the file: --encryption MODULE\n`,
  ]);
  const wrong = await run('send', directory, '--encryption', join(directory, 'none.mjs'));
  expect(wrong.stderr).toMatch(
    /is encrypted, and the encryption module .*none\.mjs cannot be used: .*; the file stays/,
  );
  const sent = await run('send', directory, '--encryption', module);
  await receiver.close();
  expect([sent.code, sent.stdout, readdirSync(folder)]).toEqual([0, 'main: 1 file sent, 1 item\n', []]);
  expect(receiver.spans().map(({ name: span }) => span)).toEqual(['a']);
});
