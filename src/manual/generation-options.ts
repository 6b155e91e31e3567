import type { Modality, OperationName } from '../facts/call.ts';
import type { CustomAttributes } from '../facts/hooks.ts';
import type { Message, OutputMessage, Part, ToolDefinition } from '../facts/messages.ts';

/** What {@link traceGeneration} is told of a call before it is made. Only `provider` is needed. `Chunk` is what `onChunk` reads. */
export interface GenerationOptions<Chunk = unknown> {
  /** `gen_ai.provider.name`: `cohere`, `mistral_ai`, `aws.bedrock`, or a name of your own. */
  readonly provider: string;
  /** Model as requested. */
  readonly model?: string | undefined;
  /** `gen_ai.operation.name`. Default `chat`. */
  readonly operation?: OperationName | undefined;
  /** URL or host that the request goes to. */
  readonly server?: string | undefined;
  /** A stream was asked for. */
  readonly stream?: boolean | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly stopSequences?: string | readonly string[] | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly seed?: number | undefined;
  /** Number of answers asked for; 1 says nothing. */
  readonly choiceCount?: number | undefined;
  readonly reasoningLevel?: string | undefined;
  /** `text`, `json`, `image`, `speech` */
  readonly outputType?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly previousResponseId?: string | undefined;
  /** Embeddings: length of the vectors asked for. */
  readonly dimensions?: number | undefined;
  /** Counts for the cost. */
  readonly serviceTier?: string | undefined;
  /** Attributes of your own. */
  readonly attributes?: CustomAttributes | undefined;
  /** Instructions given apart from the messages. Recorded with content capture on, like the next two. */
  readonly system?: string | readonly Part[] | undefined;
  /** A text is a message of the user. */
  readonly input?: string | readonly Message[] | undefined;
  readonly tools?: readonly ToolDefinition[] | undefined;
  /**
   * Reads each chunk of a streamed result, for a stream that is returned as the SDK made it. May call `call.response()`,
   * and may return what the chunk starts: `text`, `reasoning`, `tool_call`, `refusal`, `audio` or `usage`.
   */
  readonly onChunk?: ((chunk: Chunk, call: Generation) => unknown) | undefined;
}

/** Token counts as the provider sent them; leave out what it did not send. */
export interface GenerationUsage {
  /** All input tokens, cached ones included. */
  readonly inputTokens?: number | undefined;
  /** All output tokens, reasoning included. */
  readonly outputTokens?: number | undefined;
  readonly totalTokens?: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly inputByModality?: Partial<Record<Modality, number>> | undefined;
  readonly outputByModality?: Partial<Record<Modality, number>> | undefined;
  readonly cacheReadByModality?: Partial<Record<Modality, number>> | undefined;
}

/** What the provider answered. */
export interface GenerationResponse {
  readonly id?: string | undefined;
  /** Model that answered. */
  readonly model?: string | undefined;
  /** One for each choice, in the provider's words; they are put into the common ones. */
  readonly finishReasons?: string | readonly string[] | undefined;
  readonly usage?: GenerationUsage | undefined;
  /** Service tier that the call got. Counts for the cost. */
  readonly serviceTier?: string | undefined;
  /** Recorded with content capture on. A result that is a text, or a stream of texts, is recorded without it. */
  readonly output?: string | readonly OutputMessage[] | undefined;
}

/** A call that is being recorded. */
export interface Generation {
  /**
   * Says what the provider answered. May be called often, as things become known: the last value of a field counts.
   * Nothing happens after the end of the call.
   */
  response(response: GenerationResponse): void;
}
