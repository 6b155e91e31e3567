import { expect, test } from 'vitest';
import { defineHidden } from '../../../src/patching/wrapping/define-hidden.ts';
import { follow, isThenable } from '../../../src/patching/wrapping/follow-result.ts';

test('a hidden property can be changed and taken away, and is not enumerated', () => {
  const target: { method?: unknown } = {};
  defineHidden(target, 'method', 1);
  expect([Object.keys(target), target.method]).toEqual([[], 1]);
  target.method = 2;
  expect(target.method).toBe(2);
  delete target.method;
  expect('method' in target).toBe(false);
});

test.each([
  [Promise.resolve(), true],
  [Object.fromEntries([['then', () => {}]]), true],
  [Object.fromEntries([['then', 1]]), false],
  [() => {}, false],
  [null, false],
  [undefined, false],
])('%o is a promise: %s', (value, expected) => {
  expect(isThenable(value)).toBe(expected);
});

test('what comes of a call is told once, and given on', async () => {
  const told: unknown[] = [];
  const handlers = {
    answered: (value: unknown) => {
      told.push(value);
      return 'given';
    },
    failed: (error: unknown) => void told.push(error),
  };
  const error = new Error('no');
  expect(follow(1, handlers)).toBe('given');
  expect(await follow(Promise.resolve(2), handlers)).toBe('given');
  await expect(follow(Promise.reject(error), handlers)).rejects.toBe(error);
  expect(told).toEqual([1, 2, error]);
});
