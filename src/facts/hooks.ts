import type { Span } from '@opentelemetry/api';
import type { ActivityName, OperationName, UsageFacts } from './call.ts';
import type { Part } from './messages.ts';

/** A value of a custom attribute. An array holds values of one type. */
export type CustomAttributeValue =
  | string
  | number
  | boolean
  | readonly string[]
  | readonly number[]
  | readonly boolean[];

/** Attributes that an application adds to its LLM spans. An attribute with the value `undefined` is left out. */
export type CustomAttributes = Readonly<Record<string, CustomAttributeValue | undefined>>;

/** A span of this package that is about to start. Holds no text of a user or a model. */
export interface StartingSpan {
  /** `gen_ai.operation.name` */
  readonly operation: OperationName | ActivityName;
  readonly spanName: string;
  /** `gen_ai.provider.name`; only for model calls. */
  readonly provider?: string | undefined;
  /** Model as requested. */
  readonly model?: string | undefined;
  /** Name of the tool, agent or workflow, or id of the vector store. */
  readonly target?: string | undefined;
}

/** Returns further attributes for a span that is about to start, or `undefined`. */
export type DynamicAttributesHook = (span: StartingSpan) => CustomAttributes | undefined;

/**
 * The start of a model call, for `onRequest`.
 *
 * @typeParam Args arguments of the SDK's method, in the types of the SDK. Default: unknown, because the SDKs differ.
 * @typeParam Operation operations with these arguments. A union of `LlmRequest` types is narrowed by `operation`.
 * @example
 * type Chat = LlmRequest<[OpenAI.ChatCompletionCreateParams], 'chat'>;
 * type Embedding = LlmRequest<[OpenAI.EmbeddingCreateParams], 'embeddings'>;
 *
 * new OpenAIInstrumentation({
 *   onRequest(span, request: Chat | Embedding) {
 *     if (request.operation === 'chat') span.setAttribute('app.messages', request.args[0].messages.length);
 *   },
 * });
 */
export interface LlmRequest<
  Args extends readonly unknown[] = readonly unknown[],
  Operation extends OperationName = OperationName,
> {
  readonly operation: Operation;
  readonly provider: string;
  readonly model?: string | undefined;
  /** Arguments of the SDK's method: the application's objects. Read the objects, but do not change them. */
  readonly args: Readonly<Args>;
}

/**
 * The end of a model call, for `onResponse`.
 *
 * @typeParam Body result of the SDK's method, in the types of the SDK. Default: unknown, because the SDKs differ.
 * @typeParam Operation operations with this result. A union of `LlmResult` types is narrowed by `operation`.
 * @example
 * new OpenAIInstrumentation({
 *   onResponse(span, { body }: LlmResult<OpenAI.ChatCompletion>) {
 *     if (body?.service_tier) span.setAttribute('app.tier', body.service_tier);
 *   },
 * });
 */
export interface LlmResult<Body = unknown, Operation extends OperationName = OperationName> {
  readonly operation: Operation;
  readonly provider: string;
  readonly outcome: 'completed' | 'failed' | 'cancelled' | 'abandoned' | 'detached';
  /** The result of the SDK: the application's object. Read the object, but do not change it. Absent for streams. */
  readonly body?: Body | undefined;
  readonly id?: string | undefined;
  /** Model that answered. */
  readonly model?: string | undefined;
  readonly finishReasons?: readonly string[] | undefined;
  /** Token counts. */
  readonly usage?: Readonly<UsageFacts> | undefined;
  /** `error.type` of a failed call. */
  readonly errorType?: string | undefined;
  /** The error that the SDK threw. */
  readonly error?: unknown;
}

/**
 * Runs when a model call has started. For the type parameters see {@link LlmRequest}.
 * @example
 * const countTools: RequestHook<[Anthropic.MessageCreateParams]> = (span, { args: [request] }) => {
 *   span.setAttribute('app.tools', request.tools?.length ?? 0);
 * };
 *
 * new AnthropicInstrumentation({ onRequest: countTools });
 */
export type RequestHook<
  Args extends readonly unknown[] = readonly unknown[],
  Operation extends OperationName = OperationName,
> = (span: Span, request: LlmRequest<Args, Operation>) => void;

/**
 * Runs when a model call has ended, just before the span ends. For the type parameters see {@link LlmResult}.
 * @example
 * const noteStop: ResponseHook<Anthropic.Message> = (span, { body }) => {
 *   if (body?.stop_sequence) span.setAttribute('app.stop_sequence', body.stop_sequence);
 * };
 *
 * new AnthropicInstrumentation({ onResponse: noteStop });
 */
export type ResponseHook<Body = unknown, Operation extends OperationName = OperationName> = (
  span: Span,
  result: LlmResult<Body, Operation>,
) => void;

/** The hooks among the options. */
export interface CallHooks {
  readonly dynamicAttributes: DynamicAttributesHook | undefined;
  readonly onRequest: RequestHook | undefined;
  readonly onResponse: ResponseHook | undefined;
}

/** A call that ended without token counts. */
export interface UncountedCall {
  /** `gen_ai.provider.name` */
  readonly provider: string;
  /** Model that answered, else the requested model. */
  readonly model?: string | undefined;
  readonly operation: OperationName;
  /** All text of the request, tool definitions and results included; no images, audio or files. */
  readonly input: string;
  /** All text of the answer so far, reasoning and tool calls included. */
  readonly output: string;
}

/** Counts the tokens of a call. An absent count stays unknown. */
export type EstimateTokensHook = (
  call: UncountedCall,
) => { readonly input?: number | undefined; readonly output?: number | undefined } | undefined;

/** Place of a piece of content, for {@link RedactHook}. */
export type ContentPlace = 'system' | 'input' | 'output' | 'tool_definition' | 'tool_arguments' | 'tool_result';

/**
 * Sees every part of content before the part is recorded. Returns the part, a changed copy, or `undefined` to drop the part.
 * If the hook throws, all content of the call is dropped.
 */
export type RedactHook = (part: Part, place: ContentPlace) => Part | undefined;
