/** Projects in temporary folders, the findings of the doctor about them, and the fixes carried out. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { type DoctorQuestion, diagnose } from '../../../src/cli/doctor/diagnose.ts';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { VERSION } from '../../../src/runtime/version.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Files by path; an object is written as JSON, and `-> path` is a link. */
export type SampleFiles = Readonly<Record<string, string | object>>;

/** A package below node_modules. */
export const installed = (name: string, version: string, folder = name): SampleFiles => ({
  [`node_modules/${folder}/package.json`]: { name, version },
});

/** A project without any fault. */
export const HEALTHY: SampleFiles = {
  'package.json': {
    name: 'sample',
    type: 'module',
    scripts: { start: 'node --import @x/llm-otel/register app.js' },
    dependencies: { '@x/llm-otel': '*', '@opentelemetry/api': '*', openai: '*' },
  },
  'package-lock.json': '{}',
  'app.js': "import OpenAI from 'openai';\n",
  ...installed('@x/llm-otel', VERSION),
  'node_modules/@x/llm-otel/index.js': '',
  'node_modules/@x/llm-otel/register.js': '',
  ...installed('@opentelemetry/api', '1.9.1'),
  ...installed('openai', '7.59.0'),
};

/** Writes files below a new folder, or below `folder`. */
export function writeProject(files: SampleFiles, folder = ''): string {
  const dir = folder === '' ? realpathSync(mkdtempSync(join(tmpdir(), 'llm-otel-doctor-'))) : folder;
  if (folder === '') folders.push(dir);
  for (const [path, content] of Object.entries(files)) {
    const file = join(dir, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === 'string' && content.startsWith('-> ')) symlinkSync(join(dir, content.slice(3)), file);
    else writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return dir;
}

/** A healthy package.json with other scripts or dependencies. */
export function manifestWith(scripts: object, dependencies: object = {}, more: object = {}): SampleFiles {
  const { dependencies: usual, ...rest } = HEALTHY['package.json'] as { dependencies: object };
  return { 'package.json': { ...rest, scripts, dependencies: { ...usual, ...dependencies }, ...more } };
}

/** What the doctor says. */
export async function askDoctor(question: Partial<DoctorQuestion> & { dir: string }): Promise<Finding[]> {
  const found = await diagnose({
    env: {},
    network: false,
    send: false,
    timeoutMs: 5000,
    nodeVersion: process.versions.node,
    ...question,
  });
  return found ?? [];
}

/** Warnings and failures, as `fail start` or `warn copies: openai`. */
export const faultsOf = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ status }) => status === 'warn' || status === 'fail')
    .map(({ id, status, subject }) => `${status} ${id}${subject === undefined ? '' : `: ${subject}`}`);

type Variables = Record<string, string | undefined>;

/** Ways to carry a fix out as the fix is written. Packages are written by hand: no registry is asked. */
const CARRIED_OUT: readonly (readonly [
  fix: RegExp,
  carryOut: (dir: string, env: Variables, match: RegExpExecArray) => void,
])[] = [
  [
    /^npm pkg set .+$/s,
    (dir, _env, [command]) => void execFileSync('sh', ['-c', command], { cwd: dir, stdio: 'pipe' }),
  ],
  [
    /^export (\w+=[\w,-]+(?: \w+=[\w,-]+)*)(?:, |$)/,
    (_dir, env, [, settings = '']) => {
      for (const setting of settings.split(' ')) {
        const [name = '', value = ''] = setting.split('=');
        env[name] = value;
      }
    },
  ],
  [
    /^add (\S+) to (\w+)$/,
    (_dir, env, [, value = '', name = '']) => {
      env[name] = `${env[name]},${value}`;
    },
  ],
  [
    /^export (\w+)=(?:'([^']*)'|"([^"]*)"|(\S+?))(?:,|$)/,
    (_dir, env, [, name = '', ...values]) => {
      env[name] = values.find((value) => value !== undefined);
    },
  ],
  [
    /^npm uninstall ([^\s,]+)/,
    (dir, _env, [, name = '']) => {
      const file = join(dir, 'package.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
      delete manifest.dependencies[name];
      writeFileSync(file, JSON.stringify(manifest));
    },
  ],
  [/^unset (\w+)/, (_dir, env, [, name = '']) => void delete env[name]],
  [
    /^rename (\w+) to (\w+)$/,
    (_dir, env, [, name = '', right = '']) => {
      env[right] = env[name];
      delete env[name];
    },
  ],
  [
    /^npm install ((?:@[^/]+\/)?[^@\s]+)(?:@([^\s,]+))?/,
    (dir, _env, [, name = '', version = '']) => {
      const read = version.replace('^', '').replace('latest', '99.0.0') || '1.0.0';
      rmSync(join(dir, 'node_modules', name), { recursive: true, force: true });
      writeProject({ ...installed(name, name === '@x/llm-otel' ? VERSION : read.replace(/^1\.9\.0$/, '1.9.1')) }, dir);
    },
  ],
];

/** Carries a fix out; false if only a person can. */
export function carryOut(fix: string, dir: string, env: Variables): boolean {
  for (const [pattern, act] of CARRIED_OUT) {
    const match = pattern.exec(fix);
    if (match === null) continue;
    act(dir, env, match);
    return true;
  }
  return false;
}
