import type { Sdk } from '../patching/provider.ts';

const openaiPath =
  /\/(?:chat\/completions|completions|responses(?:\/compact)?|embeddings|images\/(?:generations|edits|variations)|audio\/(?:speech|transcriptions|translations)|moderations|vector_stores\/[^/?]+\/search)(?:\?|$)/;
const anthropicPath =
  /\/(?:v1\/(?:messages|complete)|model\/[^/?]+\/invoke(?:-with-response-stream)?)(?:\?|$)|:(?:rawPredict|streamRawPredict)(?:\?|$)/;
const geminiPath =
  /:(?:generateContent|streamGenerateContent|embedContent|batchEmbedContents|predict|predictLongRunning)(?:\?|$)|\/interactions(?:\?|$)/;

/**
 * The registry: one row for each SDK. `npm run generate` writes clients, classes, lists of tests, tables of the documentation
 * and peer dependencies from the rows. The comment of a row is the documentation of the class. Tags of the comment:
 *
 * - `@class` name of the instrumentation class, without `Instrumentation`
 * - `@peer` package for the application to install, and the working range of versions
 * - `@versions` the tested versions, for the table in the README
 * - `@methods` the recorded methods, for docs/providers.md
 * - `@limits` parts that are not recorded, and differences from other SDKs; left out where nothing is known
 * - `@tier` `measured` (tests of every change call the real SDK) or `best effort`
 * - `@replayed` names of the recorded exchanges of the SDK, for an SDK with recordings
 *
 * Apart from the providers, because a process without SDKs shall not load the code of providers.
 */
export const sdks = {
  /**
   * Records the calls of the `openai` SDK, 4.x to 7.x: chat, responses, embeddings, images, audio, moderation, search.
   * @class OpenAI
   * @peer openai >=4.0.0
   * @versions 4 to 7 (7 itself asks for Node 22)
   * @methods `chat.completions`, `responses`, `completions`, `embeddings`, `images`, `audio`, `moderations`, `vectorStores.search`, with
   * `parse`, `stream` and `runTools`
   * @limits no span for batches, files, fine-tuning, conversations, realtime; token counts of streamed chat completions come on request only
   * @tier measured
   * @replayed openai AzureOpenAI
   */
  openai: {
    name: 'openai',
    module: 'openai',
    clientClasses: ['OpenAI'],
    frameworkClasses: ['BaseChatOpenAI', 'ChatOpenAI'],
    // 4.x has the class in index. Only 4.x has no static for beta.chat.completions.
    files: ['index', 'client', 'resources/beta/chat/completions'],
    userAgent: /^(?:Azure|Bedrock)?OpenAI\/JS /,
    modelPath: openaiPath,
  },
  /**
   * Records the calls of `@anthropic-ai/sdk` 0.20 to 1.x, and of bedrock-sdk, vertex-sdk, foundry-sdk and aws-sdk, built on
   * top of `@anthropic-ai/sdk`: messages, streams, threads, the tools of a tool runner, legacy completions.
   * @class Anthropic
   * @peer @anthropic-ai/sdk >=0.20.0
   * @versions 0.20 to 1.x, and the Bedrock and Vertex clients on top of the SDK
   * @methods `messages.create`, `messages.stream`, `messages.parse`, `beta.messages` with the tool runner, `completions.create`
   * @limits no span for batches, files and `countTokens`
   * @tier measured
   * @replayed anthropic
   */
  anthropic: {
    name: 'anthropic',
    module: '@anthropic-ai/sdk',
    clientClasses: ['Anthropic'],
    frameworkClasses: ['ChatAnthropicMessages', 'ChatAnthropic'],
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
  /**
   * Records the calls of `@google/generative-ai` 0.1 to 0.24: content, chat sessions, embeddings. A streamed call ends when
   * `response` settles, or when the application has read `stream`.
   * @class GoogleGenerativeAI
   * @peer @google/generative-ai >=0.1.0
   * @versions 0.1 to 0.24
   * @methods `generateContent(Stream)`, `sendMessage(Stream)` of chat sessions, `embedContent`, `batchEmbedContents`
   * @limits no span for `countTokens`, files and caches
   * @tier measured
   * @replayed generative-ai
   */
  googleGenerativeAI: {
    name: 'google-generative-ai',
    module: '@google/generative-ai',
    clientClasses: ['GoogleGenerativeAI'],
    frameworkClasses: ['ChatGoogleGenerativeAI'],
    files: ['dist/index'],
    userAgent: /^genai-js\//,
    modelPath: geminiPath,
  },
  /**
   * Records the calls of `@google/genai` 1.x to 3.x, on the Gemini API and on Vertex AI: content and chats with every model
   * request of automatic function calling and continuation, called functions, interactions, embeddings, images, videos.
   * @class GoogleGenAI
   * @peer @google/genai >=1.0.0
   * @versions 1 to 3
   * @methods `models.generateContent(Stream)`, `chats`, `interactions`, `embedContent`, `generateImages`, `generateVideos`; called functions
   * @limits no span for live sessions, batches, files, caches and `countTokens`
   * @tier measured
   * @replayed genai
   */
  googleGenAI: {
    name: 'google-genai',
    module: '@google/genai',
    clientClasses: ['GoogleGenAI'],
    files: ['dist/index', 'dist/node/index', 'dist/web/index'],
    userAgent: /^google-genai-sdk\//,
    modelPath: geminiPath,
  },
  /**
   * Records the calls of the `groq-sdk` SDK: chat, embeddings, speech, transcription, translation.
   * @class Groq
   * @peer groq-sdk >=0.3.0
   * @versions 0.3 to 1.x
   * @methods `chat.completions.create`, `embeddings.create`, `audio.speech`, `audio.transcriptions`, `audio.translations`
   * @limits no span for batches and files
   * @tier measured
   * @replayed groq
   */
  groq: {
    name: 'groq',
    module: 'groq-sdk',
    clientClasses: ['Groq'],
    frameworkClasses: ['ChatGroq'],
    files: ['index', 'client'],
    userAgent: /^Groq\/JS /,
    modelPath: openaiPath,
  },
  /**
   * Records the calls of the `together-ai` SDK: chat, completions, embeddings, rerank, images, speech, transcription.
   * @class Together
   * @peer together-ai >=0.6.0
   * @versions 0.6 to 0.52
   * @methods `chat.completions.create` and `.stream`, `completions.create`, `embeddings.create`, `rerank.create`, `images.generate`,
   * `audio.speech`, `audio.transcriptions`, `audio.translations`
   * @limits no span for videos, fine-tuning, batches, files and the code interpreter
   * @tier measured
   * @replayed together
   */
  together: {
    name: 'together',
    module: 'together-ai',
    clientClasses: ['Together'],
    files: ['index', 'client'],
    userAgent: /^Together\/JS /,
    modelPath: new RegExp(`${openaiPath.source}|/rerank(?:\\?|$)`),
  },
  /**
   * Records the calls of the `@cerebras/cerebras_cloud_sdk` SDK: chat, completions.
   * @class Cerebras
   * @peer @cerebras/cerebras_cloud_sdk >=1.3.0
   * @versions 1.3 to 1.91
   * @methods `chat.completions.create`, `completions.create`
   * @limits no span for the request that the constructor sends to warm up the connection
   * @tier measured
   * @replayed cerebras
   */
  cerebras: {
    name: 'cerebras',
    module: '@cerebras/cerebras_cloud_sdk',
    clientClasses: ['Cerebras'],
    frameworkClasses: ['ChatCerebras'],
    files: ['index'],
    userAgent: /^Cerebras\/JS /,
    modelPath: openaiPath,
  },
  /**
   * Records the calls of the `ollama` package: chat, generate, embeddings.
   * @class Ollama
   * @peer ollama >=0.5.0
   * @versions 0.5 to 0.6
   * @methods `chat`, `generate`, `embed`, `embeddings`
   * @limits no span for pull, push, create, web search; a client keeps every stream that is not read to its end, so the span of an
   * abandoned stream ends after `streamIdleTimeout` only
   * @tier measured
   * @replayed ollama
   */
  ollama: {
    name: 'ollama',
    module: 'ollama',
    clientClasses: ['Ollama'],
    frameworkClasses: ['ChatOllama'],
    files: ['dist/index', 'dist/browser'],
    userAgent: /^ollama-js\//,
    modelPath: /\/api\/(?:chat|generate|embed|embeddings)(?:\?|$)/,
  },
  /**
   * Records the calls of `@aws-sdk/client-bedrock-runtime`: Converse and InvokeModel, whole and streamed, for bodies of every
   * family of models.
   * @class AwsBedrock
   * @peer @aws-sdk/client-bedrock-runtime >=3.422.0
   * @versions 3.422 to 3.1164
   * @methods `Converse`, `ConverseStream`, `InvokeModel`, `InvokeModelWithResponseStream` by `send` or by the methods of `BedrockRuntime`
   * @limits no span for bidirectional streams, asynchronous calls, `CountTokens` and `ApplyGuardrail`; no token counts where the counts
   * are in headers alone (`InvokeModel` of Mistral, Cohere and AI21, unstreamed); samplers do not see the address of the first call
   * of a client
   * @tier measured
   * @replayed bedrock
   */
  awsBedrock: {
    name: 'aws-bedrock',
    module: '@aws-sdk/client-bedrock-runtime',
    clientClasses: ['BedrockRuntimeClient'],
    frameworkClasses: ['ChatBedrockConverse'],
    files: ['dist-cjs/index'],
    userAgent: /^aws-sdk-js\/.* api\/bedrock-runtime#/,
    modelPath: /\/model\/[^/?]+\/(?:converse|invoke)(?:-stream|-with-response-stream)?(?:\?|$)/,
  },
  /**
   * Records the runs of LangChain.js (`@langchain/core` 0.3 to 1.x) around model calls: chains, agents, graphs, tools and
   * retrievers, and the calls of chat models without an SDK. Model calls through an SDK are recorded by the
   * instrumentation of the SDK.
   * @class LangChain
   * @peer @langchain/core >=0.3.0
   * @versions 0.3 to 1.x, with `langchain` and `@langchain/langgraph`
   * @methods chains, agents, graphs, tools, retrievers; chat models without a recorded SDK
   * @limits see [frameworks.md](frameworks.md)
   * @tier measured
   */
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
  /**
   * Records the runs of the OpenAI Agents SDK (`@openai/agents`) around model calls: workflows, agents and tools. The model
   * calls are recorded by {@link OpenAIInstrumentation}.
   * @class OpenAIAgents
   * @peer @openai/agents >=0.9.0
   * @versions 0.9 to 0.20
   * @methods workflows, agents, tools
   * @limits see [frameworks.md](frameworks.md)
   * @tier measured
   */
  openaiAgents: {
    name: 'openai-agents',
    module: '@openai/agents-core',
    files: ['dist/index'],
  },
  /**
   * Records the Vercel AI SDK, `ai` 5 to 7: the requests of its models with every retry, executed tools, agents. Models of the
   * packages `@ai-sdk/*` are recorded without `ai` too. For an application with these packages in its bundle, pass the package
   * of a provider or a model to {@link LlmInstrumentation.patch}.
   * @class VercelAI
   * @peer ai >=5.0.0
   * @versions 5 to 7
   * @methods `generateText`, `streamText`, `generateObject`, `streamObject`, `embed(Many)`, `rerank`, images, speech, transcription; tools, agents
   * @limits see [frameworks.md](frameworks.md)
   * @tier measured
   */
  vercelAI: {
    name: 'vercel-ai',
    module: 'ai',
    files: ['dist/index'],
    // Names of functions in the sources of ai 5, 6 and 7; no version has all of the functions.
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
    companions: {
      module: '@ai-sdk/*',
      // The edge builds and the internal entries have classes of their own. Packages for early versions of ai 5 have `dist` inside.
      files: ['dist/index', 'dist/internal/index', 'dist/edge/index', 'internal/dist/index', 'edge/dist/index'],
      classes: '(?:Language|Embedding|Image|Speech|Transcription|Reranking)Model$',
    },
    // A request of a model without `ai` names the package only: `ai-sdk/openai/3.0.141 ai-sdk/provider-utils/4.0.56`.
    userAgent: /(?:^| )(?:ai|(?<companion>ai-sdk\/(?!provider)[\w-]+))\/\d+\./,
    // Models of many providers, each with the paths of its API; the last alternatives are those of Bedrock, Cohere and the gateway.
    modelPath: new RegExp(
      [openaiPath, anthropicPath, geminiPath].map(({ source }) => source).join('|') +
        '|/(?:converse(?:-stream)?|v\\d/chat|embed|(?:v\\d/)?rerank|[a-z]+-model)(?:\\?|$)',
    ),
  },
} as const satisfies Readonly<Record<string, Sdk>>;
