/**
 * Answers of the server of `llm-otel view`, as the page gets the answers. Times are milliseconds since 1970 with fractions,
 * durations milliseconds, money USD. A count or a cost that nobody knows is absent, never 0.
 */

/** An object of unknown shape: attributes, parts of messages. */
export type Fields = Readonly<Record<string, unknown>>;

/** A row of the list of traces: `GET /api/traces`. */
export interface TraceRow {
  readonly traceId: string;
  /** Name of the root span. */
  readonly name: string;
  /** `service.name` of the root span; empty without a name. */
  readonly service: string;
  readonly startTime: number;
  readonly durationMs: number;
  readonly spans: number;
  /** Model calls. */
  readonly calls: number;
  /** Runs of tools. */
  readonly tools: number;
  /** Failed spans. */
  readonly errors: number;
  /** A stream among the model calls. */
  readonly streams: number;
  readonly models: readonly string[];
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cost?: number | undefined;
  /** The last user message of the first model call. */
  readonly preview?: string | undefined;
  readonly conversationId?: string | undefined;
}

/** A page of the list. */
export interface TraceList {
  readonly traces: readonly TraceRow[];
  /** The value of `before` for the following page; absent on the last page. */
  readonly next?: string | undefined;
  /** Number of traces that match the query. */
  readonly total: number;
  /** Number of traces that made room for newer ones. */
  readonly dropped: number;
  /** Values of the filters: models and services of all traces. */
  readonly models: readonly string[];
  readonly services: readonly string[];
}

/** An event of a span. */
export interface SpanEvent {
  readonly name: string;
  readonly time: number;
  readonly attributes: Fields;
}

/** A link of a span. */
export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Fields;
}

/** A span with flat attributes. */
export interface ViewedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly name: string;
  readonly kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** `service.name` of the resource. */
  readonly service: string;
  /** Name and version of the tracer. */
  readonly scope: string;
  readonly startTime: number;
  readonly durationMs: number;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage?: string | undefined;
  readonly attributes: Fields;
  readonly resource: Fields;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

/** A log record: `GET /api/logs`, and beside the spans of a trace. */
export interface LogRow {
  readonly time: number;
  readonly severity: string;
  readonly eventName?: string | undefined;
  readonly body?: unknown;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly service: string;
  readonly attributes: Fields;
}

/** `GET /api/traces/<id>`. */
export interface TraceDetail {
  readonly traceId: string;
  readonly spans: readonly ViewedSpan[];
  readonly logs: readonly LogRow[];
}

/** A row of `GET /api/conversations`. */
export interface ConversationRow {
  /** `gen_ai.conversation.id`, else `session.id`. */
  readonly id: string;
  readonly service: string;
  readonly calls: number;
  readonly traces: number;
  readonly errors: number;
  readonly startTime: number;
  readonly endTime: number;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cost?: number | undefined;
  readonly preview?: string | undefined;
}

/** A message of a conversation, with the model call that brought the message first. */
export interface ConversationMessage {
  readonly role: string;
  readonly parts: readonly Fields[];
  readonly time: number;
  readonly traceId: string;
  readonly spanId: string;
}

/** `GET /api/conversations/<id>`: history that every call repeats stands there once. */
export interface ConversationDetail extends ConversationRow {
  readonly messages: readonly ConversationMessage[];
  /** Model calls without captured content. */
  readonly callsWithoutContent: number;
}

/** A row of `GET /api/models`. */
export interface ModelRow {
  readonly model: string;
  readonly provider?: string | undefined;
  readonly calls: number;
  readonly errors: number;
  readonly inputTokens?: number | undefined;
  readonly cachedTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cost?: number | undefined;
  /** Median and 95th percentile of the durations in milliseconds. */
  readonly p50: number;
  readonly p95: number;
}

/** A value of a metric at one time: of a sum or a gauge `value`, of a histogram count and sum. */
export interface MetricPoint {
  readonly time: number;
  readonly value?: number | undefined;
  readonly count?: number | undefined;
  readonly sum?: number | undefined;
}

/** One set of attributes of a metric. */
export interface MetricSeries {
  readonly service: string;
  readonly attributes: Fields;
  readonly points: readonly MetricPoint[];
}

/** A row of `GET /api/metrics`. */
export interface MetricRow {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  readonly series: readonly MetricSeries[];
}

/** `GET /api/stats`, and the data of the event `stats`. */
export interface Stats {
  readonly traces: number;
  readonly spans: number;
  readonly calls: number;
  readonly errors: number;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cost?: number | undefined;
  readonly logs: number;
  readonly metrics: number;
  /** Traces that made room for newer ones. */
  readonly dropped: number;
  /** Spans of a trace that is larger than all the room. */
  readonly droppedSpans: number;
  /** For the line that says how to send data. */
  readonly endpoint: string;
}

/** Data of the event `trace`: the row of the newest trace that changed, and the ids of all that did. */
export interface TraceChange extends TraceRow {
  readonly traceIds: readonly string[];
}
