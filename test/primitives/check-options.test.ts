import { describe, expect, test } from 'vitest';
import { checkFunction, checkOneOf, checkOption, checkOptions } from '../../src/primitives/check-options.ts';

const WRONG = [
  ['time', '5', TypeError, 'createX: limit must be a number greater than 0 and at most 2147483647, not "5"'],
  ['time', null, TypeError, 'not null'],
  ['time', 0, RangeError, 'not 0'],
  ['time', -1, RangeError, 'not -1'],
  ['time', Number.NaN, RangeError, 'must be a number greater than 0'],
  ['time', Number.POSITIVE_INFINITY, RangeError, 'at most 2147483647'],
  ['time', 2_147_483_648, RangeError, 'at most 2147483647'],
  ['time_or_zero', -1, RangeError, 'not -1'],
  ['time_or_zero', true, TypeError, 'not true'],
  ['count', 1.5, RangeError, 'an integer greater than 0, not 1.5'],
  ['count', 0, RangeError, 'not 0'],
  ['positive', 0, RangeError, 'a number greater than 0, not 0'],
  ['positive', Number.POSITIVE_INFINITY, RangeError, 'a number greater than 0'],
  ['price', -1, RangeError, '0 or greater, not -1'],
  ['boolean', 1, TypeError, 'true or false, not 1'],
  ['text', 1, TypeError, 'a string, not 1'],
  ['name', '', TypeError, 'a string that is not empty, not ""'],
  ['function', {}, TypeError, 'a function, not {}'],
  ['object', [], TypeError, 'an object, not []'],
  ['array', {}, TypeError, 'an array, not {}'],
] as const;

describe('checkOption', () => {
  test.each(WRONG)('%s: %j throws', (rule, value, kind, message) => {
    const check = (): void => checkOption('createX', 'limit', value, rule);
    expect(check).toThrow(kind);
    expect(check).toThrow(message);
    expect(check).toThrow(/^createX: limit /);
  });

  test.each([
    ['time', 0.5],
    ['time_or_zero', 0],
    ['count', 1],
    ['price', 0],
    ['boolean', false],
    ['text', ''],
    ['name', 'a'],
    ['function', () => 1],
    ['object', {}],
    ['array', []],
    ['time', undefined],
  ] as const)('%s: %j is right', (rule, value) => {
    expect(() => checkOption('createX', 'limit', value, rule)).not.toThrow();
  });
});

test('options inside of an option have a path', () => {
  expect(() => checkOptions('createX', { failures: 0 }, { failures: 'count' }, 'circuit')).toThrow(
    'createX: circuit.failures must be an integer greater than 0, not 0',
  );
});

test('options that are no object', () => {
  expect(() => checkOptions('createX', null, {})).toThrow(
    new TypeError('createX: options must be an object, not null'),
  );
});

test('one of several values', () => {
  expect(() => checkOneOf('createX', 'strategy', 'best', ['a', 'b'])).toThrow(
    new TypeError('createX: strategy must be one of "a", "b", not "best"'),
  );
  expect(() => checkOneOf('createX', 'strategy', undefined, ['a'])).not.toThrow();
});

test('a function that is none', () => {
  expect(() => checkFunction('withX', 'fn', 1)).toThrow(new TypeError('withX: fn must be a function, not 1'));
});
