import { expect, test } from 'vitest';
import { messageFacts } from '../../src/providers/anthropic/response.ts';
import { MessageReader } from '../../src/providers/formats/anthropic-messages/stream.ts';
import { generateFacts } from '../../src/providers/formats/gemini/response.ts';
import { GenerateReader } from '../../src/providers/formats/gemini/stream.ts';
import { completionFacts } from '../../src/providers/formats/openai-chat/response.ts';
import { interactionFacts } from '../../src/providers/google-genai/interactions/response.ts';
import { InteractionReader } from '../../src/providers/google-genai/interactions/stream.ts';
import { responseFacts } from '../../src/providers/openai/response.ts';

/** What the price of a call depends on besides its counts, as each provider says it. */

const USAGE = { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 4 };

const ANTHROPIC: readonly (readonly [usage: object, tier: string | undefined, region: string | undefined])[] = [
  [{}, undefined, undefined],
  [{ service_tier: 'standard', inference_geo: 'global', speed: 'standard' }, 'standard', 'global'],
  [{ service_tier: 'batch', inference_geo: 'us' }, 'batch', 'us'],
  [{ service_tier: 'standard', speed: 'fast' }, 'fast', undefined],
  [{ service_tier: 'standard', iterations: [{ type: 'message' }, { type: 'message' }] }, 'standard', undefined],
  [{ service_tier: 'standard', iterations: [{ type: 'compaction' }, { type: 'message' }] }, 'iterations', undefined],
  [{ service_tier: 'standard', iterations: [{ type: 'fallback_message' }] }, 'iterations', undefined],
  [{ service_tier: null, inference_geo: null, speed: null, iterations: null }, undefined, undefined],
];

test.each(ANTHROPIC)('Anthropic: %j', (extra, tier, region) => {
  const usage = { ...USAGE, ...extra };
  expect(messageFacts({ usage })).toMatchObject({ tier, region });
  const reader = new MessageReader();
  reader.read({ type: 'message_start', message: { usage } });
  reader.read({ type: 'message_delta', delta: {}, usage: { output_tokens: 7 } });
  expect(reader.facts(true)).toMatchObject({ tier, region });
});

test('Anthropic: what is kept for an hour', () => {
  const usage = { ...USAGE, cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 3 } };
  expect(messageFacts({ usage }).usage).toMatchObject({ input: 14, cacheWrite: 4, cacheWrite1h: 3 });
  expect(messageFacts({ usage: USAGE }).usage?.cacheWrite1h).toBeUndefined();
});

const GEMINI: readonly (readonly [body: object, tier: string | undefined])[] = [
  [{ usageMetadata: { promptTokenCount: 1 } }, undefined],
  [{ usageMetadata: { serviceTier: 'flex' } }, 'flex'],
  [{ usageMetadata: { trafficType: 'ON_DEMAND' } }, 'ON_DEMAND'],
  [{ usageMetadata: {}, sdkHttpResponse: { headers: { 'x-gemini-service-tier': 'priority' } } }, 'priority'],
];

test.each(GEMINI)('Gemini: %j', (body, tier) => {
  expect(generateFacts(body).tier).toBe(tier);
  const reader = new GenerateReader();
  reader.read(body);
  reader.read({ usageMetadata: { candidatesTokenCount: 1 } });
  expect(reader.facts(true).tier).toBe(tier);
});

test('Gemini: interactions', () => {
  const interaction = { id: 'i', status: 'completed', service_tier: 'flex', usage: {} };
  expect(interactionFacts(interaction).tier).toBe('flex');
  const reader = new InteractionReader();
  reader.read({ event_type: 'interaction.complete', interaction });
  expect(reader.facts(true).tier).toBe('flex');
});

test('OpenAI: the tier and the sum', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 9 };
  expect(completionFacts({ service_tier: 'flex', usage })).toMatchObject({ tier: 'flex', usage: { total: 9 } });
  expect(responseFacts({ service_tier: 'priority' }).tier).toBe('priority');
  expect(completionFacts({ service_tier: null }).tier).toBeUndefined();
});
