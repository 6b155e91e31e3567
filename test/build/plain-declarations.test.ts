import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainDeclarations, writePlainDeclarations } from '../../scripts/build/plain-declarations.ts';

const REGION =
  '//#region src/a.d.ts\n/** A class. */\ndeclare class A {\n  #private;\n  run(): void;\n}\n//#endregion\n';
const PLAIN = '/** A class. */\ndeclare class A {\n  run(): void;\n}\n';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-otel-declarations-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('names of source files and marks of private fields are removed, and counted', () => {
  const counts = { regions: 0, 'private marks': 0 };
  expect(plainDeclarations(REGION, counts)).toBe(PLAIN);
  expect(counts).toEqual({ regions: 2, 'private marks': 1 });
});

test('the build rewrites declarations, and no other file', () => {
  writeFileSync(join(folder, 'a.d.cts'), REGION);
  writeFileSync(join(folder, 'a.cjs'), REGION);
  writePlainDeclarations(folder);
  expect(readFileSync(join(folder, 'a.d.cts'), 'utf8')).toBe(PLAIN);
  expect(readFileSync(join(folder, 'a.cjs'), 'utf8')).toBe(REGION);
});

test.each([
  ['regions', 'declare class A {\n  #private;\n}\n'],
  ['private marks', '//#region src/a.d.ts\n//#endregion\n'],
])('a build without %s fails', (kind, text) => {
  writeFileSync(join(folder, 'a.d.cts'), text);
  expect(() => writePlainDeclarations(folder)).toThrow(`plain-declarations: found no ${kind} in`);
});
