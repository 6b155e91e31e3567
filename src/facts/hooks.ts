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

/** Attributes an application adds to its LLM spans. One that is `undefined` is left out. */
export type CustomAttributes = Readonly<Record<string, CustomAttributeValue | undefined>>;

/** A span of this package that is about to start. Nothing a user or a model wrote is in it. */
export interface StartingSpan {
  /** `gen_ai.operation.name` */
  readonly operation: OperationName | ActivityName;
  readonly spanName: string;
  /** `gen_ai.provider.name`, of model calls. */
  readonly provider?: string | undefined;
  /** Model as requested. */
  readonly model?: string | undefined;
  /** Name of the tool, agent or workflow, id of the vector store. */
  readonly target?: string | undefined;
}

/** Returns further attributes for a span that is about to start, or `undefined`. */
export type DynamicAttributesHook = (span: StartingSpan) => CustomAttributes | undefined;

/** A model call as it starts. */
export interface LlmRequest {
  readonly operation: OperationName;
  readonly provider: string;
  readonly model?: string | undefined;
  /** What the application passed to the SDK's method: its own objects, to be read and not changed. */
  readonly args: readonly unknown[];
}

/** A model call as it ended. */
export interface LlmResult {
  readonly operation: OperationName;
  readonly provider: string;
  readonly outcome: 'completed' | 'failed' | 'cancelled' | 'abandoned' | 'detached';
  /** What the SDK made of the answer: the application's own object, to be read and not changed. None for streams. */
  readonly body?: unknown;
  readonly id?: string | undefined;
  /** Model that answered. */
  readonly model?: string | undefined;
  readonly finishReasons?: readonly string[] | undefined;
  /** In tokens. */
  readonly usage?: Readonly<UsageFacts> | undefined;
  /** `error.type` of a call that failed. */
  readonly errorType?: string | undefined;
  /** What the SDK threw. */
  readonly error?: unknown;
}

/** Runs when a model call has started. */
export type RequestHook = (span: Span, request: LlmRequest) => void;

/** Runs when a model call has ended, just before its span does. */
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
  /** Model that answered, else the one that was asked for. */
  readonly model?: string | undefined;
  readonly operation: OperationName;
  /** All text that was sent, tool definitions and results included; no images, audio or files. */
  readonly input: string;
  /** All text that came back, as far as it came, reasoning and tool calls included. */
  readonly output: string;
}

/** Counts the tokens of a call; what it leaves out stays unknown. */
export type EstimateTokensHook = (
  call: UncountedCall,
) => { readonly input?: number | undefined; readonly output?: number | undefined } | undefined;

/** Where a piece of content stands, for {@link RedactHook}. */
export type ContentPlace = 'system' | 'input' | 'output' | 'tool_definition' | 'tool_arguments' | 'tool_result';

/**
 * Sees every part of content before it is recorded and returns what may be: the part, a changed copy, or `undefined`
 * to drop it. If it throws, all content of the call is dropped.
 */
export type RedactHook = (part: Part, place: ContentPlace) => Part | undefined;
