/** The workflows of the forge can be read, and call existing scripts and files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../support/spawn.ts';

const FOLDER = join(ROOT, '.github/workflows');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly needs?: string;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const readYaml = <T>(path: string): T => parse(readFileSync(join(ROOT, path), 'utf8'), { strict: true }) as T;
const workflows = readdirSync(FOLDER).map((file) => [file, readYaml<Workflow>(`.github/workflows/${file}`)] as const);
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

/** Scripts of package.json called by `text`, without optional calls. */
function scriptsCalledBy(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [, script] = /\bnpm (?:run |(?=test\b))([\w:-]+)/.exec(line) ?? [];
    return script === undefined || line.includes('--if-present') ? [] : [script];
  });
}

/** Files of the repository started by `text`. */
const filesStartedBy = (text: string): string[] =>
  [...text.matchAll(/(?:\bnode |^)((?:scripts|\.ci)\/[\w.-]+)/gm)].map(([, file = '']) => file);

test('calls are found', () => {
  expect(scriptsCalledBy('npm run build\nnpm test\nnpm run a:b -- --c\nnpm run d --if-present\nnpm ci')).toEqual([
    'build',
    'test',
    'a:b',
  ]);
  expect(filesStartedBy('.ci/run\nx "$(node scripts/a.mjs --b)"')).toEqual(['.ci/run', 'scripts/a.mjs']);
});

describe.each(workflows)('%s', (_file, workflow) => {
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);
  const commands = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));

  test('says when it runs and what it may do', () => {
    expect(workflow.name).toEqual(expect.any(String));
    expect(Object.keys(workflow.on).length).toBeGreaterThan(0);
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  test('has jobs that end and steps that do one thing', () => {
    for (const [, job] of jobs) {
      expect(job['runs-on']).toEqual(expect.any(String));
      expect(job['timeout-minutes']).toBeGreaterThan(0);
      if (job.needs !== undefined) expect(workflow.jobs).toHaveProperty(job.needs);
    }
    for (const step of steps) expect([step.uses, step.run].filter((value) => value !== undefined)).toHaveLength(1);
  });

  test('uses actions with a version', () => {
    for (const { uses } of steps)
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@(?:v\d+|[0-9a-f]{40})$/);
  });

  test('calls scripts and files that exist', () => {
    expect(commands.flatMap(scriptsCalledBy).filter((name) => scripts[name] === undefined)).toEqual([]);
    expect(commands.flatMap(filesStartedBy).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('reads only values of the matrix that the matrix has', () => {
    for (const [, job] of jobs) {
      const names = [...JSON.stringify(job).matchAll(/\$\{\{ matrix\.(\w+) \}\}/g)].map(([, name = '']) => name);
      expect(Object.keys(job.strategy?.matrix ?? {})).toEqual(expect.arrayContaining([...new Set(names)]));
    }
  });
});

test('every Node and system that is supported is tested', () => {
  const ci = workflows.find(([file]) => file === 'ci.yml')?.[1];
  expect(ci?.jobs.test?.strategy?.matrix).toEqual({
    os: ['ubuntu-latest', 'macos-latest', 'windows-latest'],
    node: [20, 22, 24, 26],
  });
});

test('only the job that publishes may ask for an identity', () => {
  const jobs = workflows.flatMap(([file, { jobs }]) =>
    Object.entries(jobs).map(([name, job]) => [`${file}: ${name}`, job] as const),
  );
  const allowed = jobs.filter(([, { permissions }]) => permissions?.['id-token'] === 'write').map(([name]) => name);
  expect(allowed).toEqual(['release.yml: publish']);
  const publishes = jobs.filter(([, { steps }]) => steps.some(({ run }) => run?.includes('npm publish')));
  expect(publishes.map(([name]) => name)).toEqual(allowed);
  expect(publishes[0]?.[1].steps.find(({ run }) => run?.includes('npm publish'))?.run).toContain('--provenance');
});

test('updates of dependencies come weekly, and every one belongs to a group', () => {
  const { version, updates } = readYaml<{
    version: number;
    updates: { 'package-ecosystem': string; schedule: { interval: string }; groups: object }[];
  }>('.github/dependabot.yml');
  expect(version).toBe(2);
  expect(updates.map((update) => [update['package-ecosystem'], update.schedule.interval])).toEqual([
    ['npm', 'weekly'],
    ['github-actions', 'weekly'],
  ]);
  for (const { groups } of updates) expect(JSON.stringify(groups)).toContain('"*"');
});

test.each(['bug.yml', 'feature.yml'])('the form %s has fields with a label of their own', (file) => {
  const form = readYaml<{
    name: string;
    description: string;
    body: { type: string; id?: string; attributes: { label?: string; options?: unknown[] } }[];
  }>(`.github/ISSUE_TEMPLATE/${file}`);
  expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
  const fields = form.body.filter(({ type }) => type !== 'markdown');
  for (const field of fields) {
    expect(['input', 'textarea', 'dropdown', 'checkboxes']).toContain(field.type);
    expect(field.attributes.label).toEqual(expect.any(String));
  }
  expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
});
