import type { Sdk } from '../patching/provider.ts';

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
  vercelAI: {
    name: 'vercel-ai',
    module: 'ai',
    files: ['dist/index'],
    // Names of functions in the sources of ai 5, 6 and 7, not every one in each of them.
    bindings: [
      ...['generateText', 'streamText', 'generateObject', 'streamObject', 'embed', 'embedMany', 'rerank'],
      ...['generateImage', 'generateSpeech', 'transcribe'],
      ...['Language', 'Embedding', 'Image', 'Speech', 'Transcription', 'Reranking'].flatMap((kind) => [
        `resolve${kind}Model`,
        `as${kind}ModelV3`,
        `as${kind}ModelV4`,
        `wrap${kind}Model`,
      ]),
      ...['recordSpan', 'selectTelemetryAttributes', 'executeToolCall', 'openTelemetryChannelSpanContext'],
    ],
    userAgent: /(?:^| )ai\/\d+\./,
  },
} as const satisfies Readonly<Record<string, Sdk>>;
