/** The kit of every SDK. Written by `npm run generate` from `src/providers/sdks.ts`. */
import type { Kit } from '../types.ts';
import { anthropic } from './anthropic.ts';
import { awsBedrock } from './aws-bedrock.ts';
import { cerebras } from './cerebras.ts';
import { googleGenAI } from './google-genai.ts';
import { googleGenerativeAI } from './google-generative-ai.ts';
import { groq } from './groq.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import { together } from './together.ts';

/** By the name of the provider's folder. */
export const KITS = {
  openai,
  anthropic,
  'google-generative-ai': googleGenerativeAI,
  'google-genai': googleGenAI,
  groq,
  together,
  cerebras,
  ollama,
  'aws-bedrock': awsBedrock,
} as const satisfies Record<string, Kit>;

/** A provider that the table can be run for. */
export type Provider = keyof typeof KITS;
