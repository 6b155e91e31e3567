import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { providers } from '../../src/providers/index.ts';

const DIST = join(import.meta.dirname, '../../dist');
const FOLDERS = join(import.meta.dirname, '../../src/providers');
const folders = readdirSync(FOLDERS).filter((name) => existsSync(join(FOLDERS, name, 'index.ts')));

// pipeline-tree and what the command line shares with it draw with box characters, and are loaded only where a tree is printed.
// One character above U+00FF, and V8 keeps the whole source in two bytes a character: twice the memory, for good.
test.each(
  readdirSync(DIST).filter(
    (name) => name.endsWith('.cjs') && !/^(?:pipeline-tree|trace-summary-[\w-]+)\.cjs$/.test(name),
  ),
)('%s takes one byte a character', (name) => {
  const wide = [...readFileSync(join(DIST, name), 'utf8')].filter(
    (character) => (character.codePointAt(0) ?? 0) > 0xff,
  );
  expect(wide).toEqual([]);
});

test('every provider is registered under the name of its folder', () => {
  expect(Object.values(providers).map(({ name }) => name)).toEqual(expect.arrayContaining(folders));
  for (const entry of Object.values(providers)) expect(entry.load().name).toBe(entry.name);
});

/** Files of providers that a process has loaded after `run`. */
function loadedBy(run: string): string[] {
  const script = `const llmOtel = require('./dist/index.cjs'); ${run};
    process.stdout.write(JSON.stringify(Object.keys(require.cache)));`;
  const output = execFileSync(process.execPath, ['--eval', script], { cwd: join(DIST, '..'), encoding: 'utf8' });
  return (JSON.parse(output) as string[]).flatMap((file) => /[\\/]dist[\\/](provider-.*)\.cjs$/.exec(file)?.[1] ?? []);
}

test.each([
  ['all instrumentations are made', 'llmOtel.getLlmInstrumentations()', []],
  ['one SDK is patched', `llmOtel.getLlmInstrumentations()[0].patch(require('openai'))`, ['provider-openai']],
  [
    'an SDK is loaded',
    `llmOtel.getLlmInstrumentations(); require('@anthropic-ai/sdk'); require('@google/genai')`,
    ['provider-anthropic', 'provider-google-genai'],
  ],
  [
    'a client is recorded',
    `llmOtel.instrument(new (require('openai').OpenAI)({ apiKey: 'none' }))`,
    ['provider-openai'],
  ],
])('when %s, providers are loaded by need', (_what, run, files) => {
  expect(loadedBy(run).sort()).toEqual(files);
});

test.each(readdirSync(DIST).filter((name) => /^(?:provider|recording|start)\b.*\.cjs$/.test(name)))(
  '%s takes what it needs of other files once',
  (name) => {
    const text = readFileSync(join(DIST, name), 'utf8');
    expect(text).not.toMatch(/^const require_\w+ = require\("\.|\bget: function/m);
  },
);

/** Files of the build that come with `file`, without parts that are loaded by need. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, other = ''] of readFileSync(join(DIST, file), 'utf8').matchAll(/require\("\.\/([^"]+\.cjs)"\)/g))
    loadedWith(other, seen);
  return seen;
}

test.each(['register-main', 'pipeline-sdk', 'pipeline-send', 'pipeline-otlp-proto'])(
  '%s comes without the recorder, which a process without an SDK of a model does not need',
  (part) => {
    const files = [...loadedWith(`${part}.cjs`)];
    expect(files.length).toBeGreaterThan(1);
    expect(files.filter((file) => file.startsWith('recording-'))).toEqual([]);
  },
);
