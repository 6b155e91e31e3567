/** What the doctor reads of a project. */
import { expect, test } from 'vitest';
import { nodeCommand } from '../../../src/cli/doctor/project/node-command.ts';
import { installedPackages } from '../../../src/cli/doctor/project/package-folders.ts';
import { ProjectFiles } from '../../../src/cli/doctor/project/project-files.ts';
import { compareVersions, isInRange } from '../../../src/cli/doctor/versions.ts';
import { installed, writeProject } from './sample-project.ts';

test('files of others and of tools are left out', () => {
  const dir = writeProject({
    'a.js': '',
    'src/b.ts': '',
    '.env': '',
    'node_modules/x/index.js': '',
    'dist/c.js': '',
    '.git/config': '',
    'src/large.js': ' '.repeat(1024 * 1024 + 1),
  });
  const files = new ProjectFiles(dir);
  expect([...files.paths].sort()).toEqual(['.env', 'a.js', 'src/b.ts', 'src/large.js']);
  expect(
    files
      .sources()
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['a.js', 'src/b.ts']);
});

test('no more files and packages are looked at than the bound says', () => {
  const dir = writeProject({
    'a.js': '',
    'b.js': '',
    'src/c.js': '',
    ...installed('one', '1.0.0'),
    ...installed('two', '1.0.0', 'one/node_modules/two'),
  });
  expect(new ProjectFiles(dir, 2).paths).toHaveLength(2);
  const names = (most?: number): string[] => installedPackages(dir, most).map(({ folder }) => folder);
  expect([names(), names(1)]).toEqual([['one', 'two'], ['one']]);
});

test('packages of the store of pnpm are found once', () => {
  const dir = writeProject({
    'node_modules/.pnpm/openai@7.0.0/node_modules/openai/package.json': { name: 'openai', version: '7.0.0' },
    'node_modules/openai': '-> node_modules/.pnpm/openai@7.0.0/node_modules/openai',
  });
  const places = installedPackages(dir).map(({ place }) => place);
  expect([places.length, new Set(places).size]).toEqual([2, 1]);
});

test.each([
  ['node app.js', [], [], 'app.js'],
  ['node --import @x/llm-otel/register app.js', ['--import @x/llm-otel/register'], [], 'app.js'],
  ['FOO=1 node --env-file .env -r a --import=b "app.js" -r c', ['-r a', '--import b'], ['-r c'], 'app.js'],
  ['ENV NODE_OPTIONS="--require a"', ['--require a'], [], undefined],
  ['NODE_OPTIONS=--import=a PORT=1 node -r b app.js', ['--import a', '-r b'], [], 'app.js'],
  ['NODE_OPTIONS="--import a" nest start', ['--import a'], [], undefined],
  ['/usr/bin/node --max-old-space-size=100 app.js', [], [], 'app.js'],
])('%s is read', (text, preloads, late, script) => {
  const command = nodeCommand(text);
  const shown = (list: readonly { flag: string; module: string }[]): string[] =>
    list.map(({ flag, module }) => `${flag} ${module}`);
  expect([shown(command.preloads), shown(command.late), command.script]).toEqual([preloads, late, script]);
});

test.each([
  ['1.9.0', '1.10.0', -1],
  ['2.0.0', '1.99.99', 1],
  ['1.2.3-beta.1', '1.2.3', 0],
])('%s against %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

test.each([
  ['4.0.0', '>=4.0.0', true],
  ['3.9.9', '>=4.0.0', false],
  ['1.10.0', '^1.9.0', true],
  ['2.0.0', '^1.9.0', false],
  ['0.1.0', 'workspace:*', true],
])('%s in %s: %s', (version, range, isIn) => {
  expect(isInRange(version, range)).toBe(isIn);
});
