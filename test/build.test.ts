import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const DIST = join(import.meta.dirname, '../dist');

// One character above U+00FF, and V8 keeps the whole source in two bytes a character: twice the memory, for good.
test.each(readdirSync(DIST).filter((name) => name.endsWith('.cjs')))('%s takes one byte a character', (name) => {
  const wide = [...readFileSync(join(DIST, name), 'utf8')].filter(
    (character) => (character.codePointAt(0) ?? 0) > 0xff,
  );
  expect(wide).toEqual([]);
});
