import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { faultOfBuild, usesBuild } from './build-age.ts';
import { ROOT } from './spawn.ts';

describe('the build', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'llm-otel-age-'));
    for (const path of ['src/index.ts', 'src/deep/er/file.ts', 'register/index.ts', 'scripts/build/a.ts', 'README.md'])
      file(path, 1000);
    for (const path of ['tsdown.config.ts', 'package.json']) file(path, 1000);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function file(path: string, seconds: number): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
    utimesSync(join(root, path), seconds, seconds);
  }

  test('may be missing', () => {
    expect(faultOfBuild(root)).toBe('dist is missing: run npm run build');
  });

  test('is up to date if all of it is newer than all sources, or as new', () => {
    file('dist/a.cjs', 1000);
    file('dist/b.cjs', 2000);
    file('README.md', 3000);
    expect(faultOfBuild(root)).toBe('');
  });

  test.each([
    'src/index.ts',
    'src/deep/er/file.ts',
    'register/index.ts',
    'scripts/build/a.ts',
    'tsdown.config.ts',
    'package.json',
  ])('is older than %s', (path) => {
    file('dist/a.cjs', 3000);
    file('dist/b.cjs', 1500);
    file('src/index.ts', 1700);
    file(path, 2000);
    expect(faultOfBuild(root)).toBe(`dist is older than ${path}: run npm run build`);
  });
});

describe('a file of tests', () => {
  const tests = join(ROOT, 'test');
  test.each([
    'build/dist.test.ts',
    'register/exit.test.ts',
    'register/absent.test.ts',
    'providers/openai/conformance.test.ts',
    'providers/instrument.conformance.test.ts',
    'patching/loading/module-hooks.test.ts',
    'patching/loading/warn-unpatched.test.ts',
    'patching/loading/async-loader.test.ts',
    'manual/entry.test.ts',
    'end-to-end/openai.test.ts',
    'support/demo.test.ts',
    'versions/versions.matrix.ts',
    'frameworks/langchain.frameworks.ts',
  ])('%s runs the build', (path) => {
    expect(usesBuild(join(tests, path), tests)).toBe(true);
  });

  test.each([
    'cost/cost.test.ts',
    'telemetry/call/operation.test.ts',
    'providers/openai/request.test.ts',
    'config/options.test.ts',
    'architecture/arrows.test.ts',
    'architecture/exports.test.ts',
    'architecture/files.test.ts',
    'architecture/plain-words.test.ts',
    'architecture/references.test.ts',
  ])('%s needs no build', (path) => {
    expect(usesBuild(join(tests, path), tests)).toBe(false);
  });
});
