import { expect, test } from 'vitest';
import { follow, isThenable } from '../../src/runtime/follow.ts';

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
