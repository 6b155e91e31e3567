import { describe, expect, test } from 'vitest';
import { PriceBook, type PriceQuery } from '../../src/cost/price-book.ts';

const PRICES = { 'openai/a': { input: 1, output: 2 }, 'openai/b': { input: 3, output: 4 } };
const CHAT: PriceQuery = { provider: 'openai', model: 'gpt-4o', address: 'api.openai.com' };
/** Queries that differ in one field each, by turns with the first: the newest answer must not stand for another query. */
const QUERIES: readonly (readonly [PriceQuery, string | undefined])[] = [
  [CHAT, undefined],
  [{ ...CHAT, address: 'eu.api.openai.com' }, undefined],
  [{ ...CHAT, provider: 'azure.ai.openai' }, undefined],
  [{ ...CHAT, model: 'gpt-4o-mini' }, undefined],
  [{ ...CHAT, model: 'a' }, undefined],
  [CHAT, 'gpt-4o-2024-08-06'],
  [CHAT, 'b'],
];

describe('a book of prices that has answered before', () => {
  test.each(QUERIES)('answers as a new one: %o, answered by %s', (query, answered) => {
    const expected = new PriceBook(PRICES).find(query, answered);
    const book = new PriceBook(PRICES);
    for (const [before, answeredBefore] of [...QUERIES, ...QUERIES]) {
      book.find(before, answeredBefore);
      expect(book.find(query, answered)).toEqual(expected);
      expect(book.find({ ...query }, answered)).toBe(book.find(query, answered));
    }
  });

  test('tells these queries apart', () => {
    const ids = QUERIES.map(([query, answered]) => new PriceBook(PRICES).find(query, answered)?.id);
    expect(new Set(ids).size).toBeGreaterThan(4);
  });
});
