import type { OperationName } from '../facts/call.ts';
import type { GenerationUsage } from '../facts/generation-usage.ts';
import type { CustomAttributes } from '../facts/hooks.ts';
import type { Message, OutputMessage, Part, ToolDefinition } from '../facts/messages.ts';

/**
 * Options of {@link traceGeneration}, known before the call. Only `provider` is required. `onChunk` reads values of
 * type `Chunk`.
 */
export interface GenerationOptions<Chunk = unknown> {
  /** `gen_ai.provider.name`: `cohere`, `mistral_ai`, `aws.bedrock`, or a name of your own. */
  readonly provider: string;
  /** Requested model. */
  readonly model?: string | undefined;
  /** `gen_ai.operation.name`. Default `chat`. */
  readonly operation?: OperationName | undefined;
  /** URL or host of the provider. */
  readonly server?: string | undefined;
  /** `true` if the request asks for a stream. */
  readonly stream?: boolean | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly stopSequences?: string | readonly string[] | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly seed?: number | undefined;
  /** Number of requested answers; 1, the default, is not recorded. */
  readonly choiceCount?: number | undefined;
  readonly reasoningLevel?: string | undefined;
  /** `text`, `json`, `image`, `speech` */
  readonly outputType?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly previousResponseId?: string | undefined;
  /** Embeddings: requested length of the vectors. */
  readonly dimensions?: number | undefined;
  /** Requested service tier: changes the cost. */
  readonly serviceTier?: string | undefined;
  /** Attributes of your own. */
  readonly attributes?: CustomAttributes | undefined;
  /** Instructions outside of the messages. `system`, `input` and `tools` are recorded with content capture on. */
  readonly system?: string | readonly Part[] | undefined;
  /** Messages to the model; a text is one message of the user. */
  readonly input?: string | readonly Message[] | undefined;
  readonly tools?: readonly ToolDefinition[] | undefined;
  /**
   * Reads each chunk of a streamed result; the application gets the stream unchanged. May call `call.response()`, and may
   * return the kind of the chunk: `text`, `reasoning`, `tool_call`, `refusal`, `audio` or `usage`.
   */
  readonly onChunk?: ((chunk: Chunk, call: Generation) => unknown) | undefined;
}

/** The provider's answer. */
export interface GenerationResponse {
  readonly id?: string | undefined;
  /** Model that answered. */
  readonly model?: string | undefined;
  /** One reason for each choice, in the provider's words; recorded in the words of the conventions. */
  readonly finishReasons?: string | readonly string[] | undefined;
  readonly usage?: GenerationUsage | undefined;
  /** Service tier of the answer: changes the cost. */
  readonly serviceTier?: string | undefined;
  /** Recorded with content capture on. Not needed if the result is a text or a stream of texts. */
  readonly output?: string | readonly OutputMessage[] | undefined;
}

/** A call while it is recorded. */
export interface Generation {
  /**
   * Reports the provider's answer. May be called several times, with the data known so far: the last value of a field
   * counts. Has no effect after the end of the call.
   */
  response(response: GenerationResponse): void;
}
