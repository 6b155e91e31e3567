import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ROOT } from '../architecture/sources.ts';

test('everything that follows from the registry of SDKs is up to date', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/generate/index.mjs', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 });
});
