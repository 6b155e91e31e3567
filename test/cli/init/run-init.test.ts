/** `llm-otel init` on projects in temporary folders. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommandContext, CommandLine } from '../../../src/cli/command.ts';
import { run } from '../../../src/cli/init/run-init.ts';
import { type SampleFiles, writeProject } from '../doctor/sample-project.ts';

/** Runs `init`; returns the exit code and the lines of stdout. */
function init(dir: string, options: CommandLine['options'] = {}): { code: unknown; lines: string[]; told: string[] } {
  const [lines, told]: [string[], string[]] = [[], []];
  const context = {
    env: {},
    print: (...more: string[]) => void lines.push(...more),
    report: (message: string) => void told.push(message),
  } as unknown as CommandContext;
  const code = run({ options: { dir, ...options }, repeated: {}, operands: [], program: undefined }, context);
  return { code, lines, told };
}

const manifest = (scripts: object, dependencies: object = {}): string =>
  `${JSON.stringify({ scripts, dependencies }, null, 2)}\n`;
const HOOK = `export async function register() {
  if (process.env.NEXT_RUNTIME === 'nodejs') await import('@x/llm-otel/register');
}
`;
const FLAG = '--import @x/llm-otel/register';
const NEXT = manifest({ start: 'next start' }, { next: '16.0.0', openai: '7' });
const LIST = "serverExternalPackages: ['openai', '@x/llm-otel'],";
const ENV = 'ENV NODE_OPTIONS="--import=file:///app/node_modules/@x/llm-otel/dist/register.mjs"';
const NOTHING = manifest({ start: `node ${FLAG} app.js` });

/** Files before and after. */
const CHANGES: Readonly<Record<string, { before: SampleFiles; after: Readonly<Record<string, string>> }>> = {
  'npm: start and dev': {
    before: {
      'package.json': manifest({
        start: 'NODE_ENV=production node app.js',
        dev: 'node --watch app.js',
        test: 'node --test',
      }),
    },
    after: {
      'package.json': manifest({
        start: `NODE_ENV=production node ${FLAG} app.js`,
        dev: `node ${FLAG} --watch app.js`,
        test: 'node --test',
      }),
    },
  },
  'npm: a transpiler of require': {
    before: { 'package.json': manifest({ start: 'node -r ts-node/register app.ts' }) },
    after: { 'package.json': manifest({ start: 'node --require @x/llm-otel/register -r ts-node/register app.ts' }) },
  },
  'npm: ends of lines, tabs and the order stay': {
    before: {
      'package.json':
        '{\r\n\t"start": "node app.js",\r\n\t"scripts": {\r\n\t\t"start" : "node \\"a b.js\\""\r\n\t}\r\n}',
    },
    after: {
      'package.json': `{\r\n\t"start": "node app.js",\r\n\t"scripts": {\r\n\t\t"start" : "node ${FLAG} \\"a b.js\\""\r\n\t}\r\n}`,
    },
  },
  'docker: the last stage': {
    before: {
      'package.json': NOTHING,
      Dockerfile:
        'FROM node AS build\nWORKDIR /build\nCMD ["x"]\n# the app\nFROM node\nWORKDIR /app\nRUN npm ci\nCMD ["node", "app.js"]\n',
    },
    after: {
      Dockerfile: `FROM node AS build\nWORKDIR /build\nCMD ["x"]\n# the app\nFROM node\nWORKDIR /app\nRUN npm ci\n${ENV}\nCMD ["node", "app.js"]\n`,
    },
  },
  'docker: a folder in a folder, no CMD, ends of lines': {
    before: { 'package.json': NOTHING, Dockerfile: 'FROM node\r\nWORKDIR /srv\r\nWORKDIR app/\r\nRUN npm ci\r\n' },
    after: {
      Dockerfile: `FROM node\r\nWORKDIR /srv\r\nWORKDIR app/\r\nRUN npm ci\r\n${ENV.replace('/app', '/srv/app')}\r\n`,
    },
  },
  'docker: a transpiler of require': {
    before: {
      'package.json': NOTHING,
      Dockerfile: 'FROM node\nWORKDIR /app\nCMD ["node", "-r", "ts-node/register", "app.ts"]\n',
    },
    after: {
      Dockerfile:
        'FROM node\nWORKDIR /app\nENV NODE_OPTIONS="--require=/app/node_modules/@x/llm-otel/dist/register.cjs"\nCMD ["node", "-r", "ts-node/register", "app.ts"]\n',
    },
  },
  'next: nothing there': {
    before: { 'package.json': NEXT, 'tsconfig.json': '{}', 'src/app/page.tsx': '' },
    after: { 'src/instrumentation.ts': HOOK, 'next.config.mjs': `export default {\n  ${LIST}\n};\n` },
  },
  'next: a configuration': {
    before: {
      'package.json': NEXT,
      'next.config.ts':
        "// ours\nconst nextConfig: NextConfig = {\n    output: 'standalone', // small\n};\nexport default nextConfig;\n",
    },
    after: {
      'instrumentation.js': HOOK,
      'next.config.ts': `// ours\nconst nextConfig: NextConfig = {\n    outputFileTracingIncludes: { '/*': ['./node_modules/@x/llm-otel/**/*'] },\n    ${LIST}\n    output: 'standalone', // small\n};\nexport default nextConfig;\n`,
    },
  },
  'next: a list and a hook': {
    before: {
      'package.json': NEXT,
      'next.config.js': "module.exports = { serverExternalPackages: ['sharp', 'openai'] };\n",
      'instrumentation.ts': 'export async function register() {\n    start();\n}\n',
    },
    after: {
      'next.config.js': "module.exports = { serverExternalPackages: ['sharp', 'openai', '@x/llm-otel'] };\n",
      'instrumentation.ts': `export async function register() {\n    ${HOOK.split('\n')[1]?.trim()}\n    start();\n}\n`,
    },
  },
  'next: a configuration of one line': {
    before: {
      'package.json': NEXT,
      'next.config.js': 'module.exports = { reactStrictMode: true };\n',
      'instrumentation.js': HOOK,
    },
    after: { 'next.config.js': `module.exports = { ${LIST} reactStrictMode: true };\n` },
  },
  'vercel: as next': {
    before: { 'package.json': NEXT, 'vercel.json': '{}' },
    after: { 'instrumentation.js': HOOK, 'next.config.mjs': `export default {\n  ${LIST}\n};\n` },
  },
  'pm2: each application': {
    before: {
      'package.json': NOTHING,
      'ecosystem.config.js':
        "module.exports = { apps: [\n  {\n    script: 'a.js', // one\n  },\n  {\n    script: 'b.js'\n  },\n] };\n",
    },
    after: {
      'ecosystem.config.js': `module.exports = { apps: [\n  {\n    script: 'a.js', // one\n    node_args: '${FLAG}',\n  },\n  {\n    node_args: '${FLAG}',\n    script: 'b.js'\n  },\n] };\n`,
    },
  },
  'pm2: arguments': {
    before: {
      'package.json': NOTHING,
      'ecosystem.config.cjs': "module.exports = { apps: [{ script: 'a.js', node_args: '-r dotenv/config' }] };\n",
    },
    after: {
      'ecosystem.config.cjs':
        "module.exports = { apps: [{ script: 'a.js', node_args: '--require @x/llm-otel/register -r dotenv/config' }] };\n",
    },
  },
  'nest: start:prod': {
    before: {
      'package.json': manifest({ start: 'nest start', 'start:prod': 'node dist/main' }, { '@nestjs/core': '11' }),
    },
    after: {
      'package.json': manifest(
        { start: 'nest start', 'start:prod': `node ${FLAG} dist/main` },
        { '@nestjs/core': '11' },
      ),
    },
  },
};

describe.each(Object.entries(CHANGES))('%s', (_name, { before, after }) => {
  test('is printed, then made, then nothing is left to do', () => {
    const dir = writeProject(before);
    const read = (path: string): string => readFileSync(join(dir, path), 'utf8');
    const printed = init(dir);
    expect([printed.code, printed.told]).toEqual([0, ['nothing is written yet: llm-otel init --write']]);
    for (const [path, text] of Object.entries(before)) expect(read(path)).toBe(text);
    expect(init(dir, { write: true })).toEqual({ code: 0, lines: printed.lines, told: [] });
    for (const [path, text] of Object.entries(after)) expect(read(path)).toBe(text);
    expect(init(dir)).toEqual({ code: 0, lines: ['nothing to do'], told: [] });
  });

  test('is a diff that patch can apply', () => {
    const isUnix = !Object.values(before).some((text) => String(text).includes('\r'));
    if (!isUnix || spawnSync('git', ['--version']).status !== 0) return;
    const dir = writeProject(before);
    const { lines } = init(dir);
    execFileSync('git', ['apply', '--unsafe-paths', '-'], { cwd: dir, input: `${lines.join('\n')}\n`, stdio: 'pipe' });
    for (const [path, text] of Object.entries(after)) expect(readFileSync(join(dir, path), 'utf8')).toBe(text);
  });
});

test.each([
  [
    'no node in the scripts',
    { 'package.json': manifest({ start: 'tsx app.ts' }) },
    {},
    /^by hand: package\.json: no "node" in scripts\.start, scripts\.dev/,
  ],
  [
    'a Dockerfile without a folder',
    { 'package.json': NOTHING, Dockerfile: 'FROM node\nCMD x\n' },
    {},
    /^by hand: Dockerfile: the last stage names no folder/,
  ],
  [
    'a folder with a variable',
    { 'package.json': NOTHING, Dockerfile: 'FROM node\nWORKDIR /$APP\nCMD x\n' },
    {},
    /names no folder/,
  ],
  [
    'NODE_OPTIONS in a Dockerfile',
    { 'package.json': NOTHING, Dockerfile: 'FROM node\nWORKDIR /app\nENV NODE_OPTIONS=--no-deprecation\n' },
    {},
    /sets NODE_OPTIONS/,
  ],
  [
    'a hook of another form',
    {
      'package.json': NEXT,
      'instrumentation.ts': 'export const register = () => {};\n',
      'next.config.js': `module.exports = { ${LIST} }`,
    },
    {},
    /^by hand: instrumentation\.ts: begin register\(\) with/,
  ],
  [
    'a configuration that is a function',
    { 'package.json': NEXT, 'instrumentation.ts': HOOK, 'next.config.js': 'module.exports = () => ({});' },
    {},
    /^by hand: next\.config\.js: add serverExternalPackages/,
  ],
  [
    'Next.js 14, whose settings are experimental',
    { 'package.json': NEXT.replace('16.0.0', '^14.2.0'), 'instrumentation.ts': HOOK },
    {},
    /^by hand: next\.config\.mjs: .+ experimental: \{ instrumentationHook: true, serverComponentsExternalPackages: \['openai', /,
  ],
  [
    'a list of pm2 without scripts',
    { 'package.json': NOTHING, 'ecosystem.config.js': 'module.exports = require("./x")' },
    {},
    /^by hand: ecosystem\.config\.js: add node_args/,
  ],
  ['Vercel without Next.js', { 'package.json': NOTHING, 'vercel.json': '{}' }, {}, /^by hand: vercel\.json: /],
  [
    'a place that is asked for',
    { 'package.json': manifest({ start: 'next start' }) },
    { for: 'npm' },
    /^by hand: package\.json: no "node"/,
  ],
])('%s is left to a person', (_name, files, options, note) => {
  const { code, lines } = init(writeProject(files), options);
  expect([code, lines.at(-1)]).toEqual([1, expect.stringMatching(note)]);
});

test('--for names the places, and --json prints JSON', () => {
  const dir = writeProject({
    'package.json': manifest({ start: 'node app.js' }),
    Dockerfile: 'FROM node\nWORKDIR /app\nCMD x\n',
  });
  const { lines } = init(dir, { for: 'docker', json: true });
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    schema: 1,
    dir,
    written: false,
    changes: [
      {
        file: 'Dockerfile',
        diff: `--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,3 +1,4 @@\n FROM node\n WORKDIR /app\n+${ENV}\n CMD x\n`,
      },
    ],
    notes: [],
  });
});

test.each([
  [{ for: 'dockr' }, '--for: expected npm, docker, next, vercel, pm2, nest, got "dockr", did you mean "docker"?'],
  [{ dir: '/nowhere' }, 'init: no readable package.json in /nowhere'],
])('%j is wrong usage', (options, message) => {
  expect(() => init(writeProject({ 'package.json': '{}' }), options)).toThrow(message);
});
