/** Tests that run `dist/` must not run the last build: is it older than what it is made of, and which tests does it matter to? */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What the build is made of, from the package's root. */
const MADE_OF = ['src', 'register', 'scripts/build', 'tsdown.config.ts', 'package.json'];

interface Aged {
  readonly path: string;
  readonly time: number;
}

/** Every file of `paths` in `root`, folders with all that is in them. */
function filesOf(root: string, paths: readonly string[]): Aged[] {
  return paths.flatMap((path): Aged[] => {
    const full = join(root, path);
    const stats = statSync(full, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    if (!stats.isDirectory()) return [{ path: relative(root, full).replaceAll('\\', '/'), time: stats.mtimeMs }];
    return filesOf(
      root,
      readdirSync(full).map((name) => join(path, name)),
    );
  });
}

/** What is wrong with the build in `root`, in one line; empty if it is up to date. */
export function faultOfBuild(root: string): string {
  const outputs = filesOf(root, ['dist']);
  if (outputs.length === 0) return 'dist is missing: run npm run build';
  const oldest = Math.min(...outputs.map(({ time }) => time));
  const newest = filesOf(root, MADE_OF).reduce((a, b) => (b.time > a.time ? b : a));
  return newest.time > oldest ? `dist is older than ${newest.path}: run npm run build` : '';
}

const IMPORT = /(?:from|import) '(\.[^']+)'/g;
/** What starts processes with the build, and paths of files of the build. Git runs no build. */
const RUNS_BUILD = /\bspawn\(|\bexecFileSync\((?!'git')|(?<!\.)\bdist\/|'dist'/;

/** Does the test `file` run the build, itself or by what it imports from `tests`? */
export function usesBuild(file: string, tests: string, seen: Set<string> = new Set()): boolean {
  if (seen.has(file) || !existsSync(file)) return false;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  if (RUNS_BUILD.test(text)) return true;
  const imports = [...text.matchAll(IMPORT)].map(([, path = '']) => join(dirname(file), path));
  return imports.some((path) => !relative(tests, path).startsWith('..') && usesBuild(path, tests, seen));
}
