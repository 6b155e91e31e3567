/**
 * Facts of one call, as plain data from a provider: without objects of OpenTelemetry and without types of an SDK.
 */
import type { Attributes } from '@opentelemetry/api';
import type { InputContent, OutputMessage } from './messages.ts';
import type { ReportedCost } from './prices.ts';

/** `gen_ai.operation.name`: the conventions' operations, and names of this package for APIs without a convention. */
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

/** `gen_ai.operation.name` of tools, agents and workflows. */
export type ActivityName = 'execute_tool' | 'invoke_agent' | 'invoke_workflow';

/** Host to `gen_ai.provider.name`, from the option `providerHosts`. Takes precedence over the built-in table. */
export type ProviderHosts = Readonly<Record<string, string>>;

/**
 * Streams of OpenAI's chat completions have token counts only on request. `off` requests no counts, `inject` requests counts
 * from OpenAI's hosts, a list of hosts adds hosts that accept `stream_options`; a leading `*.` matches subdomains.
 */
export type StreamUsage = 'off' | 'inject' | readonly string[];

/** Options for readers of providers. */
export interface ReaderSettings {
  readonly streamUsage?: StreamUsage | undefined;
  /** The application counts the tokens of calls without counts. */
  readonly estimateTokens?: unknown;
}

/** The request of one call. */
export interface RequestFacts {
  readonly operation: OperationName;
  /** `gen_ai.provider.name` */
  readonly provider: string;
  /** Model as requested, without a `models/` prefix; absent if the call names no model. */
  readonly model?: string | undefined;
  /** Part of the span's name in place of the model, for example the id of a vector store. */
  readonly target?: string | undefined;
  /** Host of the endpoint, without port. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  /** The SDK finds the address during the call: `address` and `port` are getters, and have values at the end at the latest. */
  readonly addressComesLate?: boolean | undefined;
  /** The application asked for a stream. */
  readonly stream?: boolean | undefined;
  /** A streamed chat completion without `stream_options.include_usage`: no token counts will come. */
  readonly usageNotRequested?: boolean | undefined;
  /** Measured as an operation other than inference although the span is an inference span (a compaction). */
  readonly measuredAsOther?: boolean | undefined;
  /** Requested service tier, in the provider's word. */
  readonly tier?: string | undefined;
  /** Custom attributes that the metrics of the call have too. */
  metricAttributes?: Attributes | undefined;
  /** Request attributes by their registry names; all are on the span from its start. */
  readonly attributes: Attributes;
}

/** A modality with token counts of its own. */
export type Modality = 'text' | 'image' | 'audio';

/** Token counts of the provider. A field that was not sent is absent; 0 is a count. */
export interface UsageFacts {
  /** All input tokens, cached tokens included. */
  input?: number | undefined;
  /** All output tokens, reasoning included. */
  output?: number | undefined;
  /** The provider's sum, which may include tokens that are neither in `input` nor in `output`. */
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
  /** The amount that the provider charged, in USD if the provider counts in USD. */
  charged?: ReportedCost | undefined;
}

/** The answer of the provider. */
export interface ResponseFacts {
  readonly id?: string | undefined;
  readonly model?: string | undefined;
  /**
   * One reason for each choice, in choice order, in one vocabulary for all providers: `stop`, `length`, `tool_calls`,
   * `content_filter`, `error`, `compaction`, else the provider's word in lower case or `other`.
   */
  readonly finishReasons?: readonly string[] | undefined;
  readonly usage?: UsageFacts | undefined;
  /** Ids of the tool calls in the answer. */
  readonly toolCalls?: readonly string[] | undefined;
  /** Service tier of the answer, in the provider's word. */
  readonly tier?: string | undefined;
  /** Region of the inference, if the application can choose the region. */
  readonly region?: string | undefined;
  /** Further response attributes by their registry names. */
  readonly attributes?: Attributes | undefined;
  /** Present if the answer says that the operation failed although the SDK threw no error. */
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

/** Reads the chunks of one stream. Called for every chunk: implementations keep only the values for facts and output. */
export interface StreamReader {
  /** The answer's model, once a chunk has named the model. */
  readonly model?: string | undefined;
  /** Reads one chunk. */
  read(chunk: unknown): void;
  /** Kind of content in the chunk; called only for chunks that become an event. */
  kind(chunk: unknown): ChunkKind | undefined;
  /** Facts of the chunks so far. `complete` is false if the stream failed, was cut or cancelled. */
  facts(complete: boolean): ResponseFacts;
  /** The output messages so far; called only if content is kept. */
  output?(complete: boolean): OutputMessage[];
}

/**
 * Reads the calls of one SDK method: pure functions of the arguments and of the SDK's result. `self` is the `this` of the
 * call.
 */
export interface CallReader {
  readonly operation: OperationName;
  /**
   * The reader looks at arguments and answers more than once, so the reader gets views that read a value once, captured content or
   * not. Chunks come as the chunks are: a {@link StreamReader} reads each value once by itself, because a view of each chunk costs more
   * than the reading.
   */
  readonly looksTwice?: true;
  request(self: unknown, args: readonly unknown[], hosts: ProviderHosts): RequestFacts;
  /** Reads the parsed body of a unary answer. */
  response(body: unknown): ResponseFacts;
  /** Facts that exist without a response body (`traceGeneration`), also for failed calls. */
  factsWithoutBody?(): ResponseFacts;
  /**
   * A reader for the chunks of a streamed answer. `content`: keep the values for {@link StreamReader.output}. `limit`: most
   * bytes of text to keep of one part.
   */
  stream?(content: boolean, limit: number): StreamReader;
  /** Content of the request; called only if content is kept. */
  input?(args: readonly unknown[], self?: unknown): InputContent;
  /** Content of a unary answer; called only if content is kept. */
  output?(body: unknown): OutputMessage[];
  /**
   * What an error of this SDK says at a place that is read for no other SDK. A field that is absent is read from the
   * places that many SDKs share (`code`, `type`, `status`, `error`), see `telemetry/error.ts`.
   */
  failure?(error: unknown): Partial<Failure> | undefined;
  /** A stream was read to its end, and `response` is the answer. For advice to the developer, never for the span. */
  completed?(request: RequestFacts, response: ResponseFacts, settings: ReaderSettings): void;
}
