// The last wall: the build, and the conformance table of one provider against it.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Builds `dist/` of `root` and keeps a copy of it, which tests of the build need between two mutants. */
export function build(root) {
  const { status, stdout, stderr } = call(root, ['run', 'build']);
  return { passed: status === 0, output: stdout + stderr };
}

/** Keeps the build of the unchanged sources. */
export function keepBuild(root) {
  rmSync(join(root, 'dist.kept'), { recursive: true, force: true });
  cpSync(join(root, 'dist'), join(root, 'dist.kept'), { recursive: true });
}

/** Does the table in `file` pass with the sources as they are now? */
export function passesTable(root, file) {
  try {
    if (!build(root).passed) return { passed: false, failure: 'the build fails' };
    const { status } = call(root, ['exec', '--', 'vitest', 'run', file, '--maxWorkers=1', '--bail=1', '--silent']);
    return { passed: status === 0, failure: file };
  } finally {
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    cpSync(join(root, 'dist.kept'), join(root, 'dist'), { recursive: true });
  }
}

function call(root, args) {
  return spawnSync('npm', args, { cwd: root, encoding: 'utf8', timeout: 600_000, maxBuffer: 1 << 26 });
}
