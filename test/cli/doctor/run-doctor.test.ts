/** `llm-otel doctor`, run from the build, with and without a command. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { findingLines } from '../../../src/cli/doctor/print-findings.ts';
import { type ProviderServer, startProviderServer } from '../../support/provider-server.ts';
import { cleanEnv, ROOT } from '../../support/spawn.ts';
import { CLI, runCli } from '../run-cli.ts';
import { HEALTHY, writeProject } from './sample-project.ts';

let provider: ProviderServer;
let folder = '';
beforeAll(async () => {
  provider = await startProviderServer();
  folder = mkdtempSync(join(ROOT, '.run-doctor-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await provider.close();
});

const NO_NETWORK = ['doctor', '--no-network'];

describe.concurrent('doctor', () => {
  test('prints a line a finding and the numbers', async () => {
    const { stdout, stderr, code } = await runCli(NO_NETWORK, { cwd: writeProject(HEALTHY) });
    expect([stderr, code]).toEqual(['', 0]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^✓ node-version +Node \d/);
    expect(lines.at(-1)).toBe('8 ok, 0 warnings, 0 failures');
  });

  test('exits with 1 for failures, and for warnings with --strict', async () => {
    const warned = writeProject({ ...HEALTHY, '.env': 'OTEL_SERVICE_NAME=a' });
    expect(await runCli(NO_NETWORK, { cwd: warned })).toMatchObject({ code: 0 });
    expect(await runCli([...NO_NETWORK, '--strict'], { cwd: warned })).toMatchObject({ code: 1 });
    const failed = await runCli(NO_NETWORK, { cwd: writeProject({ 'package.json': {} }) });
    expect([failed.code, failed.stdout]).toEqual([
      1,
      expect.stringMatching(/✗ package .+\n {2}fix: npm install @x\/llm-otel\n/),
    ]);
  });

  test('prints JSON', async () => {
    const dir = writeProject({ ...HEALTHY, '.env': 'OTEL_SERVICE_NAME=a' });
    const { stdout, code } = await runCli([...NO_NETWORK, '--json', '--dir', dir]);
    const answer = JSON.parse(stdout);
    expect([code, Object.keys(answer)]).toEqual([
      0,
      ['schema', 'version', 'node', 'platform', 'dir', 'status', 'findings'],
    ]);
    expect(answer).toMatchObject({ schema: 1, node: process.versions.node, dir, status: 'warn' });
    for (const { id, status, message, fix } of answer.findings) {
      expect([typeof id, typeof message]).toEqual(['string', 'string']);
      expect(['ok', 'warn', 'fail', 'skip']).toContain(status);
      if (status === 'warn' || status === 'fail') expect(fix).toMatch(/./);
    }
  });

  test('writes nothing', async () => {
    const dir = writeProject(HEALTHY);
    const before = snapshot(dir);
    await runCli(NO_NETWORK, { cwd: dir });
    expect(snapshot(dir)).toEqual(before);
  });

  test('runs no code of the project', async () => {
    const evil = "require('node:fs').writeFileSync('ran', '');";
    const dir = writeProject({
      ...HEALTHY,
      'next.config.js': evil,
      '.pnp.cjs': evil,
      'ecosystem.config.cjs': evil,
      'app.js': evil,
    });
    await runCli(NO_NETWORK, { cwd: dir });
    expect(readdirSync(dir)).not.toContain('ran');
  });

  test.each([
    [['doctor', '--dir', '/nowhere'], 1, /^llm-otel: doctor: no readable package\.json in \/nowhere\n$/],
    [['doctor', 'dir'], 2, /did you mean --dir\?\n$/],
    [['doctor', '--timeout', 'x'], 2, /^llm-otel: --timeout: expected 1 to 600000, got "x"\n$/],
    [['doctor', '--jsn'], 2, /did you mean "--json"\?\n$/],
  ])('%j cannot be done', async (args, code, stderr) => {
    expect(await runCli(args)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(stderr) });
  });
});

const snapshot = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((path) => `${path} ${statSync(join(dir, path)).mtimeMs}`);

const APP = `
import OpenAI from 'openai';
const client = new OpenAI({ apiKey: 'k', baseURL: process.env.PROVIDER_URL + '/v1', maxRetries: 0 });
await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });
console.log('done');
`;

/** A program that a signal ends writes nothing at the end: the program waits until the report on disk has the call. */
const KILLED_WHEN_REPORTED = `
import { readFileSync } from 'node:fs';
const isReported = () => readFileSync(process.env.LLM_OTEL_REPORT_FOLDER + '/' + process.pid + '.json', 'utf8').includes('"calls":1,');
setInterval(() => isReported() && process.kill(process.pid, 'SIGKILL'), 20);
`;

const STREAM = APP.replace('messages:', 'stream: true, messages:')
  .replace('await client', 'for await (const chunk of await client')
  .replace(/\}\);\nconsole/, '})) void chunk;\nconsole');

/** Source of the program, variables, statuses by id, and the command of the answer. */
const COMMANDS: readonly (readonly [
  name: string,
  source: string,
  env: Record<string, string>,
  ids: Record<string, string>,
  command: object,
])[] = [
  [
    'a call',
    APP,
    {},
    { command: 'ok', 'command-exit': 'ok' },
    { exitCode: 0, signal: null, calls: 1, errors: 0, spans: 1, exported: 1, dropped: 0 },
  ],
  [
    'an end with an error',
    `${APP} process.exit(3);`,
    {},
    { command: 'ok', 'command-exit': 'ok' },
    { exitCode: 3, calls: 1 },
  ],
  [
    'an end by a signal',
    `${APP} ${KILLED_WHEN_REPORTED}`,
    {},
    { command: 'ok' },
    { exitCode: null, signal: 'SIGKILL', calls: 1 },
  ],
  ['no SDK', "console.log('done');", {}, { command: 'fail' }, { calls: 0, patched: [] }],
  ['no call', "import 'openai';", {}, { command: 'warn' }, { calls: 0, spans: 0 }],
  [
    'a call that nothing records',
    `const headers = { 'user-agent': 'OpenAI/JS 4.1.0', 'content-type': 'application/json' };
     await fetch(process.env.PROVIDER_URL + '/v1/chat/completions', { method: 'POST', headers, body: '{}' });`,
    {},
    { command: 'fail', 'command-late': 'fail' },
    { calls: 0 },
  ],
  [
    'spans that are lost',
    APP,
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', LLM_OTEL_EXIT_TIMEOUT: '200' },
    { command: 'ok', 'command-lost': 'fail' },
    { calls: 1, spans: 1, exported: 0 },
  ],
  ['a stream without counts', STREAM, {}, { command: 'ok', 'stream-usage': 'warn' }, { calls: 1, errors: 0 }],
];

test.each(COMMANDS)('a command with %s', async (name, source, env, ids, command) => {
  const file = join(folder, `${name.replaceAll(' ', '-')}.mjs`);
  writeFileSync(file, source);
  const dir = writeProject(HEALTHY);
  const args = [...NO_NETWORK, '--json', '--dir', dir, '--', process.execPath, file];
  const { stdout, stderr } = await runCli(args, { env: { ...env, PROVIDER_URL: provider.url } });
  const answer = JSON.parse(stdout);
  const found = Object.fromEntries(
    answer.findings.map(({ id, status }: { id: string; status: string }) => [id, status]),
  );
  expect(found).toMatchObject(ids);
  expect(answer.command).toMatchObject({ argv: [process.execPath, file], ...command });
  if (source.includes('done')) expect(stderr).toContain('done');
  if (name === 'a call') {
    expect(answer.command.patched).toEqual([
      {
        package: 'openai',
        version: expect.stringMatching(/^7/),
        format: 'esm',
        methods: expect.arrayContaining(['Completions.create']),
      },
    ]);
    expect(Object.keys(found)).not.toContain('command-late');
    expect(stderr).toContain('● chat gpt-4o-mini');
  }
});

test.each([
  [{ OTEL_LOG_LEVEL: 'none' }, '127.0.0.1'],
  [{ LLM_OTEL_STREAM_USAGE: 'other.example' }, 'other.example,127.0.0.1'],
])('streams have counts with the fix, with %j', async (env, value) => {
  const file = join(folder, `stream-${value}.mjs`);
  writeFileSync(file, STREAM);
  const dir = writeProject(HEALTHY);
  const streamFindings = async (more: Record<string, string>): Promise<readonly Finding[]> => {
    const args = [...NO_NETWORK, '--json', '--dir', dir, '--', process.execPath, file];
    const { stdout } = await runCli(args, { env: { ...env, PROVIDER_URL: provider.url, ...more } });
    return JSON.parse(stdout).findings.filter(({ id }: Finding) => id === 'stream-usage');
  };
  expect(await streamFindings({})).toEqual([
    {
      id: 'stream-usage',
      status: 'warn',
      subject: 'command',
      message: 'streams of 127.0.0.1 ended without token counts',
      fix: `export LLM_OTEL_STREAM_USAGE=${value}, or add stream_options: { include_usage: true } to the requests`,
    },
  ]);
  expect(await streamFindings({ LLM_OTEL_STREAM_USAGE: value })).toEqual([]);
});

test('findings are coloured, in ASCII for a dumb terminal, and without control characters', () => {
  const finding = { id: 'start', status: 'fail', message: 'a\u001b[2J\u202eb', fix: 'c\nd' } as const;
  const look = { width: 80, colors: true, ascii: false };
  expect(findingLines([finding], look)).toEqual([
    `\u001b[31m✗\u001b[0m \u001b[2m${'start'.padEnd(21)}\u001b[0m a\\x1b[2J\\u202eb`,
    '  \u001b[1mfix:\u001b[0m c\\nd',
    '0 ok, 0 warnings, 1 failures',
  ]);
  expect(findingLines([finding], { ...look, colors: false, ascii: true })[0]).toMatch(/^x start /);
});

test('colours need a terminal or FORCE_COLOR', () => {
  const dir = writeProject(HEALTHY);
  const run = (env: Record<string, string>): string =>
    spawnSync(process.execPath, [CLI, ...NO_NETWORK], { cwd: dir, env: cleanEnv(env), encoding: 'utf8' }).stdout;
  expect(run({})).not.toContain('\u001b');
  expect(run({ FORCE_COLOR: '1' })).toContain('\u001b[32m✓\u001b[0m');
  expect(run({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain('\u001b');
});
