import { expect, test } from 'vitest';
import { estimateSize } from '../../../src/pipeline/batches/estimate-size.ts';

const event = (text: string): { attributes: Record<string, unknown> } => ({ attributes: { text } });
const events = (count: number, text: string): { attributes: Record<string, unknown> }[] =>
  Array.from({ length: count }, () => event(text));

test.each([0, 1, 8, 9, 200])('the estimate of %i equal events is exact', (count) => {
  expect(estimateSize({ events: events(count, 'x'.repeat(50)) })).toBe(500 + count * (100 + 8 + 2 * 50));
});

test('few events are all counted', () => {
  const small = estimateSize({ events: events(8, '') });
  expect(estimateSize({ events: [...events(4, ''), event('x'.repeat(1000)), ...events(3, '')] }) - small).toBe(2000);
});

test('a long last event, such as an exception behind the chunks, is counted', () => {
  expect(estimateSize({ events: [...events(300, ''), event('x'.repeat(10_000))] })).toBeGreaterThan(20_000);
});

test('a getter that throws costs the item its estimate, not the application its call', () => {
  const attributes = Object.defineProperty({}, 'a', {
    enumerable: true,
    get: () => {
      throw new Error('mine');
    },
  });
  expect(estimateSize({ attributes })).toBe(500);
});
