import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ROOT } from '../architecture/sources.ts';

test('the recipe for a provider works: one row, one build, one recorded call', { timeout: 240_000 }, () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/new-provider/prove.mjs', '--short'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout).toContain('edited: src/providers/sdks.ts (one row)');
});
