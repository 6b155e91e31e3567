import { describe, expect, test } from 'vitest';
import { costOf } from '../../src/cost/index.ts';
import { isStandard, regionMultiple, type TierQuery, tierMultiple } from '../../src/cost/service-tier.ts';
import { rowsOf } from '../support/source-tables.ts';

const SOURCE = 'src/cost/service-tier.ts';
const STANDARD = ['default', 'standard', 'auto', 'on_demand', 'unspecified', 'traffic_type_unspecified'];

describe('tiers at the list price', () => {
  test.each(STANDARD)('%s, however it is written', (tier) => {
    expect([isStandard(tier), isStandard(tier.toUpperCase())]).toEqual([true, true]);
  });

  test.each(['', 'flex', 'priority', 'batch', 'constructor', 'standard_only'])('not %j', (tier) => {
    expect(isStandard(tier)).toBe(false);
  });

  test('have a row here each', () => {
    expect(rowsOf(SOURCE, 'STANDARD').sort()).toEqual([...STANDARD].sort());
  });
});

/** Fast mode by model; `long`: also with long context. */
const FAST: Readonly<Record<string, readonly [multiple: number, long?: 'long']>> = {
  'openai/gpt-4o': [1.7],
  'openai/gpt-4o-2024-05-13': [1.75],
  'openai/gpt-4.1': [1.75],
  'openai/gpt-4.1-mini': [1.75],
  'openai/gpt-4.1-nano': [2],
  'openai/gpt-5': [2],
  'openai/gpt-5-mini': [1.8],
  'openai/gpt-5.1': [2],
  'openai/gpt-5.2': [2],
  'openai/gpt-5.4': [2],
  'openai/gpt-5.4-mini': [2],
  'openai/gpt-5.5': [2.5],
  'openai/gpt-5.6-sol': [2, 'long'],
  'openai/gpt-5.6-terra': [2, 'long'],
  'openai/gpt-5.6-luna': [2, 'long'],
};

const query = (provider: string, entry = `${provider}/x`, more: Partial<TierQuery> = {}): TierQuery => ({
  provider,
  entry,
  cached: false,
  longContext: false,
  ...more,
});

describe("OpenAI's fast mode", () => {
  test.each(Object.entries(FAST))('%s costs %j times as much', (entry, [multiple, long]) => {
    for (const tier of ['priority', 'fast', 'Priority']) {
      expect(tierMultiple(tier, query('openai', entry))).toBe(multiple);
      expect(tierMultiple(tier, query('openai', entry, { cached: true }))).toBe(multiple);
      const longMultiple = tierMultiple(tier, query('openai', entry, { longContext: true }));
      expect(longMultiple).toBe(long === undefined ? undefined : multiple);
    }
  });

  test.each(['openai/gpt-4o-mini', 'openai/constructor'])('is not known of %s', (entry) => {
    expect(tierMultiple('priority', query('openai', entry))).toBeUndefined();
  });

  test('has a row here for each model', () => {
    const long = Object.keys(FAST).filter((entry) => FAST[entry]?.[1] === 'long');
    expect(rowsOf(SOURCE, 'OPENAI_FAST').sort()).toEqual(Object.keys(FAST).sort());
    expect(rowsOf(SOURCE, 'OPENAI_FAST_LONG').sort()).toEqual(long.sort());
  });
});

/** What a tier costs, and what it costs where something was read from the cache. */
const TIERS = {
  openai: { batch: [0.5, 0.5], flex: [0.5, 0.5] },
  anthropic: { batch: [0.5, 0.5], priority: [undefined, undefined] },
  'gcp.gemini': { flex: [0.5, undefined], batch: [0.5, undefined], priority: [undefined, undefined] },
  groq: { flex: [1, 1], batch: [undefined, undefined] },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly (number | undefined)[]>>>>;

describe.each(Object.entries(TIERS))('tiers of %s', (provider, tiers) => {
  test.each(Object.entries(tiers))('%s: %j', (tier, [multiple, cached]) => {
    expect(tierMultiple(tier, query(provider))).toBe(multiple);
    expect(tierMultiple(tier.toUpperCase(), query(provider))).toBe(multiple);
    expect(tierMultiple(tier, query(provider, undefined, { longContext: true }))).toBe(multiple);
    expect(tierMultiple(tier, query(provider, undefined, { cached: true }))).toBe(cached);
  });

  test.each(['constructor', 'unheard-of', ''])('%j is not known', (tier) => {
    expect(tierMultiple(tier, query(provider))).toBeUndefined();
  });
});

test('every provider with tiers has a row here, and nobody else has tiers', () => {
  expect(rowsOf(SOURCE, 'TIERS').sort()).toEqual(Object.keys(TIERS).sort());
  expect(rowsOf(SOURCE, 'GEMINI').sort()).toEqual(['batch', 'flex']);
  expect(tierMultiple('flex', query('constructor'))).toBeUndefined();
  expect(tierMultiple('flex', query('deepseek'))).toBeUndefined();
});

test.each([
  [undefined, 1],
  ['global', 1],
  ['not_available', 1],
  ['us', 1.1],
  ['eu', undefined],
  ['', undefined],
])('the region %s costs %s times the list price', (region, multiple) => {
  expect(regionMultiple(region)).toBe(multiple);
});

test.each([
  [undefined, 0.5],
  [0, 0.5],
  [1, undefined],
])('a flex call of Gemini that read %s tokens from the cache costs %s times the list price', (cacheRead, multiple) => {
  const request = { operation: 'chat', provider: 'gcp.gemini', model: 'gemini-2.5-pro' };
  const cost = (tier?: string): number | undefined =>
    costOf(request, { model: request.model, usage: { input: 1000, output: 10, cacheRead }, tier }, { cost: true, prices: {} })?.total; // biome-ignore format: one line
  const list = cost() ?? Number.NaN;
  expect(cost('flex')).toEqual(multiple === undefined ? undefined : expect.closeTo(list * multiple, 12));
});
