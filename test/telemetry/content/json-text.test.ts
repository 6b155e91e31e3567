import { expect, test } from 'vitest';
import { parsedJson } from '../../../src/telemetry/content/json-text.ts';

const object = { a: 1 };

test.each([
  ['{"a":1}', { a: 1 }],
  [' \n[1]', [1]],
  ['{"a":', '{"a":'],
  ['42', '42'],
  ['true', 'true'],
  ['null', 'null'],
  ['"text"', '"text"'],
  ['', ''],
  [7, 7],
  [undefined, undefined],
])('%j is %j', (value, parsed) => {
  expect(parsedJson(value)).toEqual(parsed);
});

test('what is no text is the same', () => {
  expect(parsedJson(object)).toBe(object);
});
