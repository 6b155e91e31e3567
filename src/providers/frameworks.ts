/** Frameworks around the SDKs. The build loads the code of each framework when the framework is there. Written by `npm run generate` from `src/providers/sdks.ts`. */

import type { ProviderEntry } from '../patching/provider.ts';
import { langchain } from './langchain/index.ts';
import { openaiAgents } from './openai-agents/index.ts';
import { sdks } from './sdks.ts';
import { vercelAI } from './vercel-ai/index.ts';

/** The names are those of `sdks.ts`. */
export const frameworks = {
  langchain: { ...sdks.langchain, load: () => langchain },
  openaiAgents: { ...sdks.openaiAgents, load: () => openaiAgents },
  vercelAI: { ...sdks.vercelAI, load: () => vercelAI },
} satisfies Readonly<Record<string, ProviderEntry>>;
