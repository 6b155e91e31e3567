import type { SpanContext } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { createRecentSpans, findSpan, storeSpan } from '../../../src/telemetry/links/recent-spans.ts';

const spanAt = (index: number): SpanContext => ({ traceId: 't', spanId: String(index), traceFlags: 1 });

/** Where the id leads after as many spans as `count`; those at the indexes `same` have the id `again`. */
function ringOf(count: number, same: readonly number[]) {
  const ring = createRecentSpans();
  for (let i = 0; i < count; i++) storeSpan(ring, same.includes(i) ? 'again' : `id_${i}`, spanAt(i));
  return (id = 'again') => findSpan(ring, id)?.spanId;
}

const ROWS: readonly (readonly [count: number, same: readonly number[], expected: number | undefined])[] = [
  [1, [0], 0],
  [10, [3, 7], 7],
  [1000, [0, 999], 999],
  [1000, [0], 0],
  [1001, [0], undefined],
  [1001, [1], 1],
  // The newer one stands before the older one.
  [1010, [995, 1005], 1005],
  [1010, [995, 1000], 1000],
  [1010, [1009, 1000], 1009],
  [1010, [995], 995],
  [1010, [10, 1005], 1005],
  [2000, [1000, 1999], 1999],
  [2001, [1500, 2000], 2000],
];

test.each(ROWS)('of %d spans, those at %j have the id: it leads to %s', (count, same, expected) => {
  expect(ringOf(count, same)()).toBe(expected === undefined ? undefined : String(expected));
});

test('an id that nothing has, and no ring', () => {
  expect(ringOf(3, [])('none')).toBeUndefined();
  expect(ringOf(0, [])()).toBeUndefined();
  expect(findSpan(undefined, 'again')).toBeUndefined();
});
