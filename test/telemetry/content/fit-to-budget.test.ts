import { describe, expect, test } from 'vitest';
import { fitList, fitPart, type Items, OMITTED } from '../../../src/telemetry/content/fit-to-budget.ts';
import type { JsonObject } from '../../../src/telemetry/content/truncation.ts';

const text = (length: number, content = 'x'): JsonObject => ({ type: 'text', content: content.repeat(length) });
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const itemsOf = (parts: readonly (JsonObject | null)[], keepFirst = 1): Items => ({
  count: parts.length,
  keepFirst,
  make: (index, room) => {
    const part = parts[index];
    if (part === undefined) throw new RangeError(`there is no item ${index}`);
    return part === null ? null : fitPart(part, room);
  },
  marker: (omitted) => ({ type: OMITTED, omitted }),
});

/** What became of each item: whole, cut, or how many a marker stands for. */
function shapeOf(parts: readonly (JsonObject | null)[], budget: number, head?: number): unknown {
  const fitted = fitList(itemsOf(parts, head), budget);
  if (fitted === undefined) return undefined;
  expect(fitted.bytes).toBe(bytes(fitted.value));
  expect(fitted.json).toBe(JSON.stringify(fitted.value));
  expect(fitted.bytes).toBeLessThanOrEqual(budget);
  const shape = (fitted.value as JsonObject[]).map((part) =>
    part.type === OMITTED ? part.omitted : part.truncated === true ? 'cut' : 'whole',
  );
  expect(fitted.cutByList).toBe(shape.some((one) => one !== 'whole'));
  return shape;
}

describe('a list in a budget', () => {
  test.each<[about: string, (JsonObject | null)[], budget: number, keepFirst: number, shape: unknown]>([
    ['fits', [text(5), text(5)], 1000, 1, ['whole', 'whole']],
    ['fits exactly', [text(100)], 2 + bytes(text(100)) + 1, 1, ['whole']],
    ['fits exactly after the first part', [text(10), text(400)], 2 + bytes(text(10)) + bytes(text(400)) + 2, 1, ['whole', 'whole']], // biome-ignore format: a row
    ['a part in the middle is left out, not cut', [text(5), text(3000), text(5)], 700, 1, ['whole', 1, 'whole']],
    ['so is one beside the head', [text(5), text(3000), text(3000), text(5)], 700, 1, ['whole', 2, 'whole']],
    ['the very last part is cut', [text(5), text(400), text(3000)], 700, 1, ['whole', 1, 'cut']],
    ['and what is small still fits before it', [text(5), text(5), text(3000)], 700, 1, ['whole', 'whole', 'cut']],
    ['the first part gets half of the room', [text(3000), text(5)], 700, 1, ['cut', 'whole']],
    ['a part alone gets all of it', [text(3000)], 700, 1, ['cut']],
    ['what is left out on purpose needs no marker', [text(5), null, text(5)], 1000, 1, ['whole', 'whole']],
    ['a head of two', [text(50), text(50), text(3000), text(50)], 700, 2, ['whole', 'whole', 1, 'whole']],
    ['nothing', [], 1000, 1, []],
    ['too small for a marker', [text(5)], 127, 1, undefined],
    ['just large enough for one', [text(5), text(5)], 128, 1, [2]],
  ])('%s', (_, parts, budget, head, shape) => {
    expect(shapeOf(parts, budget, head)).toEqual(shape);
  });

  test('half of the room is free for what follows the first part', () => {
    const fitted = fitList(itemsOf([text(3000), text(3000)]), 1128);
    const [first, last] = (fitted?.value ?? []) as JsonObject[];
    expect(bytes(first)).toBeLessThanOrEqual(500);
    expect(bytes(last)).toBeGreaterThan(300);
  });
});

describe('a part in a room', () => {
  test('that fits is whole', () => {
    const part = text(100);
    expect(fitPart(part, bytes(part))).toMatchObject({ value: part, cutByList: false });
    expect(fitPart(part, bytes(part) - 1)).toBeUndefined();
  });

  test.each([128, 200, 1000, 2999])('of %d bytes is cut to it and says so', (room) => {
    for (const content of ['x', '"', '\u0001', 'ü', '😀']) {
      const cut = fitPart(text(3000, content), room);
      if (cut === undefined) continue;
      expect(cut.bytes).toBeLessThanOrEqual(room);
      expect(cut.cutByList).toBe(true);
      expect(cut.value).toMatchObject({ truncated: true });
    }
  });

  test('escapes do not keep a part from being cut', () => {
    expect(fitPart(text(3000, '\u0001'), 1000)?.value).toMatchObject({ truncated: true });
  });

  test('media lose their payload as a whole, and say how long it was', () => {
    const blob = { type: 'blob', mime_type: 'image/png', content: 'A'.repeat(4000) };
    expect(fitPart(blob, 1000)?.value).toEqual({ ...blob, content: '', byte_length: 3000 });
    expect(fitPart({ ...blob, content: '' }, 1000)?.value).toEqual({ ...blob, content: '' });
  });
});
