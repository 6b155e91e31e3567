import type { Kit } from '../types.ts';
import { anthropic } from './anthropic.ts';
import { googleGenai } from './google-genai.ts';
import { googleGenerativeAi } from './google-generative-ai.ts';
import { openai } from './openai.ts';

/** One line a provider. */
export const KITS = {
  openai,
  anthropic,
  'google-genai': googleGenai,
  'google-generative-ai': googleGenerativeAi,
} as const satisfies Record<string, Kit>;

/** A provider that the table can be run for. */
export type Provider = keyof typeof KITS;
