import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { commandHelp, generalHelp } from '../../src/cli/help-text.ts';
import { parseCommandLine } from '../../src/cli/parse-command-line.ts';
import { ROOT } from '../support/spawn.ts';
import { CLI, runCli } from './run-cli.ts';

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string; bin: object };

/** Arguments, exit code, stdout and stderr. */
const RUNS: readonly (readonly [args: string[], code: number, stdout: RegExp, stderr: RegExp])[] = [
  [[], 2, /^$/, /^llm-otel: OpenTelemetry[\s\S]+ {2}config +print/],
  [['--help'], 0, /usage: llm-otel <command>/, /^$/],
  [['-h'], 0, /usage: llm-otel <command>/, /^$/],
  [['help'], 0, /usage: llm-otel <command>/, /^$/],
  [['help', 'spool'], 0, /usage: llm-otel spool \[options\] ls\|send\|rm DIR/, /^$/],
  [['config', '--help'], 0, /--check FILE/, /^$/],
  [['--version'], 0, new RegExp(`^${manifest.version}\n$`), /^$/],
  [['-v'], 0, new RegExp(`^${manifest.version}\n$`), /^$/],
  [['confg'], 2, /^$/, /^llm-otel: unknown command "confg", did you mean "config"\?\n$/],
  [['constructor'], 2, /^$/, /^llm-otel: unknown command "constructor"\n$/],
  [['--what'], 2, /^$/, /^llm-otel: unknown option "--what"\n$/],
  [['config', '--chek', 'x'], 2, /^$/, /^llm-otel: unknown option "--chek" for "config", did you mean "--check"\?\n$/],
  [['config', '--check', '--help'], 2, /^$/, /^llm-otel: --check: expected FILE\n$/],
  [['config', '--', '--help'], 2, /^$/, /^llm-otel: config: expected no operand, got "--help"/],
  [['spool', 'ls', '-h'], 0, /usage: llm-otel spool/, /^$/],
  [['help', 'confg'], 2, /^$/, /^llm-otel: unknown command "confg", did you mean "config"\?\n$/],
  [['config', '--check'], 2, /^$/, /^llm-otel: --check: expected FILE\n$/],
  [['config', 'otel.yaml'], 2, /^$/, /^llm-otel: config: expected no operand, got "otel.yaml"/],
  [['spool'], 2, /^$/, /^llm-otel: spool: expected one of ls, send, rm, got ""\n$/],
  [['spool', 'lss', 'x'], 2, /^$/, /got "lss", did you mean "ls"\?\n$/],
  [['spool', 'ls'], 2, /^$/, /^llm-otel: spool ls: expected one directory\n$/],
  [['spool', 'ls', '/nowhere'], 2, /^$/, /^llm-otel: spool: "\/nowhere" is no directory\n$/],
  [['spool', '--json=1', 'ls', 'x'], 2, /^$/, /^llm-otel: --json: expected no value\n$/],
];

describe('the frame of all commands', () => {
  test.each(RUNS)('%j', async (args, code, stdout, stderr) => {
    const result = await runCli(args);
    expect([result.stdout, result.stderr]).toEqual([expect.stringMatching(stdout), expect.stringMatching(stderr)]);
    expect(result.code).toBe(code);
  });

  test('warnings of the package have the beginning of all lines', async () => {
    const { stderr } = await runCli(['config'], { env: { OTEL_BSP_SCHEDULE_DELAY: 'soon', LLM_OTEL_CONSOLE: 'yes' } });
    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((line) => !line.startsWith('llm-otel: warning: '))).toEqual([]);
    expect(lines).toHaveLength(2);
  });

  test('is the one program of the package', () => {
    expect(manifest.bin).toEqual({ 'llm-otel': 'dist/cli/llm-otel.mjs' });
    expect(readFileSync(CLI, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('a reader that has seen enough ends a command quietly', () => {
    const script = `"${process.execPath}" "${CLI}" config | head -n 1; exit \${PIPESTATUS[0]}`;
    const { stdout, stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect([stdout, stderr, status]).toEqual(['file_format: "1.1"\n', '', 0]);
  });

  test('no SDK is loaded', () => {
    const source = `
      process.on('exit', () => {
        const files = Object.keys(require.cache).map((file) => require('node:path').basename(file));
        process.stderr.write(JSON.stringify(files.filter((file) => /sdk\\.cjs|-sdk|^register|recording/.test(file))));
      });
      require('./dist/cli/main.cjs').main(['config']);`;
    const { stderr, stdout } = spawnSync(process.execPath, ['--eval', source], { cwd: ROOT, encoding: 'utf8' });
    expect([stderr, stdout]).toEqual(['[]', expect.stringContaining('tracer_provider')]);
  });

  test('lines of help are at most 100 characters long', () => {
    const lines = Object.entries(COMMANDS).flatMap(([name, command]) => commandHelp(name, command));
    for (const line of [...lines, ...generalHelp(COMMANDS)]) expect(line.length).toBeLessThanOrEqual(100);
  });
});

/** Options of a command that runs a program. */
const OPTIONS = {
  port: { value: 'PORT', help: '', range: [0, 65_535] },
  file: { value: 'FILE', help: '', repeats: true },
  open: { help: '' },
} as const;

test.each([
  [undefined, ['--file', 'a'], { options: { file: 'a' }, repeated: { file: ['a'] } }],
  [undefined, ['--file=a=b'], { options: { file: 'a=b' }, repeated: { file: ['a=b'] } }],
  [
    undefined,
    ['x', '--file', 'a', '--file=b', '--', '--file', 'y'],
    { options: { file: 'b' }, repeated: { file: ['a', 'b'] }, operands: ['x', '--file', 'y'] },
  ],
  [undefined, ['-'], { operands: ['-'] }],
  [undefined, ['--port', '0'], { options: { port: '0' } }],
  [
    'behind-dashes',
    ['x', '--open', '--', 'node', '--', 'y'],
    { options: { open: true }, operands: ['x'], program: ['node', '--', 'y'] },
  ],
  ['behind-dashes', ['--'], { program: [] }],
  [
    'behind-operand',
    ['--open', 'app.js', '--open', '--help', '--', 'y'],
    { options: { open: true }, operands: ['app.js', '--open', '--help', '--', 'y'] },
  ],
  ['behind-operand', ['--open', '--', 'npm', 'start'], { options: { open: true }, program: ['npm', 'start'] }],
] as const)('%s: %j is read', (program, args, expected) => {
  const line = { options: {}, repeated: {}, operands: [], program: undefined, ...expected };
  expect(parseCommandLine('view', { options: OPTIONS, ...(program && { program }) }, args)).toEqual(line);
});

test.each([
  [['--port', 'x'], '--port: expected 0 to 65535, got "x"'],
  [['--port=65536'], '--port: expected 0 to 65535, got "65536"'],
  [['--port', '-1'], '--port: expected 0 to 65535, got "-1"'],
  [['--port', '1e3'], '--port: expected 0 to 65535, got "1e3"'],
  [['--port', '--open'], '--port: expected 0 to 65535'],
  [['--port='], '--port: expected 0 to 65535'],
  [['--file'], '--file: expected FILE'],
  [['--open=1'], '--open: expected no value'],
  [['--prot', '1'], 'unknown option "--prot" for "view", did you mean "--port"?'],
  [['-p', '1'], 'unknown option "-p" for "view"'],
  [['--toString'], 'unknown option "--toString" for "view"'],
])('%j is refused', (args, message) => {
  expect(() => parseCommandLine('view', { options: OPTIONS }, args)).toThrow(new Error(message));
});

test('long texts of help are wrapped under their beginning', () => {
  const help = 'word '.repeat(30).trim();
  const command = {
    summary: 's',
    operands: ['A', 'B'],
    options: { x: { help }, 'a-name-of-many-letters': { help: 'y' } },
    example: 'e',
    load: () => Promise.reject(),
  };
  expect(commandHelp('c', command)).toEqual([
    'llm-otel c: s',
    '',
    'usage: llm-otel c [options] A',
    '       llm-otel c [options] B',
    '',
    'options:',
    `  --x                     ${'word '.repeat(15).trim()}`,
    `${' '.repeat(26)}${'word '.repeat(15).trim()}`,
    '  --a-name-of-many-letters',
    `${' '.repeat(26)}y`,
    '  -h, --help              print this help',
    '',
    'example: e',
  ]);
});
