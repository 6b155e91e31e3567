import { describe, expect, test } from 'vitest';
import { type Entry, ratesAt } from '../../src/cost/price-table.ts';
import { chargeOf, type Habits, isLongContext, type Rates, type Usage } from '../../src/cost/rates.ts';

const PLAIN: Habits = { audioAsText: false, hiddenOutput: false };
const RATES: Rates = { input: 2, output: 4 };
/** What tokens cost, in millionths of a dollar. */
const spent = (usage: Usage, rates: Rates = RATES, habits: Partial<Habits> = {}) => {
  const cost = chargeOf(usage, rates, { ...PLAIN, ...habits });
  return cost && [cost.input * 1e6, cost.output * 1e6].map((dollars) => Number(dollars.toFixed(6)));
};

test.each<[about: string, Usage, Rates, number[] | undefined, Partial<Habits>?]>([
  ['no price of input', { input: 1, output: 1 }, { output: 1 }, undefined],
  ['no price of output', { input: 1, output: 1 }, { input: 1 }, undefined],
  ['no price of output, and none sent', { input: 1 }, { input: 2 }, [2, 0]],
  ['nothing at all', { input: 0, output: 0 }, RATES, undefined],
  ['one token', { input: 1, output: 0 }, RATES, [2, 0]],
  ['no input', { output: 1 }, RATES, undefined],
  ['no output', { input: 1 }, RATES, undefined],
  ['negative input', { input: -1, output: 5 }, RATES, undefined],
  ['negative output', { input: 5, output: -1 }, RATES, undefined],
  ['no number', { input: Number.NaN, output: 1 }, RATES, undefined],
  ['without end', { input: Number.POSITIVE_INFINITY, output: 1 }, RATES, undefined],
  ['more from the cache than there is', { input: 10, output: 0, cacheRead: 11 }, RATES, undefined],
  ['all from the cache', { input: 10, output: 0, cacheRead: 10 }, { ...RATES, cacheRead: 1 }, [10, 0]],
  ['less than nothing from the cache', { input: 10, output: 0, cacheRead: -1 }, RATES, undefined],
  ['an hour of more than was written', { input: 10, output: 0, cacheWrite: 1, cacheWrite1h: 2 }, RATES, undefined],
  ['less than no hour', { input: 10, output: 0, cacheWrite: 1, cacheWrite1h: -1 }, RATES, undefined],
  ['written at its price', { input: 10, output: 0, cacheWrite: 4 }, { ...RATES, cacheWrite: 3 }, [24, 0]],
  ['an hour at the price of input', { input: 10, output: 0, cacheWrite: 4, cacheWrite1h: 4 }, RATES, [20, 0]],
  ['an hour without a price, where writing has one', { input: 10, output: 0, cacheWrite: 4, cacheWrite1h: 4 }, { ...RATES, cacheWrite: 3 }, undefined], // biome-ignore format: a row
  ['an hour at its price', { input: 10, output: 0, cacheWrite: 4, cacheWrite1h: 1 }, { ...RATES, cacheWrite: 3, cacheWrite1h: 5 }, [26, 0]], // biome-ignore format: a row
  ['beside the output: reasoning', { input: 1, output: 1, reasoning: 3, total: 5 }, RATES, [2, 16]],
  ['beside the output: something else', { input: 1, output: 1, reasoning: 2, total: 5 }, RATES, undefined],
  ['beside the output: hidden', { input: 1, output: 1, total: 5 }, RATES, [2, 16], { hiddenOutput: true }],
  ['a sum that is less than its parts', { input: 1, output: 1, total: 1 }, RATES, undefined, { hiddenOutput: true }],
  ['reasoning at its price', { input: 0, output: 5, reasoning: 2 }, { ...RATES, reasoning: 10 }, [0, 32]],
  ['more reasoning than output', { input: 1, output: 5, reasoning: 6 }, RATES, undefined],
  ['nothing but reasoning', { input: 0, output: 5, reasoning: 5 }, RATES, [0, 20]],
  ['less than no reasoning', { input: 1, output: 5, reasoning: -1 }, RATES, undefined],
  ['audio without a price', { input: 5, output: 0, inputBy: { audio: 1 } }, RATES, undefined],
  ['audio at the price of text', { input: 5, output: 0, inputBy: { audio: 1 } }, RATES, [10, 0], { audioAsText: true }],
  ['no audio', { input: 5, output: 0, inputBy: { audio: 0 } }, RATES, [10, 0]],
  ['audio at its price', { input: 5, output: 0, inputBy: { audio: 2 } }, { ...RATES, inputAudio: 10 }, [26, 0]],
  ['images at their price', { input: 5, output: 0, inputBy: { image: 2 } }, { ...RATES, inputImage: 10 }, [26, 0]],
  ['images at the price of text', { input: 5, output: 0, inputBy: { image: 2 } }, RATES, [10, 0]],
  ['nothing but audio and images', { input: 5, output: 0, inputBy: { audio: 3, image: 2 } }, { ...RATES, inputAudio: 1, inputImage: 1 }, [5, 0]], // biome-ignore format: a row
  ['more audio and images than input', { input: 5, output: 0, inputBy: { audio: 3, image: 3 } }, { ...RATES, inputAudio: 1, inputImage: 1 }, undefined], // biome-ignore format: a row
  ['cached audio, all', { input: 5, output: 0, cacheRead: 2, inputBy: { audio: 2 }, cacheReadBy: { audio: 2 } }, { ...RATES, cacheRead: 1, inputAudio: 10, cacheReadAudio: 3 }, [12, 0]], // biome-ignore format: a row
  ['cached audio without a price', { input: 5, output: 0, cacheRead: 2, inputBy: { audio: 2 }, cacheReadBy: { audio: 2 } }, { ...RATES, cacheRead: 1, inputAudio: 10 }, [8, 0]], // biome-ignore format: a row
  ['more cached audio than audio', { input: 5, output: 0, cacheRead: 3, inputBy: { audio: 2 }, cacheReadBy: { audio: 3 } }, { ...RATES, cacheRead: 1, inputAudio: 10 }, undefined], // biome-ignore format: a row
  ['more cached audio than is cached', { input: 5, output: 0, cacheRead: 1, inputBy: { audio: 2 }, cacheReadBy: { audio: 2 } }, { ...RATES, cacheRead: 1, inputAudio: 10 }, undefined], // biome-ignore format: a row
  ['more fresh audio than is fresh', { input: 5, output: 0, cacheRead: 4, inputBy: { audio: 3 }, cacheReadBy: { audio: 1 } }, { ...RATES, cacheRead: 1, inputAudio: 10 }, undefined], // biome-ignore format: a row
  ['less than no cached audio', { input: 5, output: 0, cacheRead: 1, inputBy: { audio: 2 }, cacheReadBy: { audio: -1 } }, { ...RATES, cacheRead: 1, inputAudio: 10 }, undefined], // biome-ignore format: a row
  ['an answer that may be audio', { input: 1, output: 1 }, { ...RATES, outputAudio: 10 }, undefined],
  ['an answer that may be an image', { input: 1, output: 1 }, { ...RATES, outputImage: 10 }, undefined],
  ['no answer that may be audio', { input: 1, output: 0 }, { ...RATES, outputAudio: 10 }, [2, 0]],
  ['spoken at its price', { input: 0, output: 5, outputBy: { audio: 2 } }, { ...RATES, outputAudio: 10 }, [0, 32]],
  ['spoken without a price', { input: 0, output: 5, outputBy: { audio: 2 } }, RATES, undefined],
  [
    'spoken at the price of text',
    { input: 0, output: 5, outputBy: { audio: 2 } },
    RATES,
    [0, 20],
    { audioAsText: true },
  ],
  ['drawn at its price', { input: 0, output: 5, outputBy: { image: 2 } }, { ...RATES, outputImage: 10 }, [0, 32]],
  ['drawn and spoken, all of it', { input: 0, output: 5, outputBy: { image: 3, audio: 2 } }, { ...RATES, outputImage: 1, outputAudio: 1 }, [0, 5]], // biome-ignore format: a row
  ['drawn and spoken, more than all', { input: 0, output: 5, outputBy: { image: 3, audio: 3 } }, { ...RATES, outputImage: 1, outputAudio: 1 }, undefined], // biome-ignore format: a row
])('%s', (_, usage, rates, expected, habits) => {
  expect(spent(usage, rates, habits)).toEqual(expected);
});

describe('prices by the size of the input', () => {
  const rates: Rates = { input: [1, 100, 2, 200, 3], output: [10, 100, 20] };

  test.each([
    [100, 1, 10, false],
    [101, 2, 20, true],
    [200, 2, 20, true],
    [201, 3, 20, true],
  ])('%d tokens cost %d each, and those of the answer %d', (input, price, output, long) => {
    expect(spent({ input, output: 1 }, rates)).toEqual([input * price, output]);
    expect(isLongContext(rates, input)).toBe(long);
  });

  test.each<Rates>([{ input: 1 }, {}, { input: [1] }])('%j has no long context', (plain) => {
    expect(isLongContext(plain, Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});

describe('prices over time', () => {
  const [first, later, night, week] = [{ input: 1 }, { input: 2 }, { input: 3 }, { input: 4 }];
  const from = Date.parse('2026-03-01');
  const plain = { from: Number.NEGATIVE_INFINITY, between: undefined, weekdays: false };
  const entry = (...periods: Entry['later']): Entry => ({ id: 'x', first, later: periods });
  const at = (periods: Entry['later'], time?: string) =>
    ratesAt(entry(...periods), time === undefined ? undefined : Date.parse(time));

  test.each([
    ['2026-02-28T23:59:59.999Z', first],
    ['2026-03-01T00:00:00.000Z', later],
  ])('from a day on: %s', (time, rates) => {
    expect(at([{ ...plain, rates: later, from }], time)).toBe(rates);
  });

  test.each([
    ['2026-03-04T00:59:59.999Z', first],
    ['2026-03-04T01:00:00.000Z', night],
    ['2026-03-04T01:59:59.999Z', night],
    ['2026-03-04T02:00:00.000Z', first],
    ['2026-03-04T23:59:59.999Z', first],
  ])('in an hour of the day: %s', (time, rates) => {
    expect(at([{ ...plain, rates: night, between: [3600, 7200] }], time)).toBe(rates);
  });

  test.each([
    ['2026-03-01', first],
    ['2026-03-02', week],
    ['2026-03-06', week],
    ['2026-03-07', first],
    ['1970-01-01', week],
  ])('on weekdays: %s', (time, rates) => {
    expect(at([{ ...plain, rates: week, weekdays: true }], time)).toBe(rates);
  });

  test('the latest goes first, and now is the time if none is told', () => {
    expect(
      at(
        [
          { ...plain, rates: night, from },
          { ...plain, rates: later },
        ],
        '2026-03-02',
      ),
    ).toBe(night);
    expect(
      at(
        [
          { ...plain, rates: night, from },
          { ...plain, rates: later },
        ],
        '2026-02-02',
      ),
    ).toBe(later);
    expect(at([{ ...plain, rates: later, from: Date.now() - 1000 }])).toBe(later);
    expect(at([{ ...plain, rates: later, from: Date.now() + 100_000 }])).toBe(first);
    expect(at([])).toBe(first);
  });
});
