import { describe, expect, test } from 'vitest';
import { circleIn, faultOf, plainExports, withPlainExports } from '../../scripts/build/plain-exports.ts';
import { build } from './rolldown.ts';

const sources = {
  'a.ts': "import { shared, other } from './shared.ts';\nexport const a = () => shared() + other;",
  'b.ts': "import { shared } from './shared.ts';\nexport const b = () => shared();",
  'shared.ts': 'let calls = 0;\nexport function shared() { return ++calls; }\nexport const other = Date.now();',
};
const input = { a: './a.ts', b: './b.ts' };

describe('the build', () => {
  test('takes each value of another file once', async () => {
    const files = await build(sources, input, [plainExports()]);
    expect(files['shared.cjs']?.code).toMatch(/^exports\.shared = shared;$/m);
    expect(files['shared.cjs']?.code).not.toContain('get: function');
    expect(files['a.cjs']?.code).toMatch(/^const \{ shared: \w+, other: \w+ \} = require\("\.\/shared\.cjs"\);$/m);
  });

  test('fails where it replaced nothing', async () => {
    const alone = build({ 'a.ts': 'export const a = Date.now();' }, { a: './a.ts' }, [plainExports()]);
    await expect(alone).rejects.toThrow(/^.*plain-exports: nothing was replaced of exports, uses, requires/s);
  });

  test('fails for an export that changes', async () => {
    const changing = { ...sources, 'shared.ts': `${sources['shared.ts']}\nexport { calls };` };
    const used = { ...changing, 'b.ts': "import { calls } from './shared.ts';\nexport const b = () => calls;" };
    await expect(build(used, input, [plainExports()])).rejects.toThrow(
      'shared.cjs exports `calls`, which is no constant',
    );
  });
});

const exported = (get: string): string => `Object.defineProperty(exports, 'a', {\n  enumerable: true,\n  ${get}\n});`;

test('an export that is printed another way is not passed over', () => {
  const counts = { exports: 0, uses: 0, requires: 0 };
  expect(withPlainExports(exported('get: function () {\n    return a;\n  }'), counts, 'x.cjs')).toBe('exports.a = a;');
  expect(() => withPlainExports(exported('get: () => a'), counts, 'x.cjs')).toThrow('an export of x.cjs is printed');
});

test('nothing replaced of one kind is a fault', () => {
  expect(faultOf({ exports: 1, uses: 1, requires: 1 })).toBeUndefined();
  expect(faultOf({ exports: 9, uses: 9, requires: 0 })).toContain('nothing was replaced of requires');
});

test('files that require each other are found', () => {
  expect(circleIn(new Map([['a', ['b', 'c']], ['b', ['c']], ['c', []]]))).toBeUndefined(); // biome-ignore format: a graph
  expect(circleIn(new Map([['a', ['b']], ['b', ['c']], ['c', ['b']]]))).toEqual(['b', 'c', 'b']); // biome-ignore format: a graph
});
