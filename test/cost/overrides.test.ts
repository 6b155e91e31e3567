import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PricedRequest, PricedResponse } from '../../src/cost/index.ts';
import type { Prices } from '../../src/facts/prices.ts';
import { rowsOf } from '../support/source-tables.ts';
import { freshWarnings } from '../support/warnings.ts';

const said = freshWarnings();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prices-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Asked = Partial<PricedRequest & { answered: string; got: string }>;

async function cost(prices: unknown, asked: Asked = {}, usage: PricedResponse['usage'] = { input: 1000, output: 100 }) {
  const { costOf } = await import('../../src/cost/index.ts');
  const { answered, got, ...rest } = asked;
  const request = { operation: 'chat', provider: 'openai', model: 'house-model', ...rest };
  const response = { model: answered ?? request.model, usage, tier: got };
  return costOf(request, response, { cost: true, prices: prices as Prices }, Date.now());
}

const file = (text: string): string => {
  const path = join(folder, 'prices.json');
  writeFileSync(path, text);
  return path;
};

const PRICES = { 'house-model': { input: 1, output: 2 } };
const about = (dollars: number) => expect.closeTo(dollars, 12);

describe('own prices', () => {
  test('go before the known ones', async () => {
    expect(await cost(PRICES)).toEqual({
      input: about(0.001),
      output: about(0.0002),
      total: about(0.0012),
      model: 'house-model',
    });
    expect((await cost({ 'gpt-4o': { input: 1, output: 2 } }, { model: 'gpt-4o' }))?.model).toBe('gpt-4o');
    expect((await cost(PRICES, { model: 'gpt-4o' }))?.model).toBe('openai/gpt-4o');
    expect(said()).toBe('');
  });

  test('by provider and model, by model, by the start of either', async () => {
    const prices = {
      'groq/house-model': { input: 1, output: 1 },
      'house-model': { input: 2, output: 2 },
      'house-*': { input: 3, output: 3 },
      'house-model-*': { input: 4, output: 4 },
      'mistral_ai/*': { input: 5, output: 5 },
    };
    expect((await cost(prices, { provider: 'groq' }))?.model).toBe('groq/house-model');
    expect((await cost(prices))?.model).toBe('house-model');
    expect((await cost(prices, { model: 'house-x' }))?.model).toBe('house-*');
    expect((await cost(prices, { model: 'House-Model-2' }))?.model).toBe('house-model-*');
    expect((await cost(prices, { provider: 'mistral_ai', model: 'anything' }))?.model).toBe('mistral_ai/*');
    expect(await cost(prices, { model: 'other' })).toBeUndefined();
  });

  test('of the model that answered, else of the one asked for, a deployment too', async () => {
    expect((await cost(PRICES, { provider: 'azure.ai.openai', answered: 'gpt-4o-2024-08-06' }))?.model).toBe(
      'house-model',
    );
    const both = { ...PRICES, 'gpt-4o-2024-08-06': { input: 9, output: 9 } };
    expect((await cost(both, { answered: 'gpt-4o-2024-08-06' }))?.model).toBe('gpt-4o-2024-08-06');
  });

  test('of every kind of token', async () => {
    const all = {
      input: 1,
      output: 2,
      cacheRead: 0.1,
      cacheWrite: 1.5,
      cacheWrite1h: 3,
      reasoning: 4,
      inputAudio: 10,
      outputAudio: 20,
    };
    const usage = {
      input: 1000,
      output: 100,
      cacheRead: 100,
      cacheWrite: 200,
      cacheWrite1h: 50,
      reasoning: 10,
      inputBy: { audio: 100 },
      cacheReadBy: { audio: 0 },
      outputBy: { audio: 20 },
    };
    expect(await cost({ 'house-model': all }, {}, usage)).toMatchObject({
      input: about((600 * 1 + 100 * 0.1 + 150 * 1.5 + 50 * 3 + 100 * 10) / 1e6),
      output: about((70 * 2 + 10 * 4 + 20 * 20) / 1e6),
    });
    expect(await cost(PRICES, {}, usage)).toMatchObject({ input: about(0.001), output: about(0.0002) });
  });

  test('free of charge', async () => {
    expect(await cost({ 'house-model': { input: 0, output: 0 } })).toMatchObject({ total: 0 });
  });

  test('in a service tier', async () => {
    const prices = { 'house-model': { input: 1, output: 2, serviceTiers: { flex: 0.5 } } };
    expect((await cost(prices, { got: 'flex' }))?.total).toEqual(about(0.0006));
    expect((await cost(prices, { got: 'default' }))?.total).toEqual(about(0.0012));
    expect(await cost(prices, { got: 'priority' })).toBeUndefined();
    expect(await cost(PRICES, { got: 'flex' })).toBeUndefined();
  });
});

test('of a file', async () => {
  const path = file(JSON.stringify(PRICES));
  expect((await cost(path))?.model).toBe('house-model');
  rmSync(path);
  expect((await cost(path))?.model).toBe('house-model'); // read once
  expect(said()).toBe('');
});

const BAD: readonly (readonly [prices: unknown, message: string])[] = [
  [null, '"house-model" cannot be used, expected an object of prices, USD per million tokens'],
  [3, 'expected an object of prices, USD per million tokens'],
  [[1, 2], 'expected an object of prices, USD per million tokens'],
  [{}, 'the price of "input" tokens is missing'],
  [{ output: 1 }, 'the price of "input" tokens is missing'],
  [{ input: '1' }, '"input" is "1": expected USD per million tokens, a number from 0 up'],
  [{ input: -1 }, '"input" is -1: expected USD per million tokens'],
  [{ input: Number.NaN }, '"input" is NaN: expected USD per million tokens'],
  [{ input: 1, output: null }, '"output" is null: expected USD per million tokens'],
  [{ input: 1, inputs: 2 }, '"inputs" is no kind of price; there are input, output, cacheRead'],
  [{ input: 1, constructor: 2 }, '"constructor" is no kind of price'],
  [{ input: 1, serviceTiers: 0.5 }, 'serviceTiers: expected multiples of the price by service tier'],
  [{ input: 1, serviceTiers: { flex: 'half' } }, 'serviceTiers: expected multiples of the price by service tier'],
];

test.each(BAD)('a price that cannot be used is said once: %j', async (bad, message) => {
  const prices = { 'house-model': bad, 'gpt-4o': { input: 1, output: 1 } };
  expect(await cost(prices)).toBeUndefined();
  expect(said()).toContain(`option prices: "house-model" cannot be used`);
  expect(said()).toContain(message);
  expect(said()).toContain('; the model keeps its known price.');
  const before = said();
  expect((await cost(prices, { model: 'gpt-4o' }))?.model).toBe('gpt-4o');
  expect(said()).toBe(before);
});

const FILES: readonly (readonly [text: string | undefined, message: string])[] = [
  [undefined, 'it cannot be read; the known prices are used.'],
  ['{', 'it is not JSON; the known prices are used.'],
  ['[]', 'it cannot be used, expected an object of models; the known prices are used.'],
];

test.each(FILES)('a file that cannot be used is said once: %j', async (text, message) => {
  const path = text === undefined ? join(folder, 'none.json') : file(text);
  expect((await cost(path, { model: 'gpt-4o' }))?.model).toBe('openai/gpt-4o');
  expect(await cost(path)).toBeUndefined();
  expect(said()).toBe(`@x/llm-otel: warning: prices file ${path}: ${message}\n`);
});

test.each([
  [14, 'house-model'],
  [15, 'house-model'],
  [16, 'other'],
])('a prices file is read once, unless %d other configurations have come since', async (others, model) => {
  const path = file(JSON.stringify(PRICES));
  expect((await cost(path))?.model).toBe('house-model');
  file(JSON.stringify({ 'house-*': { input: 1, output: 2 } }));
  for (let i = 0; i < others; i++) await cost({ [`m${i}`]: { input: 1 } });
  expect((await cost(path))?.model).toBe(model === 'other' ? 'house-*' : model);
});

test('every kind of price can be given', async () => {
  const kinds = rowsOf('src/cost/overrides.ts', 'KINDS');
  const usage = {
    input: 1000,
    output: 1000,
    cacheRead: 100,
    cacheWrite: 100,
    cacheWrite1h: 50,
    reasoning: 100,
    inputBy: { audio: 200, image: 100 },
    outputBy: { audio: 100, image: 100 },
    cacheReadBy: { audio: 10, image: 10 },
  };
  const prices = (changed?: string) => ({
    'house-model': Object.fromEntries(kinds.map((kind) => [kind, kind === changed ? 2 : 1])),
  });
  const before = (await cost(prices(), {}, usage))?.total;
  expect(before).toEqual(about(0.002));
  for (const kind of kinds) expect([kind, (await cost(prices(kind), {}, usage))?.total]).not.toEqual([kind, before]);
  expect(said()).toBe('');
  expect(kinds).toEqual([
    ...['input', 'output', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'reasoning', 'inputAudio', 'inputImage'],
    ...['outputAudio', 'outputImage', 'cacheReadAudio', 'cacheReadImage'],
  ]);
});
