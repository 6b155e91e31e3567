/** SDKs with clients that call a model provider: one import and one line each. The build loads each when its SDK is there. */

import type { ProviderEntry } from '../patching/provider.ts';
import { anthropic } from './anthropic/index.ts';
import { googleGenAI } from './google-genai/index.ts';
import { googleGenerativeAI } from './google-generative-ai/index.ts';
import { openai } from './openai/index.ts';
import { sdks } from './sdks.ts';

/** Apart from the frameworks, so that a bundle that records single clients takes in none of those. */
export const clients = {
  openai: { ...sdks.openai, load: () => openai },
  anthropic: { ...sdks.anthropic, load: () => anthropic },
  googleGenerativeAI: { ...sdks.googleGenerativeAI, load: () => googleGenerativeAI },
  googleGenAI: { ...sdks.googleGenAI, load: () => googleGenAI },
} satisfies Readonly<Record<string, ProviderEntry>>;
