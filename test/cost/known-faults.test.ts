import { calcPrice } from '@pydantic/genai-prices';
import { describe, expect, test } from 'vitest';
import { costOf } from '../../src/cost/index.ts';

/** What the library of the price data gets wrong, and what is made of it here. When one of these fails, it was mended there. */

const TIME = Date.parse('2026-09-23T12:00Z');
const LIBRARY: Readonly<Record<string, string>> = { 'gcp.gemini': 'google', mistral_ai: 'mistral' };

function ours(provider: string, model: string, time = TIME): number | undefined {
  const usage = { input: 1000, output: 100 };
  return costOf({ operation: 'chat', provider, model }, { model, usage }, { cost: true, prices: {} }, time)?.total;
}

function theirs(provider: string, model: string, time = TIME) {
  const usage = { input_tokens: 1000, output_tokens: 100 };
  return calcPrice(usage, model, { providerId: LIBRARY[provider] ?? provider, timestamp: new Date(time) });
}

const SIBLINGS: readonly (readonly [provider: string, model: string, pricedAs: string])[] = [
  ['openai', 'gpt-4o-mini-search-preview', 'gpt-4o-mini'],
  ['openai', 'gpt-4o-mini-search-preview-2025-03-11', 'gpt-4o-mini'],
  ['openai', 'gpt-5.1-mini', 'gpt-5.1-codex-mini'],
  ['openai', 'gpt-5-nano-audio', 'gpt-5-nano'],
  ['openai', 'gpt-4o-realtime-lite', 'gpt-4o-realtime-preview'],
  ['openai', 'ft:gpt-4-0613:acme::x', 'gpt-4'],
  ['anthropic', 'claude-sonnet-5-5', 'claude-sonnet-5'],
  ['anthropic', 'claude-haiku-4-5-fast', 'claude-haiku-4-5'],
  ['anthropic', 'claude-opus-4-10', 'claude-opus-4-1'],
  ['gcp.gemini', 'gemini-3.8-flash-lite-tts', 'gemini-3.8-flash'],
  ['gcp.gemini', 'gemini-1.5-flash-8b', 'gemini-1.5-flash'],
  ['gcp.gemini', 'gemini-2.5-pro-image', 'gemini-2.5-pro'],
  ['groq', 'openai/gpt-oss-safeguard-20b', 'openai/gpt-oss-120b'],
  ['mistral_ai', 'mistral-large-latest', 'mistral-large'],
  ['deepseek', 'deepseek-v4-flash-vision', 'deepseek-v4-flash'],
];

test.each(SIBLINGS)('%s: %s is not %s', (provider, model, pricedAs) => {
  expect(theirs(provider, model)?.model.id).toBe(pricedAs);
  expect(ours(provider, model)).toBeUndefined();
});

const NO_SINGLE_PRICE: readonly (readonly [provider: string, model: string, why: string])[] = [
  ['openai', 'gpt-4o-search-preview', 'a fee for each search'],
  ['openai', 'gpt-oss-120b', 'open weights'],
  ['openai', 'gpt-chat-latest', 'a price of somebody else'],
  ['perplexity', 'sonar-pro', 'a fee for each request that depends on its context'],
  ['deepseek', 'deepseek-chat', 'a discount at night that has ended'],
];

test.each(NO_SINGLE_PRICE)('%s: %s has no price: %s', (provider, model) => {
  expect(theirs(provider, model)).not.toBeNull();
  expect(ours(provider, model)).toBeUndefined();
});

test('resource names of Google are not found', () => {
  expect(theirs('gcp.gemini', 'models/gemini-2.5-flash')).toBeNull();
  expect(ours('gcp.gemini', 'models/gemini-2.5-flash')).toBe(ours('gcp.gemini', 'gemini-2.5-flash'));
  expect(ours('gcp.gemini', 'publishers/google/models/gemini-2.5-flash')).toBe(ours('gcp.gemini', 'gemini-2.5-flash'));
});

describe('peak hours of DeepSeek', () => {
  const peak = theirs('deepseek', 'deepseek-v4-pro', Date.parse('2026-09-23T02:00Z'))?.total_price;

  test('cost more from Monday to Friday', () => {
    expect(ours('deepseek', 'deepseek-v4-pro', Date.parse('2026-09-23T02:00Z'))).toBeCloseTo(peak as number, 15);
    expect(ours('deepseek', 'deepseek-v4-pro', Date.parse('2026-09-23T04:00Z'))).toBeCloseTo((peak as number) / 2, 15);
  });

  test.each([
    ['2026-08-01T02:00Z', 0.000522, 'before there were any'],
    ['2026-09-26T02:00Z', 0.000858, 'on a Saturday'],
    ['2026-09-27T09:59Z', 0.000858, 'on a Sunday'],
  ])('not %s: $%f, %s', (time, cost) => {
    expect(theirs('deepseek', 'deepseek-v4-pro', Date.parse(time))?.total_price).toBe(peak);
    expect(ours('deepseek', 'deepseek-v4-pro', Date.parse(time))).toBeCloseTo(cost, 12);
  });
});

describe('audio of a model whose entry has no price for it', () => {
  const usage = { input: 1000, output: 500, inputBy: { audio: 900 }, outputBy: { audio: 400 } };

  test('is text to the library', () => {
    const counts = { input_tokens: 1000, output_tokens: 500, input_audio_tokens: 900, output_audio_tokens: 400 };
    expect(calcPrice(counts, 'gpt-4o-audio-preview', { providerId: 'openai' })?.total_price).toBe(0.0075);
  });

  test.each(['gpt-4o-audio-preview', 'gpt-4o-mini-audio-preview', 'gpt-4o'])('has no cost: %s', (model) => {
    const request = { operation: 'chat', provider: 'openai', model };
    expect(costOf(request, { model, usage }, { cost: true, prices: {} }, TIME)).toBeUndefined();
  });
});

describe('numbers that make no sense', () => {
  test.each([{ input_tokens: Number.NaN }, { input_tokens: -1 }, { input_tokens: 1, cache_read_tokens: 5 }])(
    'throw: %j',
    (usage) => {
      expect(() => calcPrice(usage, 'gpt-4o', { providerId: 'openai' })).toThrow();
    },
  );
});
