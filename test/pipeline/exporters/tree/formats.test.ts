import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCost,
  formatCount,
  formatTime,
  narrowCost,
  narrowCount,
  narrowTime,
} from '../../../../src/pipeline/exporters/tree/rows/formats.ts';

test.each([
  [0, '0 ms'],
  [0.2, '<1 ms'],
  [87, '87 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [1234, '1.23 s'],
  [9994, '9.99 s'],
  [9996, '10.0 s'],
  [12_345, '12.3 s'],
  [59_940, '59.9 s'],
  [59_960, '1 m 00 s'],
  [125_000, '2 m 05 s'],
  [725_000, '12 m 05 s'],
  [3_725_000, '1 h 02 m'],
])('%d ms is %s', (ms, text) => {
  expect(formatTime(ms)).toBe(text);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1412, '1,412'],
  [999_999, '999,999'],
  [9_999_999, '9,999,999'],
  [10_000_000, '10.0M'],
  [12_345_678, '12.3M'],
  [1_234_567_890, '1,235M'],
])('%d tokens are %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test.each([
  [0, '$0.000000'],
  [0.0000004, '<$0.000001'],
  [0.000016, '$0.000016'],
  [0.9999994, '$0.999999'],
  [0.9999996, '$1.00'],
  [12.344, '$12.34'],
  [1234.5, '$1,234.50'],
])('%d USD are %s', (usd, text) => {
  expect(formatCost(usd)).toBe(text);
});

test.each([
  [12, '12 B'],
  [12_300, '12.3 kB'],
  [4_560_000, '4.6 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('a number in a column is made shorter, never cut', () => {
  expect(narrowTime(725_000, 8)).toBe('12m 05s');
  expect(narrowCount(1_234_567, 7)).toBe('1.23M');
  expect(narrowCost(123_456.78, 10)).toBe('$123,457');
  for (let n = 1e-7; n < 1e21; n *= 1.7) {
    expect(narrowTime(n, 8).length).toBeLessThanOrEqual(8);
    expect(narrowCount(n, 7).length).toBeLessThanOrEqual(7);
    expect(narrowCost(n, 10).length).toBeLessThanOrEqual(10);
  }
});
