import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileGlob, compileGlobs, nameFilter } from '../../src/runtime/glob.ts';

/** The meaning of a glob, as a regular expression; slow for many stars. */
function globPattern(glob: string): RegExp {
  const escaped = glob.replaceAll(/[.+^${}()|[\]\\/-]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
}

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '😀'), maxLength: 12 });
const globs = fc.string({ unit: fc.constantFrom('a', 'b', '.', '😀', '*', '?'), maxLength: 8 });

test('a glob means its regular expression', () => {
  fc.assert(
    fc.property(globs, letters, (glob, text) => {
      expect(compileGlob(glob)(text)).toBe(globPattern(glob).test(text));
    }),
    { numRuns: 5000 },
  );
});

test('several globs mean any of the globs', () => {
  fc.assert(
    fc.property(fc.array(globs, { minLength: 1, maxLength: 4 }), letters, (list, text) => {
      expect(compileGlobs(list)(text)).toBe(list.some((glob) => compileGlob(glob)(text)));
    }),
  );
});

test.each([
  [{}, true],
  [{ included: [] }, false],
  [{ included: ['user.*', 'a?c'] }, true],
  [{ included: ['a?'] }, false],
  [{ excluded: ['a?c'] }, false],
  [{ included: ['a*'], excluded: ['*c'] }, false],
  [{ included: ['a.c', 'A?C'] }, false],
])('lists %j and the name abc', (lists, isKept) => {
  expect(nameFilter(lists)('abc')).toBe(isKept);
});

test('a filter of names compiles globs as matches do: `?` is one character, beyond U+FFFF too', () => {
  expect(nameFilter({ included: ['a?c'] })('a😀c')).toBe(true);
});
