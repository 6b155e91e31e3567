/** One instrumentation class for each SDK. Written by `npm run generate` from `src/providers/sdks.ts`. */
import { LlmInstrumentation, type LlmInstrumentationConfig } from './patching/loading/instrumentation.ts';
import { providers } from './providers/index.ts';

/**
 * Records the calls of the `openai` SDK, 4.x to 7.x: chat, responses, embeddings, images, audio, moderation, search.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new OpenAIInstrumentation({ captureContent: 'SPAN_ONLY' })] });
 */
export class OpenAIInstrumentation extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.openai;
  }
}

/**
 * Records the calls of `@anthropic-ai/sdk` 0.20 to 1.x, and of bedrock-sdk, vertex-sdk, foundry-sdk and aws-sdk, built on
 * top of `@anthropic-ai/sdk`: messages, streams, threads, the tools of a tool runner, legacy completions.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new AnthropicInstrumentation({ captureContent: 'SPAN_ONLY' })] });
 */
export class AnthropicInstrumentation extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.anthropic;
  }
}

/**
 * Records the calls of `@google/generative-ai` 0.1 to 0.24: content, chat sessions, embeddings. A streamed call ends when
 * `response` settles, or when the application has read `stream`.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new GoogleGenerativeAIInstrumentation({ captureContent: 'SPAN_ONLY' })] });
 */
export class GoogleGenerativeAIInstrumentation extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.googleGenerativeAI;
  }
}

/**
 * Records the calls of `@google/genai` 1.x to 3.x, on the Gemini API and on Vertex AI: content and chats with every model
 * request of automatic function calling and continuation, called functions, interactions, embeddings, images, videos.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new GoogleGenAIInstrumentation({ captureContent: 'SPAN_ONLY' })] });
 */
export class GoogleGenAIInstrumentation extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.googleGenAI;
  }
}

/**
 * Records the calls of the `groq-sdk` SDK: chat, embeddings, speech, transcription, translation.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new GroqInstrumentation({ captureContent: 'SPAN_ONLY' })] });
 */
export class GroqInstrumentation extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.groq;
  }
}

/**
 * Records the calls of the `together-ai` SDK: chat, completions, embeddings, rerank, images, speech, transcription.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new TogetherInstrumentation({ captureContent: 'SPAN_ONLY' })] });
 */
export class TogetherInstrumentation extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.together;
  }
}

/**
 * Records the calls of the `@cerebras/cerebras_cloud_sdk` SDK: chat, completions.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new CerebrasInstrumentation({ captureContent: 'SPAN_ONLY' })] });
 */
export class CerebrasInstrumentation extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.cerebras;
  }
}

/**
 * Records the calls of the `ollama` package: chat, generate, embeddings.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new OllamaInstrumentation({ captureContent: 'SPAN_ONLY' })] });
 */
export class OllamaInstrumentation extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.ollama;
  }
}

/**
 * Records the calls of `@aws-sdk/client-bedrock-runtime`: Converse and InvokeModel, whole and streamed, for bodies of every
 * family of models.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new AwsBedrockInstrumentation({ captureContent: 'SPAN_ONLY' })] });
 */
export class AwsBedrockInstrumentation extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.awsBedrock;
  }
}

/**
 * Records the runs of LangChain.js (`@langchain/core` 0.3 to 1.x) around model calls: chains, agents, graphs, tools and
 * retrievers, and the calls of chat models without an SDK. Model calls through an SDK are recorded by the
 * instrumentation of the SDK.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new LangChainInstrumentation({ captureContent: 'SPAN_ONLY' })] });
 */
export class LangChainInstrumentation extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.langchain;
  }
}

/**
 * Records the runs of the OpenAI Agents SDK (`@openai/agents`) around model calls: workflows, agents and tools. The model
 * calls are recorded by {@link OpenAIInstrumentation}.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new OpenAIAgentsInstrumentation({ captureContent: 'SPAN_ONLY' })] });
 */
export class OpenAIAgentsInstrumentation extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.openaiAgents;
  }
}

/**
 * Records the Vercel AI SDK, `ai` 5 to 7: the requests of its models with every retry, executed tools, agents. Models of the
 * packages `@ai-sdk/*` are recorded without `ai` too. For an application with these packages in its bundle, pass the package
 * of a provider or a model to {@link LlmInstrumentation.patch}.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new VercelAIInstrumentation({ captureContent: 'SPAN_ONLY' })] });
 */
export class VercelAIInstrumentation extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.vercelAI;
  }
}

/**
 * All instrumentations of this package, for `new NodeSDK({ instrumentations: [getLlmInstrumentations()] })` or
 * `registerInstrumentations`.
 * @param options for every instrumentation
 * @example
 * registerInstrumentations({ instrumentations: [getLlmInstrumentations({ captureContent: 'SPAN_ONLY' })] });
 */
export function getLlmInstrumentations(options: LlmInstrumentationConfig = {}): LlmInstrumentation[] {
  return [
    new OpenAIInstrumentation(options),
    new AnthropicInstrumentation(options),
    new GoogleGenerativeAIInstrumentation(options),
    new GoogleGenAIInstrumentation(options),
    new GroqInstrumentation(options),
    new TogetherInstrumentation(options),
    new CerebrasInstrumentation(options),
    new OllamaInstrumentation(options),
    new AwsBedrockInstrumentation(options),
    new LangChainInstrumentation(options),
    new OpenAIAgentsInstrumentation(options),
    new VercelAIInstrumentation(options),
  ];
}
