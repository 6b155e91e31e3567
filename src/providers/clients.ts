/** SDKs with clients that call a model provider. The build loads the code of each SDK when the SDK is there. Written by `npm run generate` from `src/providers/sdks.ts`. */

import type { ProviderEntry } from '../patching/provider.ts';
import { anthropic } from './anthropic/index.ts';
import { awsBedrock } from './aws-bedrock/index.ts';
import { cerebras } from './cerebras/index.ts';
import { googleGenAI } from './google-genai/index.ts';
import { googleGenerativeAI } from './google-generative-ai/index.ts';
import { groq } from './groq/index.ts';
import { ollama } from './ollama/index.ts';
import { openai } from './openai/index.ts';
import { sdks } from './sdks.ts';
import { together } from './together/index.ts';

/** Apart from the frameworks: a bundle that records single clients holds no code of frameworks. */
export const clients = {
  openai: { ...sdks.openai, load: () => openai },
  anthropic: { ...sdks.anthropic, load: () => anthropic },
  googleGenerativeAI: { ...sdks.googleGenerativeAI, load: () => googleGenerativeAI },
  googleGenAI: { ...sdks.googleGenAI, load: () => googleGenAI },
  groq: { ...sdks.groq, load: () => groq },
  together: { ...sdks.together, load: () => together },
  cerebras: { ...sdks.cerebras, load: () => cerebras },
  ollama: { ...sdks.ollama, load: () => ollama },
  awsBedrock: { ...sdks.awsBedrock, load: () => awsBedrock },
} satisfies Readonly<Record<string, ProviderEntry>>;
