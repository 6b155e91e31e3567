/** Applications and versions of every SDK in the matrix. Written by `npm run generate` from `src/providers/sdks.ts`. */

import type { VersionedSdk } from '../table.ts';
import { anthropic } from './anthropic.ts';
import { awsBedrock } from './aws-bedrock.ts';
import { cerebras } from './cerebras.ts';
import { googleGenAI } from './google-genai.ts';
import { googleGenerativeAI } from './google-generative-ai.ts';
import { groq } from './groq.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import { together } from './together.ts';

/** In the order of the registry. */
export const VERSIONED_SDKS: readonly VersionedSdk[] = [
  openai,
  anthropic,
  googleGenerativeAI,
  googleGenAI,
  groq,
  together,
  cerebras,
  ollama,
  awsBedrock,
];
