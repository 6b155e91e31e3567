import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { ROOT } from '../support/spawn.ts';

interface Mutant {
  readonly kind: string;
  readonly change: string;
  readonly line: number;
}
interface Scripts {
  mutantsOf(path: string, text: string): Mutant[];
  mutate(text: string, mutant: Mutant): string;
  alternativesOf(literal: string): [number, number][];
  sampleOf<T>(items: readonly T[], size: number, seed: number): T[];
}

const load = async (name: string): Promise<Partial<Scripts>> =>
  (await import(pathToFileURL(join(ROOT, 'scripts/mutation', name)).href)) as Partial<Scripts>;
const { mutantsOf, mutate, alternativesOf, sampleOf } = Object.assign(
  {},
  await load('mutants.mjs'),
  await load('regex-alternatives.mjs'),
  await load('sample.mjs'),
) as Scripts;

/** A source, and what becomes of it by each mutant. */
const ROWS: readonly (readonly [source: string, mutants: readonly string[]])[] = [
  ['if (a()) b(c);', ['if (!(a())) b(c);', 'if (a()) ;']],
  ['const x = a === b ? c : d;', ['const x = a !== b ? c : d;']],
  ['x = a < 5;', ['x = a <= 5;', 'x = a < 6;', 'x = a < 4;', ';']],
  ['const x = a && b;', ['const x = (a) || (b);']],
  ['const x = a ?? b;', ['const x = a;']],
  ['a ??= b;', ['a = b;', ';']],
  ['function f() { if (a === b) return; return c; }', [
    'function f() { if (a !== b) return; return c; }', 'function f() { ; return c; }',
  ]], // biome-ignore format: a row
  ['while (true) { break; }', ['while (false) { break; }', 'while (true) { ; }']],
  ["const T = { a: ['x', 'y'] };", ['const T = {  };', "const T = { a: [ 'y'] };", "const T = { a: ['x', ] };"]],
  ['const f = () => [a, b];', []],
  ['const P = /a|b/;', ['const P = /b/;', 'const P = /a/;']],
  ['type T = 1 | true;', []],
];

test.each(ROWS)('%s', (source, expected) => {
  const mutants = mutantsOf('a.ts', source);
  expect(mutants.map((mutant) => mutate(source, mutant)).sort()).toEqual([...expected].sort());
});

test.each([
  ['/a|b|c/', ['/b|c/', '/a|c/', '/a|b/']],
  ['/^(?:a|(b|c)d)$/g', ['/^(?:(b|c)d)$/g', '/^(?:a)$/g', '/^(?:a|(c)d)$/g', '/^(?:a|(b)d)$/g']],
  [String.raw`/[|]\|x/`, []],
  ['/(?:|a)/', ['/(?:)/']],
])('alternatives of %s', (literal, expected) => {
  const without = alternativesOf(literal).map(([start, end]) => literal.slice(0, start) + literal.slice(end));
  expect(without.sort()).toEqual([...expected].sort());
});

test('a seed draws the same sample again, and another seed another one', () => {
  const items = Array.from({ length: 100 }, (_, i) => i);
  const sample = sampleOf(items, 10, 7);
  expect(sampleOf(items, 10, 7)).toEqual(sample);
  expect(sampleOf(items, 10, 8)).not.toEqual(sample);
  expect(new Set(sample).size).toBe(10);
  expect(sampleOf(items, 200, 7)).toHaveLength(100);
});
