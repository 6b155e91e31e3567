/** Frameworks around the SDKs: one import and one line each. The build loads each when it is there. */

import type { ProviderEntry } from '../patching/provider.ts';
import { langchain } from './langchain/index.ts';
import { openaiAgents } from './openai-agents/index.ts';
import { sdks } from './sdks.ts';
import { vercelAI } from './vercel-ai/index.ts';

/** Their names are those of `sdks.ts`. */
export const frameworks = {
  langchain: { ...sdks.langchain, load: () => langchain },
  openaiAgents: { ...sdks.openaiAgents, load: () => openaiAgents },
  vercelAI: { ...sdks.vercelAI, load: () => vercelAI },
} satisfies Readonly<Record<string, ProviderEntry>>;
