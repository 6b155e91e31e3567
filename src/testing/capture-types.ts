import type { Attributes } from '@opentelemetry/api';

/** One model call, with a field for each value of interest to a test. A value is absent if nothing was recorded. */
export interface LlmCall {
  /** `gen_ai.operation.name`: `chat`, `generate_content`, `embeddings`, ... */
  readonly operation: string;
  /** `gen_ai.provider.name`: `openai`, `anthropic`, `gcp.gemini`, ... */
  readonly provider: string;
  /** Requested model. */
  readonly model?: string;
  /** Model of the answer. */
  readonly responseModel?: string;
  readonly responseId?: string;
  /** All input tokens, cached ones included. */
  readonly inputTokens?: number;
  /** All output tokens, reasoning included. */
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
  /** `true` if the counts come from the option `estimateTokens`. */
  readonly usageEstimated?: boolean;
  /** USD. */
  readonly cost?: number;
  /** One reason for each choice; empty without an answer. */
  readonly finishReasons: readonly string[];
  /** `error.type` and the recorded message; only if the call failed. */
  readonly error?: { readonly type: string; readonly message: string };
  /** Only if the answer was a stream. */
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
  /** All attributes of the span. */
  readonly attributes: Attributes;
  readonly span: CapturedSpan;
}

/** One run of a tool: executed by an SDK (`runTools`, tool runners, function calling) or inside `tool()`. */
export interface ToolRun {
  readonly name: string;
  /** Id of the model's tool call. */
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

/** An ended span as plain data. */
export interface CapturedSpan {
  readonly name: string;
  readonly kind: 'internal' | 'client';
  readonly traceId: string;
  readonly spanId: string;
  /** Absent for a root span. */
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

/** The telemetry of this process since {@link startCapture}. */
export interface Capture {
  /**
   * Records all calls of an SDK: `capture.patch(await import('openai'))` or `capture.patch(require('openai'))`, also if the
   * SDK was imported long before. Not needed if register or an instrumentation of this package already records the SDK.
   * @throws Error if `sdk` is not a supported SDK
   */
  patch(sdk: object): void;
  /** Ended model calls, in the order of their start. */
  llmCalls(): LlmCall[];
  /** Ended runs of tools, in the order of their start. */
  toolRuns(): ToolRun[];
  /** All ended spans of this package, in the order of their start. */
  spans(): CapturedSpan[];
  /** Events on the logs signal, in the order of emission. */
  events(): CapturedEvent[];
  /** Metrics since the start or the last {@link reset}. Simultaneous captures share the metrics. */
  metrics(): CapturedMetric[];
  /**
   * Resolves once every started call and every started tool has ended.
   * @throws Error after `timeoutMs` (default 5000), with the names of the open spans
   */
  settled(timeoutMs?: number): Promise<void>;
  /**
   * Runs `fn`. Telemetry of `fn` goes to this capture alone, so tests can run at the same time in a process.
   */
  run<T>(fn: () => T): T;
  /** Removes all captured data. Open calls are no longer captured. */
  reset(): void;
  /** Ends the capture: unpatches the SDKs and sends telemetry to the former providers. Captured data stays readable. */
  stop(): void;
  /** {@link stop}, for `using capture = startCapture()`. */
  [Symbol.dispose](): void;
}
