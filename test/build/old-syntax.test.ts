/** Files that an old Node reads before register stands aside: dist/register.cjs, and all files that dist/register.cjs requires at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { ROOT } from '../support/spawn.ts';

/** `file` of the build, and the files that are required in the first column of a line, which is outside of functions. */
function filesOf(file: string): string[] {
  const text = readFileSync(join(ROOT, 'dist', file), 'utf8');
  const required = [...text.matchAll(/^(?:const .*= )?require\("\.\/([^"]+)"\)/gm)].map(([, name = '']) => name);
  return [file, ...required.flatMap(filesOf)];
}

const printed = (text: string, target: ts.ScriptTarget): string =>
  ts.transpileModule(text, { compilerOptions: { target, module: ts.ModuleKind.CommonJS } }).outputText;

test('register begins with syntax of Node 12, which is ES2019', () => {
  const files = filesOf('register.cjs');
  for (const file of files) {
    const text = readFileSync(join(ROOT, 'dist', file), 'utf8');
    expect(printed(text, ts.ScriptTarget.ES2019)).toBe(printed(text, ts.ScriptTarget.ESNext));
    expect(text).not.toMatch(/require\("node:/);
  }
  expect(files.filter((file) => !file.startsWith('rolldown-runtime'))).toEqual(['register.cjs']);
  expect(readFileSync(join(ROOT, 'dist', 'register.mjs'), 'utf8')).toBe(
    "import implementation from './register.cjs';\nexport const { validateConfig } = implementation;\n",
  );
});

test('newer syntax is noticed', () => {
  expect(printed('a?.b ?? c', ts.ScriptTarget.ES2019)).not.toBe(printed('a?.b ?? c', ts.ScriptTarget.ESNext));
});
