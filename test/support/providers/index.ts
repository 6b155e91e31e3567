/** Every API of the test server. Written by `npm run generate` from the files of this folder. */
import { anthropic } from './anthropic.ts';
import { bedrock } from './bedrock.ts';
import { gemini } from './gemini.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import type { Provider } from './provider.ts';

/** The first API with a route for a request answers it. */
export const PROVIDERS: readonly Provider[] = [anthropic, bedrock, gemini, ollama, openai];
