import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Folder, nodeBinary, packProject, prepareApplication } from '../support/folders.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { ROOT, runNode } from '../support/spawn.ts';

/** The examples of docs/testing.md, run by the runners they are for, with the package as it is installed. */
const DOC = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');

/** The example under a heading; the first one belongs to no runner. */
function example(heading: string): string {
  const section = heading === '' ? DOC : DOC.slice(DOC.indexOf(`\n## ${heading}\n`));
  const code = /```js\n(.*?)```/s.exec(section)?.[1];
  if (code === undefined) throw new Error(`docs/testing.md has no example under ${heading}`);
  return code;
}

const ANSWER = example('');
const ANSWER_CJS = ANSWER.replace("import { OpenAI } from 'openai'", "const { OpenAI } = require('openai')")
  .replace('export async function', 'async function')
  .concat('module.exports = { answer };\n');

interface Runner {
  readonly name: string;
  readonly test: string;
  readonly args: readonly string[];
  /** What a run of which all tests pass says, and how many these are. */
  readonly passed: RegExp;
}

const RUNNERS: readonly Runner[] = [
  {
    name: 'vitest',
    test: 'answer.test.mjs',
    args: ['../node_modules/vitest/vitest.mjs', 'run', '--root', '.'],
    passed: /Tests +2 passed/,
  },
  {
    name: 'jest',
    test: 'answer.test.js',
    args: ['../node_modules/jest/bin/jest.js', '--rootDir', '.', '--ci'],
    passed: /Tests: +1 passed/,
  },
  { name: 'node:test', test: 'answer.test.mjs', args: ['--test', 'answer.test.mjs'], passed: /pass 3/ },
];

const DEPENDENCIES = { '@opentelemetry/api': '1.9.1', jest: '30.5.2', openai: '6.49.0', vitest: '4.1.12' };

let folder: Folder;
let server: ProviderServer;

beforeAll(async () => {
  folder = await prepareApplication('testing', DEPENDENCIES, await packProject());
  server = await startProviderServer();
  for (const { name, test } of RUNNERS) {
    const path = folderOf(name);
    mkdirSync(path, { recursive: true });
    // A root of its own for the runner.
    writeFileSync(join(path, 'package.json'), '{ "private": true }');
    writeFileSync(join(path, 'answer.mjs'), ANSWER);
    writeFileSync(join(path, 'answer.cjs'), ANSWER_CJS);
    writeFileSync(join(path, test), example(name));
  }
});
afterAll(() => server.close());

const folderOf = (runner: string): string => join(folder.path, runner.replace(':', '-'));

test.each(RUNNERS.flatMap((runner) => ['20', '24'].map((version) => [runner.name, version, runner] as const)))(
  '%s on Node %s',
  async (_, version, { name, args, passed }) => {
    server.reset();
    const { code, stdout, stderr } = await runNode({
      node: await nodeBinary(version),
      args,
      cwd: folderOf(name),
      env: { OPENAI_API_KEY: 'test', OPENAI_BASE_URL: `${server.url}/v1`, NO_COLOR: '1' },
    });
    expect(`${stdout}${stderr}`).toMatch(passed);
    expect(code).toBe(0);
    expect(server.requests.length).toBeGreaterThan(0);
  },
);
