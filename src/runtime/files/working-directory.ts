import { builtin } from '../platform.ts';

const runtime = (globalThis as { process?: Partial<NodeJS.Process> }).process;

/**
 * Stands for a working directory that was removed: an absolute path below which no file can be made. Linux has the path for such a
 * directory; other systems have no such path.
 */
const REMOVED = '/proc/self/cwd';

/**
 * The working directory, an absolute path. Never throws: `process.cwd()` throws where the directory was removed, and
 * `path.resolve()` of a relative path throws with `process.cwd()`.
 */
export function workingDirectory(): string {
  try {
    return runtime?.cwd?.() ?? REMOVED;
  } catch {
    return REMOVED;
  }
}

/**
 * Calls `run` with a working directory that exists: Node starts no thread in a removed directory. Afterwards the removed
 * directory is the working directory again, where the system has a path for a removed directory.
 */
export function runInExistingDirectory(run: () => void): void {
  const comeBack = builtin('node:worker_threads')?.isMainThread === true ? leaveRemovedDirectory() : undefined;
  try {
    run();
  } finally {
    comeBack?.();
  }
}

function leaveRemovedDirectory(): (() => void) | undefined {
  const fs = builtin('node:fs');
  if (fs === undefined) return undefined;
  try {
    if (fs.existsSync(process.cwd())) return undefined;
  } catch {
    // process.cwd() throws in a removed directory
  }
  let removed: number | undefined;
  try {
    removed = fs.openSync('.', 'r');
    process.chdir('/');
  } catch {
    // a system that does not open a removed directory, or a process that may not leave
  }
  return () => {
    if (removed === undefined) return;
    try {
      process.chdir(`/proc/self/fd/${removed}`);
    } catch {
      // a system without /proc
    }
    fs.closeSync(removed);
  };
}
