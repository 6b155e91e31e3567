import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/spawn.ts';

test('etc/api is what the build declares', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/api.mjs'), '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
}, 120_000);
