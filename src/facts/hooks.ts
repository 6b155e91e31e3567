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

/** The start of a model call, for `onRequest`. */
export interface LlmRequest {
  readonly operation: OperationName;
  readonly provider: string;
  readonly model?: string | undefined;
  /** Arguments of the SDK's method: the application's objects. Read the objects, but do not change them. */
  readonly args: readonly unknown[];
}

/** The end of a model call, for `onResponse`. */
export interface LlmResult {
  readonly operation: OperationName;
  readonly provider: string;
  readonly outcome: 'completed' | 'failed' | 'cancelled' | 'abandoned' | 'detached';
  /** The result of the SDK: the application's object. Read the object, but do not change it. Absent for streams. */
  readonly body?: unknown;
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

/** Runs when a model call has started. */
export type RequestHook = (span: Span, request: LlmRequest) => void;

/** Runs when a model call has ended, just before the span ends. */
export type ResponseHook = (span: Span, result: LlmResult) => void;

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
