// The package as users get it: packs it, then lets publint and are-the-types-wrong look at the tarball.
//   npm run check:package [-- --tarball FILE]   FILE: where the tarball is to stay
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { tarball: keptAs } = parseArgs({ options: { tarball: { type: 'string' } } }).values;
const folder = mkdtempSync(join(tmpdir(), 'llm-otel-pack-'));
let failed = false;

function run(command, ...args) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) failed = true;
}

try {
  run('npm', 'pack', '--pack-destination', folder, '--loglevel=error');
  const [name] = readdirSync(folder);
  if (name === undefined) throw new Error('npm pack made no tarball');
  const tarball = join(folder, name);
  run('npx', '--no', 'publint', 'run', tarball, '--strict');
  // The profile "strict" has node10 too, which reads "typesVersions" instead of "exports".
  run('npx', '--no', 'attw', tarball, '--profile', 'strict');
  if (keptAs !== undefined) copyFileSync(tarball, keptAs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
