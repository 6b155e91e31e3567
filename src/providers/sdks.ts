import type { Sdk } from './provider.ts';

/**
 * What to watch for: one row an SDK. Apart from the providers, because a process that loads no SDK is not to load the
 * code that records one.
 */
export const sdks = {
  openai: {
    name: 'openai',
    module: 'openai',
    // 4.x has the class in index and, alone of all, does not offer beta.chat.completions as a static
    files: ['index', 'client', 'resources/beta/chat/completions'],
    userAgent: /^(?:Azure|Bedrock)?OpenAI\/JS /,
  },
  anthropic: {
    name: 'anthropic',
    module: '@anthropic-ai/sdk',
    files: [
      'index',
      'client',
      'resources/messages',
      'resources/messages/messages',
      'resources/beta/messages/messages',
      'resources/beta/prompt-caching/messages',
      'resources/beta/tools/messages',
      'resources/completions',
    ],
    userAgent: /^Anthropic(?:Bedrock|BedrockMantle|Vertex|Foundry|Aws)?\/JS /,
  },
  googleGenerativeAI: {
    name: 'google-generative-ai',
    module: '@google/generative-ai',
    files: ['dist/index'],
    userAgent: /^genai-js\//,
  },
  googleGenAI: {
    name: 'google-genai',
    module: '@google/genai',
    files: ['dist/index', 'dist/node/index', 'dist/web/index'],
    userAgent: /^google-genai-sdk\//,
  },
  langchain: {
    name: 'langchain',
    module: '@langchain/core',
    files: [
      'dist/runnables/base',
      'dist/language_models/chat_models',
      'dist/language_models/llms',
      'dist/tools/index',
      'dist/retrievers/index',
      'dist/utils/async_caller',
    ],
  },
  openaiAgents: {
    name: 'openai-agents',
    module: '@openai/agents-core',
    files: ['dist/index'],
  },
} as const satisfies Readonly<Record<string, Sdk>>;
