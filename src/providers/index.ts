import { anthropic } from './anthropic/index.ts';
import { googleGenAI } from './google-genai/index.ts';
import { googleGenerativeAI } from './google-generative-ai/index.ts';
import { langchain } from './langchain/index.ts';
import { openai } from './openai/index.ts';
import { openaiAgents } from './openai-agents/index.ts';
import type { Provider } from './provider.ts';
import { vercelAI } from './vercel-ai/index.ts';

/** Every provider there is: one line each. */
export const providers: readonly Provider[] = [
  openai,
  anthropic,
  googleGenerativeAI,
  googleGenAI,
  langchain,
  openaiAgents,
  vercelAI,
];
