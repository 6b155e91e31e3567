/** Response attributes that the conventions name after OpenAI: only for answers of OpenAI's own SDK or API. */
import type { Attributes } from '@opentelemetry/api';
import { OPENAI_RESPONSE_SERVICE_TIER, OPENAI_RESPONSE_SYSTEM_FINGERPRINT } from '../../../facts/semconv.ts';

/** Service tier and fingerprint of an answer. */
export function openaiAttributes(tier: unknown, fingerprint: unknown): Attributes {
  const attributes: Attributes = {};
  if (typeof tier === 'string' && tier !== '') attributes[OPENAI_RESPONSE_SERVICE_TIER] = tier;
  if (typeof fingerprint === 'string' && fingerprint !== '')
    attributes[OPENAI_RESPONSE_SYSTEM_FINGERPRINT] = fingerprint;
  return attributes;
}
