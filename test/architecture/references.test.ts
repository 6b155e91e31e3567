/** The repository explains the code by itself: no file may send a reader to a document outside of the repository. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './sources.ts';

/** Files with permission to look for the folder beside the checkout. Both do without the folder. */
const MAY_LOOK = new Set(['.ci/run', 'test/support/shared-folder.ts']);

/** The path of this file: the words have to be named here. */
const HERE = 'test/architecture/references.test.ts';

const OUTSIDE: Readonly<Record<string, RegExp>> = {
  'a document of that name': /\b(?:CONTRACT|ARCHITECTURE)(?:-\w+)?\.md\b|\bhouse\.md\b|\bhouse rules of\b/,
  'a section of a document': /\bCONTRACT section|\bsections? \d+ of (?:the )?(?:contract|house|architecture)\b/i,
  'a contract': /\bthe contract(?:'s| says)\b/i,
  'the folder beside the checkout': /(?:\.\.\/)+shared\b/,
  'a folder of one machine': /(?:^|[\s'"`(])\/(?:work|home|Users)\//m,
};

const TEXT = /\.(?:[cm]?[jt]sx?|md|ya?ml|json|txt)$|^\.ci\/|^\.github\/|^[^/.]+$/;

/** Files of the repository: tracked by git, or ready to be added. */
function repositoryFiles(): string[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return [...new Set(list.split('\n'))].filter((path) => TEXT.test(path) && path !== HERE);
}

const read = (path: string): string => {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return ''; // deleted, and git does not know yet
  }
};

test('no file refers to a document outside of the repository', () => {
  const found = repositoryFiles()
    .filter((path) => !MAY_LOOK.has(path))
    .flatMap((path) => {
      const text = read(path);
      return Object.entries(OUTSIDE)
        .filter(([, pattern]) => pattern.test(text))
        .map(([what]) => `${path}: ${what}`);
    });
  expect(found).toEqual([]);
});

test.each([
  ['metrics of CONTRACT section 6', 'a section of a document'],
  ["in the contract's vocabulary", 'a contract'],
  ['see ARCHITECTURE.md', 'a document of that name'],
  ["resolve(dirname, '../../../shared/semconv')", 'the folder beside the checkout'],
])('%s is found', (text, what) => {
  expect(OUTSIDE[what]?.test(text)).toBe(true);
});

test('mend the contract of a provider is no reference', () => {
  const text = 'the contract of a provider is wrong: mend the contract. ../config/shared-config.ts';
  expect(Object.values(OUTSIDE).some((pattern) => pattern.test(text))).toBe(false);
});
