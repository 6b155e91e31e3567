import type { Attributes } from '@opentelemetry/api';

/** One call of a model, as a test wants to look at it. What was not recorded is absent. */
export interface LlmCall {
  /** `gen_ai.operation.name`: `chat`, `generate_content`, `embeddings`, ... */
  readonly operation: string;
  /** `gen_ai.provider.name`: `openai`, `anthropic`, `gcp.gemini`, ... */
  readonly provider: string;
  /** Model as it was asked for. */
  readonly model?: string;
  /** Model that answered. */
  readonly responseModel?: string;
  readonly responseId?: string;
  /** All input tokens, cached ones included. */
  readonly inputTokens?: number;
  /** All output tokens, reasoning included. */
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
  /** The counts come from the option `estimateTokens`. */
  readonly usageEstimated?: boolean;
  /** USD. */
  readonly cost?: number;
  /** One for each choice; empty if nothing was answered. */
  readonly finishReasons: readonly string[];
  /** `error.type` and what may be said of the error; there only if the call failed. */
  readonly error?: { readonly type: string; readonly message: string };
  /** There only if the answer was a stream. */
  readonly stream?: {
    /** `completed`, `failed`, `cancelled`, `abandoned`, `detached` */
    readonly outcome: string;
    readonly chunks: number;
    readonly timeToFirstChunkMs?: number;
  };
  readonly conversationId?: string;
  /** System instructions, input and output messages: only with `captureContent`. */
  readonly system?: readonly MessagePart[];
  readonly input?: readonly CapturedMessage[];
  readonly output?: readonly CapturedMessage[];
  /** Tool calls in the output: only with `captureContent`. */
  readonly toolCalls?: readonly { readonly id?: string; readonly name: string; readonly arguments?: unknown }[];
  readonly durationMs: number;
  /** Everything on the span. */
  readonly attributes: Attributes;
  readonly span: CapturedSpan;
}

/** One run of a tool: by an SDK (`runTools`, tool runners, function calling) or inside `tool()`. */
export interface ToolRun {
  readonly name: string;
  /** Id of the model's tool call that it answers. */
  readonly callId?: string;
  /** Only with `captureContent`. */
  readonly arguments?: unknown;
  /** Only with `captureContent`. */
  readonly result?: unknown;
  readonly error?: { readonly type: string; readonly message: string };
  readonly durationMs: number;
  readonly attributes: Attributes;
  readonly span: CapturedSpan;
}

/** A part of a message, in the form of the GenAI semantic conventions: `{ type: 'text', content: '...' }`. */
export interface MessagePart {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A message, in the form of the GenAI semantic conventions. */
export interface CapturedMessage {
  readonly role: string;
  readonly parts: readonly MessagePart[];
  readonly finish_reason?: string;
}

/** A span that has ended, as plain data. */
export interface CapturedSpan {
  readonly name: string;
  readonly kind: 'internal' | 'client';
  readonly traceId: string;
  readonly spanId: string;
  /** Absent if it has no parent. */
  readonly parentSpanId?: string;
  /** Name of the tracer: `@x/llm-otel/openai`. */
  readonly scope: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly durationMs: number;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage?: string;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[];
}

/** A metric and its points, one for each set of attributes. */
export interface CapturedMetric {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'counter' | 'histogram';
  readonly points: readonly {
    readonly attributes: Attributes;
    /** Sum of all values. */
    readonly sum: number;
    /** Number of values. */
    readonly count: number;
  }[];
}

/** An event on the logs signal: `gen_ai.client.operation.exception`, `gen_ai.client.inference.operation.details`. */
export interface CapturedEvent {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What is recorded since {@link startCapture}, in this process and nowhere else. */
export interface Capture {
  /**
   * Records the calls of an SDK: `capture.patch(await import('openai'))` or `capture.patch(require('openai'))`, also if it was
   * imported long before. Not needed where register or an instrumentation of this package records it already.
   * @throws Error if it is none of the supported SDKs
   */
  patch(sdk: object): void;
  /** Calls of models that have ended, in the order in which they started. */
  llmCalls(): LlmCall[];
  /** Runs of tools that have ended, in the order in which they started. */
  toolRuns(): ToolRun[];
  /** All spans of this package that have ended, in the order in which they started. */
  spans(): CapturedSpan[];
  /** Events on the logs signal, in the order in which they came. */
  events(): CapturedEvent[];
  /** Metrics since the start or the last {@link reset}; those of all captures that run at the same time. */
  metrics(): CapturedMetric[];
  /**
   * Resolves once every call and tool that was started has ended.
   * @throws Error after `timeoutMs` (default 5000), with the names of what is still open
   */
  settled(timeoutMs?: number): Promise<void>;
  /**
   * Runs `fn`. What is recorded in it goes to this capture alone, so that tests can run at the same time in one process.
   */
  run<T>(fn: () => T): T;
  /** Forgets everything. Calls that are still open are not captured any more. */
  reset(): void;
  /** Ends the capture: SDKs are as they were, and recording goes to where it went before. What was captured stays. */
  stop(): void;
  /** {@link stop}, for `using capture = startCapture()`. */
  [Symbol.dispose](): void;
}
