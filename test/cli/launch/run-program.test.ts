/** `llm-otel run`, from the build, with real child processes. */
import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { typeScriptFlags } from '../../../src/cli/launch/typescript-runner.ts';
import { cleanEnv, ROOT } from '../../support/spawn.ts';
import { CLI, runCli } from '../run-cli.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'llm-otel-run-')));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file below the temporary folder, and returns the path. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const REPORT = `
const { env, argv, execArgv } = process;
console.log(JSON.stringify({
  version: globalThis[Symbol.for('@x/llm-otel.register')],
  args: argv.slice(2), execArgv, options: env.NODE_OPTIONS, cwd: process.cwd(),
  console: env.LLM_OTEL_CONSOLE ?? null, content: env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT, variable: env.A_VARIABLE,
}));`;
file('app.mjs', REPORT);
file('app.cjs', REPORT);
file('lib/index.js', REPORT);
file('plain.js', REPORT);
file('empty.cjs', '');
file('vars.env', 'A_VARIABLE="of the file"\n');
file('package.json', JSON.stringify({ scripts: { start: 'node -r ./empty.cjs app.cjs' } }));

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const IMPORT = ['--import', pathToFileURL(join(ROOT, 'dist/register.mjs')).href];
const REQUIRE = ['--require', join(ROOT, 'dist/register.cjs')];
const EMPTY = join(folder, 'empty.cjs');

/** Arguments, variables, and what the program sees. */
const RUNS: readonly (readonly [args: string[], env: Record<string, string>, seen: object])[] = [
  [['app.mjs'], {}, { version, args: [], execArgv: IMPORT, cwd: folder, console: '1' }],
  [['app.cjs'], {}, { version, execArgv: IMPORT }],
  [['plain'], {}, { version, execArgv: IMPORT }],
  [['lib'], {}, { version, execArgv: IMPORT }],
  [['app.mjs', '--console', '--help', '--', '-x'], {}, { args: ['--console', '--help', '--', '-x'] }],
  [['--content', 'app.mjs'], {}, { content: 'SPAN_ONLY' }],
  [['--otlp', 'app.mjs'], {}, { console: null }],
  [['--env-file', join(folder, 'vars.env'), 'app.mjs'], {}, { variable: 'of the file' }],
  [['app.mjs'], { NODE_OPTIONS: `-r ${EMPTY}` }, { version, execArgv: REQUIRE, options: `-r ${EMPTY}` }],
  [['--', 'node', 'app.mjs', '-x'], {}, { version, args: ['-x'], execArgv: [], options: IMPORT.join('=') }],
  [
    ['--', 'node', 'app.mjs'],
    { NODE_OPTIONS: '--no-deprecation' },
    { version, options: `${IMPORT.join('=')} --no-deprecation` },
  ],
  [['--', 'node', '-r', EMPTY, 'app.mjs'], {}, { version, execArgv: ['-r', EMPTY], options: REQUIRE.join('=') }],
  [['--', 'npm', 'start', '--silent'], {}, { version, options: REQUIRE.join('=') }],
  [['--env-file', join(folder, 'vars.env'), '--', 'node', 'app.mjs'], {}, { variable: 'of the file' }],
];

describe.concurrent('run', () => {
  test.each(RUNS)('%j with %j', async (args, env, seen) => {
    const { stdout, stderr, code } = await runCli(['run', ...args], { cwd: folder, env });
    expect([stderr, code]).toEqual(['', 0]);
    expect(JSON.parse(stdout)).toMatchObject(seen);
  });

  test('keeps the flags of Node', () => {
    const child = spawnSync(process.execPath, ['--no-deprecation', CLI, 'run', 'app.mjs'], {
      cwd: folder,
      env: cleanEnv(),
      encoding: 'utf8',
    });
    expect(JSON.parse(child.stdout)).toMatchObject({ version, execArgv: [...IMPORT, '--no-deprecation'] });
  });

  test('takes the copy of the package that the file resolves', async () => {
    const copy = join(folder, 'other/node_modules/@x/llm-otel');
    file('other/node_modules/@x/llm-otel/package.json', '{"exports":{"./package.json":"./package.json"}}');
    file('other/node_modules/@x/llm-otel/dist/register.mjs', "console.log('the other copy');");
    const app = file('other/deep/app.mjs', 'console.log(process.execArgv[1]);');
    const { stdout } = await runCli(['run', app]);
    expect(stdout).toBe(`the other copy\n${pathToFileURL(join(copy, 'dist/register.mjs')).href}\n`);
  });

  test.each(['import', 'require'])(
    'works from a folder with spaces, quotes and percent signs, with --%s',
    async (form) => {
      const odd = join(folder, `${form} a "b" %20 c`);
      const copy = join(odd, 'node_modules/@x/llm-otel');
      mkdirSync(join(odd, 'node_modules'), { recursive: true });
      cpSync(join(ROOT, 'dist'), join(copy, 'dist'), { recursive: true });
      cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
      symlinkSync(join(ROOT, 'node_modules/@opentelemetry'), join(odd, 'node_modules/@opentelemetry'));
      writeFileSync(join(odd, 'app.mjs'), REPORT);
      const nodeOptions = form === 'require' ? `-r ${EMPTY}` : '';
      for (const args of [['app.mjs'], ['--', 'node', 'app.mjs']]) {
        const { stdout, stderr } = await runCli(['run', ...args], { cwd: odd, env: { NODE_OPTIONS: nodeOptions } });
        expect([stderr, JSON.parse(stdout).version]).toEqual(['', version]);
      }
    },
  );

  test.each([
    [['app.mts'], 2, /^llm-otel: app\.mts needs tsx: npm install --save-dev tsx\n$/],
    [['no.js'], 2, /^llm-otel: run: no such file "no\.js"\n$/],
    [['--', 'no-such-command'], 2, /^llm-otel: no such command "no-such-command"\n$/],
    [['--', folder], 2, /^llm-otel: ".+" cannot be started \(EACCES\)\n$/],
    [[], 2, /^llm-otel: run: expected a file, or -- and a command/],
    [['--'], 2, /^llm-otel: run: expected a file, or -- and a command/],
    [['--contnet', 'app.mjs'], 2, /did you mean "--content"\?\n$/],
  ])('%j cannot be done', async (args, code, stderr) => {
    file('app.mts', 'export const one: number = 1;');
    const result = await runCli(['run', ...args], { cwd: folder });
    // Newer Nodes run TypeScript by themselves.
    if (args[0] === 'app.mts' && result.code === 0)
      expect(process.allowedNodeEnvironmentFlags.has('--experimental-strip-types')).toBe(true);
    else expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  test.each([
    ['process.exit(7)', 7, null],
    ["throw new Error('boom')", 1, null],
    ["process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)", null, 'SIGTERM'],
    ["process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)", null, 'SIGKILL'],
    ["process.kill(process.pid, 'SIGUSR2'); setInterval(() => {}, 1000)", null, 'SIGUSR2'],
  ])('%s ends both alike', async (source, code, signal) => {
    const app = file(`end-${code}-${signal}.mjs`, source);
    expect(await runCli(['run', app])).toMatchObject({ code, signal });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)(
    '%s reaches the program once, and the program ends first',
    async (signal) => {
      const app = file(`signal-${signal}.mjs`, COUNT_SIGNALS);
      const child = spawn(process.execPath, [CLI, 'run', app], { cwd: folder, env: cleanEnv(), detached: true });
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (!out.includes('ready') && (out + text).includes('ready')) child.kill(signal);
        out += text;
        if (out.includes(`got ${signal}`) && !out.includes('{'))
          child.kill(signal === 'SIGTERM' ? 'SIGINT' : 'SIGTERM');
      });
      const [code] = await once(child, 'close');
      const last = signal === 'SIGTERM' ? 'SIGINT' : 'SIGTERM';
      expect([code, JSON.parse(out.split('\n').at(-2) ?? '')]).toEqual([5, { [signal]: 1, [last]: 1 }]);
    },
  );

  test.each(['json', 'advanced'] as const)('messages pass in both directions (%s)', async (serialization) => {
    const app = file(
      `messages-${serialization}.mjs`,
      `process.on('message', (message) => process.send({ back: message, keys: [...(message.map?.keys?.() ?? [])] }));
       process.on('disconnect', () => process.exit(6));
       process.send('ready');`,
    );
    const child = fork(CLI, ['run', app], { env: cleanEnv(), serialization, stdio: 'pipe' });
    const [ready] = await once(child, 'message');
    child.send({ map: serialization === 'advanced' ? new Map([['a', 1]]) : { a: 1 } });
    const [answer] = await once(child, 'message');
    child.disconnect();
    const [code] = await once(child, 'exit');
    expect([ready, answer.keys, code]).toEqual(['ready', serialization === 'advanced' ? ['a'] : [], 6]);
  });

  test('the last message of a program that ends arrives', async () => {
    const app = file('last-message.mjs', "process.send('x'.repeat(200_000), () => process.exit(0));");
    const child = fork(CLI, ['run', app], { env: cleanEnv(), stdio: 'pipe' });
    const [[message]] = await Promise.all([once(child, 'message'), once(child, 'close')]);
    expect(message).toHaveLength(200_000);
  });
});

const COUNT_SIGNALS = `
const counts = {};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'])
  process.on(signal, () => {
    counts[signal] = (counts[signal] ?? 0) + 1;
    console.log('got ' + signal);
    if (Object.keys(counts).length > 1) {
      console.log(JSON.stringify(counts));
      process.exit(5);
    }
  });
setInterval(() => {}, 1000);
console.log(process.stdout.isTTY ? 'ready on a terminal' : 'ready');
`;

/** Presses Ctrl-C in a terminal in which the command line runs, then sends SIGTERM. Prints everything that the terminal has shown. */
const TERMINAL = `
import os, pty, select, signal, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
shown = b''
def wait_for(text):
    global shown
    while text not in shown:
        if not select.select([fd], [], [], 30)[0]:
            sys.exit('no ' + text.decode())
        shown += os.read(fd, 4096)
wait_for(b'ready on a terminal')
os.write(fd, b'\\x03')
wait_for(b'got SIGINT')
os.kill(pid, signal.SIGTERM)
wait_for(b'}')
print(shown.decode(), os.waitpid(pid, 0)[1] >> 8)
`;

const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;
test.skipIf(!hasPython)('in a terminal the program has the terminal, and Ctrl-C reaches the program once', () => {
  const app = file('terminal.mjs', COUNT_SIGNALS);
  const args = ['-c', TERMINAL, process.execPath, CLI, 'run', app];
  const { stdout, stderr } = spawnSync('python3', args, { env: cleanEnv(), encoding: 'utf8', timeout: 60_000 });
  expect([stderr, stdout]).toEqual(['', expect.stringMatching(/\{"SIGINT":1,"SIGTERM":1\}\s+5\n$/)]);
});

describe('TypeScript', () => {
  const plain = { strips: false, hasFlag: false };
  const app = file('ts/app.ts', '');
  const inTsx = file('with-tsx/app.ts', '');
  file('with-tsx/node_modules/tsx/package.json', '{"exports":{".":"./loader.mjs"}}');
  const loader = file('with-tsx/node_modules/tsx/loader.mjs', '');

  test.each([
    [join(folder, 'app.mjs'), [], plain, []],
    [inTsx, [], { strips: true, hasFlag: true }, ['--import', pathToFileURL(loader).href]],
    [inTsx, ['-r', 'ts-node/register'], plain, []],
    [app, ['-r', 'ts-node/register'], plain, []],
    [app, ['--require=@swc-node/register'], plain, []],
    [app, ['--import', 'tsx'], plain, []],
    [app, [], { strips: true, hasFlag: true }, []],
    [app, [], { strips: false, hasFlag: true }, ['--experimental-strip-types']],
  ])('%s behind %j with %j', (path, flags, support, expected) => {
    expect(typeScriptFlags(path, flags, support)).toEqual(expected);
  });

  test.each([
    ['app.ts', plain],
    ['app.tsx', { strips: true, hasFlag: true }],
    ['app.cts', plain],
  ])('%s needs tsx with %j', (name, support) => {
    expect(() => typeScriptFlags(join(folder, 'ts', name), ['-r', 'dotenv/config'], support)).toThrow(
      `${name} needs tsx: npm install --save-dev tsx`,
    );
  });
});
