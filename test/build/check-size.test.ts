import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, runNode } from '../support/spawn.ts';

interface Table {
  limits: Record<string, Record<string, number>>;
  files: Record<string, number>;
}

const OFF = 'register, LLM_OTEL_SDK=off';
let folder: string;
let table: Table;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llm-otel-size-'));
  const { code } = await check('--update');
  expect(code).toBe(0);
  table = JSON.parse(readFileSync(join(folder, 'limits.json'), 'utf8')) as Table;
});

afterAll(() => rmSync(folder, { recursive: true }));

const check = (...args: string[]) =>
  runNode({ file: join(ROOT, 'scripts/check-size.mjs'), args: ['--limits', join(folder, 'limits.json'), ...args] });

test('a table that has just been written allows what there is', () => {
  const { limits, files } = table;
  expect(Object.keys(limits)).toEqual(
    Object.keys((JSON.parse(readFileSync(join(ROOT, 'scripts/size-limits.json'), 'utf8')) as Table).limits),
  );
  expect(files['start.cjs']).toBeGreaterThan(10_000);
  expect(limits[OFF]?.bytes).toBeGreaterThan((files['start.cjs'] ?? 0) + (files['register-main.cjs'] ?? 0));
});

test('what is too large is named, and what grew', async () => {
  const { bytes = 0, files: count = 0 } = table.limits[OFF] ?? {};
  const { 'recording.cjs': _new, ...files } = table.files;
  const smaller = {
    limits: { ...table.limits, [OFF]: { bytes: Math.floor(bytes / 2), files: count }, tarball: { packed: 1 } },
    files: { ...files, 'start.cjs': (files['start.cjs'] ?? 0) - 1234 },
  };
  writeFileSync(join(folder, 'limits.json'), JSON.stringify(smaller));
  const { code, stderr } = await check();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^ {2}register, LLM_OTEL_SDK=off: [\d,]+ bytes, [\d.]+ % above [\d,]+$/m);
  expect(stderr).toMatch(/^ {2}tarball: no limit of unpacked in the table$/m);
  expect(stderr).not.toMatch(/^ {2}register, SDK on:/m);
  expect(stderr).toMatch(/^ {4}recording\.cjs: new, [\d,]+ bytes\n {4}start\.cjs: \+1,234 bytes$/m);
  expect(stderr).toContain('npm run check:size -- --update');
});
