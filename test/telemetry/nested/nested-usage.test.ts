import { describe, expect, test } from 'vitest';
import type { UsageFacts } from '../../../src/facts/call.ts';
import type { Cost } from '../../../src/facts/prices.ts';
import { completedUsage, sumOfCosts, sumOfUsage } from '../../../src/telemetry/nested/nested-usage.ts';
import { rowsOf } from '../../support/source-tables.ts';

const SOURCE = 'src/telemetry/nested/nested-usage.ts';
const call = (usage?: UsageFacts, answered = true, cost?: Cost) => ({ response: { usage }, answered, cost });
const cost = (total: number, more: Partial<Cost> = {}): Cost => ({ total, model: 'm', ...more });
const sent = (usage: UsageFacts | undefined) =>
  usage && Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined));

/** Counts that are added up, and those of them that every call has to have sent. */
const COUNTS = ['input', 'output', 'total', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'reasoning'] as const;
const WHOLE = ['input', 'output', 'total'] as const;
const SPLITS = ['inputBy', 'outputBy', 'cacheReadBy'] as const;

describe('tokens of several calls', () => {
  test.each(COUNTS)('%s are added', (name) => {
    expect(sent(sumOfUsage([call({ [name]: 1 }), call({ [name]: 2 }), call({ [name]: 4 })]))).toEqual({ [name]: 7 });
    const half = sent(sumOfUsage([call({ [name]: 1 }), call({})]));
    expect(half).toEqual((WHOLE as readonly string[]).includes(name) ? {} : { [name]: 1 });
  });

  test.each(SPLITS)('%s are added by modality', (name) => {
    const sum = sumOfUsage([call({ [name]: { text: 1, audio: 2 } }), call({ [name]: { text: 4 } }), call({})]);
    expect(sent(sum)).toEqual({ [name]: { text: 5, audio: 2 } });
  });

  test('have a row here each', () => {
    expect(rowsOf(SOURCE, 'COUNTS')).toEqual(COUNTS);
    expect(rowsOf(SOURCE, 'REQUIRED_COUNTS')).toEqual(WHOLE);
    expect(rowsOf(SOURCE, 'SPLITS')).toEqual(SPLITS);
  });

  test.each<[about: string, Parameters<typeof sumOfUsage>[0], UsageFacts | undefined]>([
    ['none', [], undefined],
    ['one', [call({ input: 1 })], { input: 1 }],
    ['one that was answered and did not say', [call({ input: 1 }), call()], undefined],
    ['one that failed', [call({ input: 1 }), call(undefined, false)], { input: 1 }],
    ['one without a response', [call({ input: 1 }), { response: undefined, answered: false, cost: undefined }], { input: 1 }], // biome-ignore format: a row
  ])('%s', (_, calls, expected) => {
    expect(sumOfUsage(calls)).toEqual(expected);
  });
});

test.each<[about: string, own: UsageFacts | undefined, inner: UsageFacts | undefined, UsageFacts | undefined, boolean]>(
  [
    ['nothing of both', undefined, undefined, undefined, true],
    ['only the inner calls', undefined, { input: 1 }, { input: 1 }, true],
    ['only the outer call', { input: 1 }, undefined, { input: 1 }, false],
    ['the same', { input: 1, output: undefined }, { input: 1, output: 2, cacheRead: 1 }, { input: 1, output: 2, cacheRead: 1 }, true], // biome-ignore format: a row
    ['another input', { input: 1 }, { input: 2, cacheRead: 1 }, { input: 1 }, false],
    ['another output', { input: 1, output: 1 }, { input: 1, output: 2 }, { input: 1, output: 1 }, false],
    ['another total', { total: 1 }, { total: 2 }, { total: 1 }, false],
    ['details of its own', { input: 1, cacheRead: 9 }, { input: 1, cacheRead: 1 }, { input: 1, cacheRead: 9 }, true],
  ],
)('%s is known', (_, own, inner, usage, fromInner) => {
  expect(completedUsage(own, inner)).toEqual({ usage, fromInner });
});

test.each<[about: string, (readonly [Cost | undefined, answered: boolean])[], Cost | undefined]>([
  ['none', [], undefined],
  ['one', [[cost(1), true]], cost(1)],
  ['two of a model', [[cost(1, { input: 1, output: 0 }), true], [cost(2, { input: 1, output: 1 }), true]], cost(3, { input: 2, output: 1 })], // biome-ignore format: a row
  ['two models', [[cost(1), true], [cost(2, { model: 'n' }), true]], cost(3, { model: 'm,n' })], // biome-ignore format: a row
  ['one without parts', [[cost(1, { input: 1 }), true], [cost(2), true]], cost(3)], // biome-ignore format: a row
  ['one that is not known', [[cost(1), true], [undefined, true]], undefined], // biome-ignore format: a row
  ['one that failed', [[cost(1), true], [undefined, false]], cost(1)], // biome-ignore format: a row
])('the cost of %s', (_, calls, expected) => {
  const sum = sumOfCosts(calls.map(([spent, answered]) => call({}, answered, spent)));
  expect(sum).toEqual(expected);
});
