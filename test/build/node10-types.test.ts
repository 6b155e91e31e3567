/** `moduleResolution: node10`, the default of `module: commonjs` in TypeScript 5, does not read `exports` of package.json. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../support/spawn.ts';
import { DATA_ENTRIES, ENTRIES } from './entries.ts';

let folder = '';
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'llm-otel-node10-')));
  const link = join(folder, 'node_modules/@x/llm-otel');
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(ROOT, link, 'junction');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package has entries with code and without code', () => {
  expect(ENTRIES.length).toBeGreaterThan(1);
  expect(DATA_ENTRIES.length).toBeGreaterThan(0);
});

test.each([...ENTRIES, ...DATA_ENTRIES])('$name has types for node10', ({ name, types }) => {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    resolveJsonModule: true,
  };
  const { resolvedModule } = ts.resolveModuleName(name, join(folder, 'app.ts'), options, ts.sys);
  expect(resolvedModule?.resolvedFileName).toBe(realpathSync(types));
});
