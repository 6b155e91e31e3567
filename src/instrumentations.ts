import { LlmInstrumentation, type LlmInstrumentationConfig } from './patching/loading/instrumentation.ts';
import { providers } from './providers/index.ts';

/** Records the calls of the `openai` SDK, 4.x to 7.x: chat, responses, embeddings, images, audio, moderation, search. */
export class OpenAIInstrumentation extends LlmInstrumentation {
  /** @param options see {@link LlmInstrumentationConfig}; what is missing comes from the environment. */
  constructor(options: LlmInstrumentationConfig = {}) {
    super(providers.openai, options);
  }

  protected override provider(): object {
    return providers.openai;
  }
}

/**
 * Records the calls of `@anthropic-ai/sdk` 0.20 to 1.x, and of bedrock-sdk, vertex-sdk, foundry-sdk and aws-sdk, which
 * are built on it: messages, streams, threads, the tools that a tool runner executes, legacy completions.
 */
export class AnthropicInstrumentation extends LlmInstrumentation {
  /** @param options see {@link LlmInstrumentationConfig}; what is missing comes from the environment. */
  constructor(options: LlmInstrumentationConfig = {}) {
    super(providers.anthropic, options);
  }

  protected override provider(): object {
    return providers.anthropic;
  }
}

/**
 * Records the calls of `@google/generative-ai` 0.1 to 0.24: content, chat sessions, embeddings. A streamed call ends when
 * its `response` settles, or with the application's reading of `stream`.
 */
export class GoogleGenerativeAIInstrumentation extends LlmInstrumentation {
  /** @param options see {@link LlmInstrumentationConfig}; what is missing comes from the environment. */
  constructor(options: LlmInstrumentationConfig = {}) {
    super(providers.googleGenerativeAI, options);
  }

  protected override provider(): object {
    return providers.googleGenerativeAI;
  }
}

/**
 * Records the calls of `@google/genai` 1.x to 3.x, on the Gemini API and on Vertex AI: content and chats with every model
 * request of automatic function calling and continuation, the functions it calls, interactions, embeddings, images, videos.
 */
export class GoogleGenAIInstrumentation extends LlmInstrumentation {
  /** @param options see {@link LlmInstrumentationConfig}; what is missing comes from the environment. */
  constructor(options: LlmInstrumentationConfig = {}) {
    super(providers.googleGenAI, options);
  }

  protected override provider(): object {
    return providers.googleGenAI;
  }
}

/**
 * Records what LangChain.js (`@langchain/core` 0.3 to 1.x) puts around model calls: chains, agents, graphs, tools and
 * retrievers, and the calls of chat models that no SDK makes. The model calls of an SDK are recorded by its own instrumentation.
 */
export class LangChainInstrumentation extends LlmInstrumentation {
  /** @param options see {@link LlmInstrumentationConfig}; what is missing comes from the environment. */
  constructor(options: LlmInstrumentationConfig = {}) {
    super(providers.langchain, options);
  }

  protected override provider(): object {
    return providers.langchain;
  }
}

/**
 * Records what the OpenAI Agents SDK (`@openai/agents`) puts around model calls: workflows, agents and tools. The model
 * calls are recorded by {@link OpenAIInstrumentation}.
 */
export class OpenAIAgentsInstrumentation extends LlmInstrumentation {
  /** @param options see {@link LlmInstrumentationConfig}; what is missing comes from the environment. */
  constructor(options: LlmInstrumentationConfig = {}) {
    super(providers.openaiAgents, options);
  }

  protected override provider(): object {
    return providers.openaiAgents;
  }
}

/**
 * Records the Vercel AI SDK, `ai` 5 to 7: the requests of its models with every retry, the tools that it runs, agents. Of an
 * application whose bundle holds `ai`, {@link LlmInstrumentation.patch} takes the package of a provider or a model.
 */
export class VercelAIInstrumentation extends LlmInstrumentation {
  /** @param options see {@link LlmInstrumentationConfig}; what is missing comes from the environment. */
  constructor(options: LlmInstrumentationConfig = {}) {
    super(providers.vercelAI, options);
  }

  protected override provider(): object {
    return providers.vercelAI;
  }
}

/**
 * All instrumentations of this package, for `new NodeSDK({ instrumentations: [getLlmInstrumentations()] })` or
 * `registerInstrumentations`.
 * @param options for every one of them
 */
export function getLlmInstrumentations(options: LlmInstrumentationConfig = {}): LlmInstrumentation[] {
  return [
    new OpenAIInstrumentation(options),
    new AnthropicInstrumentation(options),
    new GoogleGenerativeAIInstrumentation(options),
    new GoogleGenAIInstrumentation(options),
    new LangChainInstrumentation(options),
    new OpenAIAgentsInstrumentation(options),
    new VercelAIInstrumentation(options),
  ];
}
