import { anthropic } from './anthropic/index.ts';
import { openai } from './openai/index.ts';
import type { Provider } from './provider.ts';

/** Every provider there is: one line each. */
export const providers: readonly Provider[] = [openai, anthropic];
