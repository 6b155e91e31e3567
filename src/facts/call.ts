/**
 * What a provider says about one call, as plain data: no OpenTelemetry object in it, and nothing of an SDK's types.
 */
import type { Attributes } from '@opentelemetry/api';
import type { InputContent, OutputMessage } from './messages.ts';
import type { Charged } from './prices.ts';

/** `gen_ai.operation.name`: the conventions' operations and our own for the APIs they do not name. */
export type OperationName =
  | 'chat'
  | 'text_completion'
  | 'generate_content'
  | 'embeddings'
  | 'fetch_response'
  | 'retrieval'
  | 'image_generation'
  | 'video_generation'
  | 'speech'
  | 'transcription'
  | 'translation'
  | 'moderation'
  | 'rerank'
  | 'execute_tool';

/** `gen_ai.operation.name` of what is no model call. */
export type ActivityName = 'execute_tool' | 'invoke_agent' | 'invoke_workflow';

/** Host to `gen_ai.provider.name`, from the `providerHosts` option: it goes before the built-in table. */
export type ProviderHosts = Readonly<Record<string, string>>;

/** One call as the application asked for it. */
export interface RequestFacts {
  readonly operation: OperationName;
  /** `gen_ai.provider.name` */
  readonly provider: string;
  /** Model as requested, without a `models/` prefix; absent when the call names none. */
  readonly model?: string | undefined;
  /** What the span is named after instead of the model: a vector store id. */
  readonly target?: string | undefined;
  /** Host of the endpoint, without port. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  /** The application asked for a stream. */
  readonly stream?: boolean | undefined;
  /** A stream of a protocol that leaves the token counts out unless it is asked for them, and it was not. */
  readonly usageNotRequested?: boolean | undefined;
  /** Measured as an operation that is not inference although its span is one (a compaction). */
  readonly measuredAsOther?: boolean | undefined;
  /** Service tier asked for, in the provider's word. */
  readonly tier?: string | undefined;
  /** Request attributes by their registry names; everything here is on the span from its start. */
  readonly attributes: Attributes;
}

/** A modality with token counts of its own. */
export type Modality = 'text' | 'image' | 'audio';

/** Token counts as the provider sent them. A field that was not sent is absent; 0 is a count. */
export interface UsageFacts {
  /** All input tokens, cached ones included. */
  input?: number | undefined;
  /** All output tokens, reasoning included. */
  output?: number | undefined;
  /** The provider's own sum, where it may count what is in neither. */
  total?: number | undefined;
  cacheRead?: number | undefined;
  cacheWrite?: number | undefined;
  /** The part of `cacheWrite` that is kept for an hour. */
  cacheWrite1h?: number | undefined;
  reasoning?: number | undefined;
  inputBy?: Partial<Record<Modality, number | undefined>> | undefined;
  outputBy?: Partial<Record<Modality, number | undefined>> | undefined;
  cacheReadBy?: Partial<Record<Modality, number | undefined>> | undefined;
  /** The counts come from the option `estimateTokens`. */
  estimated?: true | undefined;
  /** What the provider says it charged, in USD if this provider counts in USD. */
  charged?: Charged | undefined;
}

/** What the provider answered. */
export interface ResponseFacts {
  readonly id?: string | undefined;
  readonly model?: string | undefined;
  /** One per choice in choice order, already in the contract's vocabulary. */
  readonly finishReasons?: readonly string[] | undefined;
  readonly usage?: UsageFacts | undefined;
  /** Ids of the tool calls that the application is asked for. */
  readonly toolCalls?: readonly string[] | undefined;
  /** Service tier that the call got, in the provider's word. */
  readonly tier?: string | undefined;
  /** Where inference ran, if the application can choose that. */
  readonly region?: string | undefined;
  /** Further response attributes by their registry names. */
  readonly attributes?: Attributes | undefined;
  /** The provider says, without the SDK throwing, that the operation failed. */
  readonly failure?: Failure | undefined;
}

/** Why an operation failed. */
export interface Failure {
  /** `error.type`: the provider's code or type, else the HTTP status, else the exception's class name. */
  readonly type: string;
  /** May echo what a user wrote: only recorded with content capture on. */
  readonly message?: string | undefined;
}

/** `llm_otel.chunk.kind` */
export type ChunkKind = 'text' | 'reasoning' | 'tool_call' | 'refusal' | 'audio' | 'usage';

/** `llm_otel.stream.outcome` */
export type StreamOutcome = 'completed' | 'failed' | 'cancelled' | 'abandoned' | 'detached';

/** Reads the chunks of one stream. Called for every chunk: implementations keep what they need and nothing else. */
export interface StreamReader {
  /** The answer's model, once a chunk has named it. */
  readonly model?: string | undefined;
  /** Takes one chunk in. */
  read(chunk: unknown): void;
  /** What this chunk starts, asked only for chunks that become an event. */
  kind(chunk: unknown): ChunkKind | undefined;
  /** What is known so far. `complete` is false when the stream failed, was cut or cancelled. */
  facts(complete: boolean): ResponseFacts;
  /** The output messages so far; only asked with content capture on. */
  output?(complete: boolean): OutputMessage[];
}

/**
 * How one SDK method is read: pure functions of what the application passed and what the SDK gave back. `self` is the
 * object the method was called on.
 */
export interface CallReader {
  readonly operation: OperationName;
  request(self: unknown, args: readonly unknown[], hosts: ProviderHosts): RequestFacts;
  /** The parsed body of an answer that is no stream. */
  response(body: unknown): ResponseFacts;
  /** What was said of the answer apart from it: there is something to read whatever came of the call. */
  factsWithoutBody?(): ResponseFacts;
  /** A reader for the chunks of a streamed answer. `content`: keep what {@link StreamReader.output} needs. */
  stream?(content: boolean, limit: number): StreamReader;
  /** Asked only with content capture on. */
  input?(args: readonly unknown[], self?: unknown): InputContent;
  /** Asked only with content capture on. */
  output?(body: unknown): OutputMessage[];
}
