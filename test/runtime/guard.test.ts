import { describe, expect, test, vi } from 'vitest';
import { errorName } from '../../src/runtime/error-name.ts';
import { ignoreRejection } from '../../src/runtime/guard.ts';
import { firstLine } from '../../src/runtime/log.ts';

/** Values that many functions cannot read. */
const UNREADABLE = {
  'an object without a prototype': Object.create(null),
  'an object whose text throws': {
    toString() {
      throw new Error('no');
    },
  },
  'an error whose message throws': Object.defineProperty(new Error('a'), 'message', {
    get() {
      throw new Error('no');
    },
  }),
} as const;

const thenable = (then: unknown): object => Object.fromEntries([['then', then]]);

describe('ignoreRejection', () => {
  const unreadable = Object.defineProperty({}, 'then', {
    get() {
      throw new Error('no');
    },
  });
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'text'],
    ['a number', 1],
    ['a map', { attributes: {} }],
    ['a map with a field', thenable('later')],
    ['a function', () => {}],
    ['a getter that throws', unreadable],
  ])('%s is no promise', (_what, value) => {
    expect(ignoreRejection(value)).toBe(false);
  });

  test('a promise that rejects causes no unhandled rejection', async () => {
    const rejected = vi.fn();
    process.on('unhandledRejection', rejected);
    expect(ignoreRejection(Promise.reject(new Error('no')))).toBe(true);
    expect(ignoreRejection((async () => Promise.reject(new Error('no')))())).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', rejected);
    expect(rejected).not.toHaveBeenCalled();
  });

  test('a promise of a library gets a handler too, and may throw', () => {
    const seen: unknown[] = [];
    expect(ignoreRejection(thenable((...handlers: unknown[]) => void seen.push(handlers)))).toBe(true);
    expect(seen).toEqual([[undefined, expect.any(Function)]]);
    const throws = () => {
      throw new Error('no');
    };
    expect(ignoreRejection(thenable(throws))).toBe(true);
  });
});

test.each<[unknown, string]>([
  [new TypeError('one\ntwo'), 'TypeError: one'],
  ['text', 'text'],
  [undefined, 'undefined'],
  [Symbol('a'), 'Symbol(a)'],
  [1n, '1'],
])('the first line of an error (%#)', (error, line) => {
  expect(firstLine(error)).toBe(line);
});

test.each(Object.entries(UNREADABLE))('the first line of %s', (_what, error) => {
  expect(firstLine(error)).toBe('an object that cannot be read');
});

test.each<[unknown, string]>([
  [new TypeError('a'), 'TypeError'],
  ['a', 'string'],
  [Object.assign(new Error('a'), { name: Symbol('b') }), 'Error'],
  [Object.assign(new Error('a'), { name: undefined }), 'Error'],
])('the name of an error (%#) is a text', (error, name) => {
  expect(errorName(error)).toBe(name);
});
