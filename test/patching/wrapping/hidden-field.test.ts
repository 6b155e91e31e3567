import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { createHiddenField } from '../../../src/patching/wrapping/hidden-field.ts';
import { ROOT, runNode } from '../../support/spawn.ts';

const TARGETS: readonly (readonly [string, () => object])[] = [
  ['an object', () => ({ a: 1 })],
  ['a frozen object', () => Object.freeze({ a: 1 })],
  ['a function', () => () => {}],
  ['a promise', () => Promise.resolve()],
  ['an object without prototype', () => Object.create(null) as object],
  ['a proxy that refuses everything', () => new Proxy({}, new Proxy({}, { get: () => expect.fail }))],
];

describe.each(TARGETS)('%s', (what, make) => {
  test('keeps a value of each field, by itself', () => {
    const [first, second] = [createHiddenField<string>(), createHiddenField<string>()];
    const [target, other] = [make(), make()];
    expect(first.get(target)).toBeUndefined();
    first.put(target, 'a');
    first.put(target, 'b');
    second.put(target, 'c');
    expect([first.get(target), second.get(target), first.get(other)]).toEqual(['b', 'c', undefined]);
  });

  test.skipIf(what.includes('proxy'))('does not show it', () => {
    const field = createHiddenField<string>();
    const [target, plain] = [make(), make()];
    field.put(target, 'secret');
    expect(Reflect.ownKeys(target)).toEqual(Reflect.ownKeys(plain));
    expect(inspect(target, { showHidden: true, depth: 9 })).toBe(inspect(plain, { showHidden: true, depth: 9 }));
  });
});

test('an object that refuses keeps its value elsewhere', () => {
  const field = createHiddenField<string>({
    put: () => {
      throw new TypeError('Cannot define property #value, object is not extensible');
    },
    get: () => undefined,
  });
  const target = Object.freeze({});
  field.put(target, 'a');
  field.put(target, 'b');
  expect([field.get(target), field.get({})]).toEqual(['b', undefined]);
});

const FLAG = '--js-nonextensible-applies-to-private';
const hasFlag = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' }).includes(FLAG);

test.skipIf(!hasFlag)('frozen objects that refuse private fields', async () => {
  const path = join(ROOT, 'src/patching/wrapping/hidden-field.ts');
  const source = ts.transpile(readFileSync(path, 'utf8'), {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ES2022,
  });
  const { stdout, stderr } = await runNode({
    nodeArgs: [FLAG],
    source: `${source}
      const [field, target] = [createHiddenField(), Object.freeze({})];
      field.put(target, 'a');
      console.log(field.get(target), field.get(Object.freeze({})));`,
  });
  expect({ stdout, stderr }).toEqual({ stdout: 'a undefined\n', stderr: '' });
});
