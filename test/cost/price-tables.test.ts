import { describe, expect, test } from 'vitest';
import { PriceBook } from '../../src/cost/price-book.ts';
import { reportedCost } from '../../src/cost/reported-cost.ts';
import { rowsOf } from '../support/source-tables.ts';

const SOURCE = 'src/cost/price-book.ts';
const idOf = (provider: string, model?: string, answered?: string, address?: string): string | undefined =>
  new PriceBook({}).find({ provider, model, address }, answered)?.id;

/** A model of each table that stands in for a provider's, in the order in which the tables are asked. */
const TABLES: Readonly<Record<string, readonly (readonly [model: string, id: string | undefined])[]>> = {
  'azure.ai.openai': [
    ['o1', 'azure.ai.openai/o1'],
    ['gpt-4.1', 'openai/gpt-4.1'],
    ['claude-3-opus-latest', 'anthropic/claude-3-opus-latest'],
    ['gemini-2.5-pro', undefined],
  ],
  'gcp.gemini': [
    ['gemini-2.5-pro', 'gcp.gemini/gemini-2.5-pro'],
    ['claude-3-opus-latest', 'anthropic/claude-3-opus-latest'],
    ['gpt-4.1', undefined],
  ],
  'gcp.vertex_ai': [
    ['gemini-2.5-pro', 'gcp.gemini/gemini-2.5-pro'],
    ['claude-3-opus-latest', 'anthropic/claude-3-opus-latest'],
    ['gpt-4.1', undefined],
  ],
};

describe.each(Object.entries(TABLES))('the tables of %s', (provider, models) => {
  test.each(models)('%s is %s', (model, id) => {
    const found = idOf(provider, model, model, provider === 'gcp.vertex_ai' ? 'aiplatform.googleapis.com' : undefined);
    if (id === undefined || !id.startsWith('anthropic/')) expect(found).toBe(id);
    else expect(found).toMatch(/^(?:anthropic|gcp\.gemini)\/claude-3-opus/);
  });
});

test('every provider that borrows tables has a row here', () => {
  expect(rowsOf(SOURCE, 'TABLES').sort()).toEqual(Object.keys(TABLES).sort());
});

/** Whose price the name of the request sets, or that of the answer. */
const NAMED_BY: Readonly<Record<string, readonly [asked: string, answered: string, id: string | undefined]>> = {
  'azure.ai.openai': ['gpt-4.1', 'o1', 'azure.ai.openai/o1'],
  'aws.bedrock': ['us.amazon.nova-pro-v1:0', 'nothing', idOf('aws.bedrock', 'us.amazon.nova-pro-v1:0')],
};

test.each(Object.entries(NAMED_BY))('%s: asked for %j', (provider, [asked, answered, id]) => {
  expect(id).toBeDefined();
  expect(idOf(provider, asked, answered)).toBe(id);
});

test('a deployment of Azure has no price by its name, nor a model of Bedrock by the answer', () => {
  expect(idOf('azure.ai.openai', 'gpt-4.1')).toBeUndefined();
  expect(idOf('aws.bedrock', undefined, 'us.amazon.nova-pro-v1:0')).toBeUndefined();
  expect(rowsOf(SOURCE, 'NAMED_BY').sort()).toEqual(Object.keys(NAMED_BY).sort());
});

describe('what is asked again', () => {
  test('is answered by what it is asked about, not by what was asked before', () => {
    const book = new PriceBook({});
    const find = (provider: string, model: string, answered?: string, address?: string) =>
      book.find({ provider, model, address }, answered)?.id;
    for (let i = 0; i < 2; i++) {
      expect(find('openai', 'gpt-4.1', 'gpt-4.1')).toBe('openai/gpt-4.1');
      expect(find('openai', 'gpt-4.1', 'gpt-4.1', 'eu.api.openai.com')).toBeUndefined();
      expect(find('openai', 'gpt-4.1', 'gpt-4.1', 'api.openai.com')).toBe('openai/gpt-4.1');
      expect(find('groq', 'gpt-4.1', 'gpt-4.1')).toBeUndefined();
      expect(find('openai', 'gpt-4.1', 'gpt-4.1-2025-99-99')).toBeDefined();
      expect(find('openai', 'gpt-4o', 'gpt-4.1')).toBe('openai/gpt-4.1');
      expect(find('openai', 'of nobody')).toBeUndefined();
    }
  });

  test('stays right after more models than are kept', () => {
    const book = new PriceBook({});
    for (let i = 0; i < 1001; i++) expect(book.find({ provider: 'openai', model: `m${i}` }, undefined)).toBeUndefined();
    expect(book.find({ provider: 'openai', model: 'gpt-4.1' }, undefined)?.id).toBe('openai/gpt-4.1');
  });
});

test.each([
  [999, true],
  [1000, false],
])('of a model and %d others the price is kept: %s', (others, kept) => {
  const book = new PriceBook({ mine: { input: 1 } });
  const find = (model: string) => book.find({ provider: 'openai', model }, undefined);
  const first = find('mine');
  expect(find('mine')).toBe(first);
  for (let i = 0; i < others; i++) find(`m${i}`);
  expect(find('mine') === first).toBe(kept);
});

describe('prices of the user', () => {
  const book = new PriceBook({ 'gpt-4.1': { input: 1 }, 'mine*': { input: 2 }, answered: { input: 3 } });
  test.each([
    ['gpt-4.1', undefined, 'gpt-4.1'],
    ['mine-7', undefined, 'mine*'],
    ['gpt-4.1', 'answered', 'answered'],
    ['gpt-4.1', 'of nobody', 'gpt-4.1'],
  ])('asked for %s, answered by %s: %s', (model, answered, id) => {
    expect(book.find({ provider: 'openai', model }, answered)).toMatchObject({
      id,
      override: { id },
      habits: { audioAsText: true, hiddenOutput: false },
    });
  });

  test.each(['gcp.gemini', 'gcp.vertex_ai'])('%s counts as it does at list price', (provider) => {
    expect(book.find({ provider, model: 'mine-1' }, undefined)?.habits).toEqual({
      audioAsText: true,
      hiddenOutput: true,
    });
  });
});

const REPORTING = ['openrouter', 'perplexity', 'x_ai'];

test.each(REPORTING)('what %s reports is USD', (provider) => {
  expect(reportedCost(provider, { total: 2, input: 1, output: 1 })).toEqual({
    total: 2,
    input: 1,
    output: 1,
    model: 'reported',
  });
});

test('nobody else reports USD, and every provider that does has a row here', () => {
  expect(reportedCost('openai', { total: 2 })).toBeUndefined();
  expect(rowsOf('src/cost/reported-cost.ts', 'REPORTS_USD').sort()).toEqual(REPORTING);
});
