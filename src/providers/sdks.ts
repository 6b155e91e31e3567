import type { Sdk } from '../patching/provider.ts';

const openaiPath =
  /\/(?:chat\/completions|completions|responses(?:\/compact)?|embeddings|images\/(?:generations|edits|variations)|audio\/(?:speech|transcriptions|translations)|moderations|vector_stores\/[^/?]+\/search)(?:\?|$)/;
const anthropicPath =
  /\/(?:v1\/(?:messages|complete)|model\/[^/?]+\/invoke(?:-with-response-stream)?)(?:\?|$)|:(?:rawPredict|streamRawPredict)(?:\?|$)/;
const geminiPath =
  /:(?:generateContent|streamGenerateContent|embedContent|batchEmbedContents|predict|predictLongRunning)(?:\?|$)|\/interactions(?:\?|$)/;

/**
 * What to watch for: one row an SDK. Apart from the providers, because a process that loads no SDK is not to load the
 * code that records one.
 */
export const sdks = {
  openai: {
    name: 'openai',
    module: 'openai',
    clientClasses: ['OpenAI'],
    // 4.x has the class in index and, alone of all, does not offer beta.chat.completions as a static
    files: ['index', 'client', 'resources/beta/chat/completions'],
    userAgent: /^(?:Azure|Bedrock)?OpenAI\/JS /,
    modelPath: openaiPath,
  },
  anthropic: {
    name: 'anthropic',
    module: '@anthropic-ai/sdk',
    clientClasses: ['Anthropic'],
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
    modelPath: anthropicPath,
  },
  googleGenerativeAI: {
    name: 'google-generative-ai',
    module: '@google/generative-ai',
    clientClasses: ['GoogleGenerativeAI'],
    files: ['dist/index'],
    userAgent: /^genai-js\//,
    modelPath: geminiPath,
  },
  googleGenAI: {
    name: 'google-genai',
    module: '@google/genai',
    clientClasses: ['GoogleGenAI'],
    files: ['dist/index', 'dist/node/index', 'dist/web/index'],
    userAgent: /^google-genai-sdk\//,
    modelPath: geminiPath,
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
    // Models of many providers, each with the paths of its API; the last alternatives are those of Bedrock, Cohere and the gateway.
    modelPath: new RegExp(
      [openaiPath, anthropicPath, geminiPath].map(({ source }) => source).join('|') +
        '|/(?:converse(?:-stream)?|v\\d/chat|embed|(?:v\\d/)?rerank|[a-z]+-model)(?:\\?|$)',
    ),
  },
} as const satisfies Readonly<Record<string, Sdk>>;
