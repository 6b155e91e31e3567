import { expect, test } from 'vitest';
import { defineHidden } from '../../../src/patching/wrapping/define-hidden.ts';

test('a hidden property can be changed and taken away, and is not enumerated', () => {
  const target: { method?: unknown } = {};
  defineHidden(target, 'method', 1);
  expect([Object.keys(target), target.method]).toEqual([[], 1]);
  target.method = 2;
  expect(target.method).toBe(2);
  delete target.method;
  expect('method' in target).toBe(false);
});
