import { expect, test } from 'vitest';
import { jsonOf } from '../../../src/pipeline/steps/values/json-of.ts';

const circle: unknown[] = [];
circle.push(circle);
const throws = (): never => {
  throw new Error('the secret');
};

test.each<[unknown, string]>([
  [{ a: 1, b: ['x', null] }, '{"a":1,"b":["x",null]}'],
  ['text', '"text"'],
  [1n, '"1"'],
  [{ a: [2n] }, '{"a":["2"]}'],
  [circle, '"[no JSON]"'],
  [Object.defineProperty({}, 'a', { get: throws, enumerable: true }), '"[no JSON]"'],
  [{ toJSON: throws }, '"[no JSON]"'],
  [{ toJSON: () => undefined }, 'null'],
  [() => {}, 'null'],
  [undefined, 'null'],
])('every value has JSON (%#)', (value, json) => {
  expect(jsonOf(value)).toBe(json);
});
