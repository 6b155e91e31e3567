import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { preloadForm, preloadOption } from '../../../src/cli/launch/preload-flag.ts';
import { commandProgram } from '../../../src/cli/launch/program.ts';
import { needsRelay, readPlace } from '../../../src/cli/launch/relay-signals.ts';

const folder = mkdtempSync(join(tmpdir(), 'llm-otel-scripts-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(
  join(folder, 'package.json'),
  JSON.stringify({
    scripts: {
      start: 'node app.js',
      dev: 'NODE_ENV=development node -r ts-node/register app.ts',
      serve: 'npm run dev -- --port 1',
      all: 'run-p serve || yarn serve',
      prebuild: 'node --require=./env.js gen.js',
      build: 'tsc',
      loop: 'npm run loop',
      odd: 7,
    },
  }),
);

test.each([
  ['node app.js', '', 'import'],
  ['node -r ts-node/register app.ts', '', 'require'],
  ['node --require @swc-node/register app.ts', '', 'require'],
  ['node --require=@babel/register app.js', '', 'require'],
  ['node app.js', '--max-old-space-size=4096 -r dotenv/config', 'require'],
  ['node app.js', '--require="/a b/c.js"', 'require'],
  ['node app.js', '--import ./x.mjs', 'import'],
  ['npm start', '', 'import'],
  ['npm run dev', '', 'require'],
  ['/usr/bin/pnpm run --silent serve', '', 'require'],
  ['yarn all', '', 'require'],
  ['npm run build', '', 'require'],
  ['npm run loop', '', 'import'],
  ['npm run odd', '', 'import'],
  ['nodemon dev', '', 'import'],
])('%s with NODE_OPTIONS %j takes --%s', (line, nodeOptions, form) => {
  expect(preloadForm(line.split(' '), nodeOptions, folder)).toBe(form);
});

test('a folder without package.json has no scripts', () => {
  expect(preloadForm(['npm', 'run', 'dev'], '', join(folder, 'none'))).toBe('import');
});

test.each([
  ['/app', 'import', '--import=file:///app/dist/register.mjs'],
  ['/my app', 'import', '--import=file:///my%20app/dist/register.mjs'],
  ['/a"b\\c', 'import', '--import=file:///a%22b%5Cc/dist/register.mjs'],
  ['/app', 'require', '--require=/app/dist/register.cjs'],
  ['/my app', 'require', '--require="/my app/dist/register.cjs"'],
  ['/a"b\\c', 'require', '--require="/a\\"b\\\\c/dist/register.cjs"'],
] as const)('%s as --%s', (path, form, option) => {
  expect(preloadOption(path, form)).toBe(option);
});

// pid (name) state parent group session terminal foreground
test.each([
  ['7 (node) S 1 7 5 34816 7 0', { isForeground: true, isLeader: false }],
  ['7 (node) S 1 7 7 34816 7 0', { isForeground: true, isLeader: true }],
  ['7 (node) S 1 7 5 34816 9 0', { isForeground: false, isLeader: false }],
  ['7 (node) S 1 7 5 0 -1 0', { isForeground: false, isLeader: false }],
  ['7 (a) b) S 1 7 5 34816 7 0', { isForeground: true, isLeader: false }],
])('%s stands at %j', (stat, place) => {
  expect(readPlace(stat)).toEqual(place);
});

const FRONT = { isForeground: true, isLeader: false };
const BACK = { isForeground: false, isLeader: false };
test.each([
  ['SIGINT', FRONT, FRONT, false],
  ['SIGQUIT', FRONT, FRONT, false],
  ['SIGINT', BACK, BACK, true],
  ['SIGINT', FRONT, BACK, true],
  ['SIGTERM', FRONT, FRONT, true],
  ['SIGUSR1', FRONT, FRONT, true],
  ['SIGHUP', FRONT, FRONT, true],
  ['SIGHUP', BACK, BACK, true],
  ['SIGHUP', FRONT, BACK, false],
  ['SIGHUP', { isForeground: true, isLeader: true }, BACK, true],
] as const)('%s, at first %j, now %j: relayed %s', (signal, atStart, now, relayed) => {
  expect(needsRelay(signal, atStart, now)).toBe(relayed);
});

test.each([
  ['', /^--import=\S+register\.mjs$/],
  ['--no-deprecation', /^--import=\S+ --no-deprecation$/],
  ['--require /app/.pnp.cjs', /^--require \/app\/\.pnp\.cjs --require=\S+register\.cjs$/],
])('the flag beside NODE_OPTIONS %j', (options, expected) => {
  const { env } = commandProgram(['node', 'app.js'], { NODE_OPTIONS: options }, { folder });
  expect(env.NODE_OPTIONS?.replaceAll('"', '')).toMatch(expected);
});
