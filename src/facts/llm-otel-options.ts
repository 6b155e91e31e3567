import type { Span } from '@opentelemetry/api';
import type { StreamUsage } from './call.ts';
import type {
  CustomAttributes,
  DynamicAttributesHook,
  EstimateTokensHook,
  LlmRequest,
  LlmResult,
  RedactHook,
} from './hooks.ts';
import type { Prices } from './prices.ts';

/** Where message content goes: nowhere, on the span, on the details event, or on both. */
export type ContentCapture = 'NO_CONTENT' | 'SPAN_ONLY' | 'EVENT_ONLY' | 'SPAN_AND_EVENT';

/** Generation of the emitted metric names; the README has a table. */
export type MetricsSemconv = 'latest' | 'dup' | 'v1.41';

/** Whether another instrumentation of the same SDK records besides this package. */
export type OtherInstrumentations = 'replace' | 'keep';

/** For an SDK that makes spans: the span of this package (`own`) or the span of the SDK (`native`). */
export type NativeTracing = 'own' | 'native';

/**
 * Options of every instrumentation in this package. Most options have an environment variable (the README has a table). An
 * option in code wins over the variable. A value that cannot be used is reported once on stderr and replaced by the default.
 */
export interface LlmOtelOptions {
  /** `false` patches nothing. Default `true`. `LLM_OTEL_ENABLED` */
  enabled?: boolean;
  /**
   * Default `NO_CONTENT`. `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` or `LLM_OTEL_CAPTURE_CONTENT` (also `true`, `false`)
   * @example
   * new OpenAIInstrumentation({ captureContent: 'SPAN_ONLY' });
   */
  captureContent?: ContentCapture;
  /** Emit the event `gen_ai.client.inference.operation.details`. Default: only if `captureContent` says so. `OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT` */
  emitEvent?: boolean;
  /** Longest text of a message part in UTF-8 bytes; longer texts are cut and marked. Default 16384. `LLM_OTEL_CONTENT_MAX_PART_BYTES` */
  contentMaxPartBytes?: number;
  /** Longest content attribute in UTF-8 bytes; a marker part replaces messages that do not fit. Default 262144. `LLM_OTEL_CONTENT_MAX_BYTES` */
  contentMaxBytes?: number;
  /** Record tool descriptions and parameter schemas besides type and name. Default `false`. `LLM_OTEL_CAPTURE_TOOL_SCHEMAS` */
  captureToolSchemas?: boolean;
  /** Record base64 media in full instead of modality, mime type and size. Default `false`. `LLM_OTEL_CAPTURE_MEDIA` */
  captureMedia?: boolean;
  /** `upload` writes the messages of model calls to files; spans and events hold the references. Default `none`. `OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK` */
  completionHook?: 'none' | 'upload';
  /** Where the files go: a folder, a `file://` URL, or any other URL together with `uploadModule`. `OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH` */
  uploadBasePath?: string;
  /** `json`: a file is one array. `jsonl`: a line for each message, with its `index`. Default `json`. `OTEL_INSTRUMENTATION_GENAI_UPLOAD_FORMAT` */
  uploadFormat?: 'json' | 'jsonl';
  /** Most files that wait, 64 MiB in total; further files are lost, with a warning. Default 1024. `OTEL_INSTRUMENTATION_GENAI_UPLOAD_MAX_QUEUE_SIZE` */
  uploadMaxQueueSize?: number;
  /** Path or npm name of a module with `put(path, bytes)`, which stores a file in place of the file system. `LLM_OTEL_UPLOAD_MODULE` */
  uploadModule?: string;
  /**
   * Mask secrets and personal data (keys, tokens, e-mail addresses, card numbers) in captured content; `ip` and `all` mask IP addresses too. Default `true`. `LLM_OTEL_REDACT`
   * @example
   * getLlmInstrumentations({ captureContent: 'SPAN_ONLY', redactPatterns: 'ip' });
   */
  redactPatterns?: boolean | 'ip' | 'all';
  /**
   * Runs after the built-in patterns on every part of captured content.
   * @example
   * getLlmInstrumentations({
   *   captureContent: 'SPAN_ONLY',
   *   redact: (part, place) => (place === 'system' ? undefined : part),
   * });
   */
  redact?: RedactHook;
  /** Most chunk events on a span, spread over the stream; 0 records no chunk events. Default 32, at most 1024. `LLM_OTEL_CHUNK_EVENTS` */
  chunkEvents?: number;
  /** Milliseconds without a chunk after which the span of a stream ends; 0 waits for ever. Default 0. `LLM_OTEL_STREAM_IDLE_TIMEOUT` */
  streamIdleTimeout?: number;
  /** How `recordFeedback` writes feedback: as a log event, or as a short span for backends that take traces only. Default `event`. `LLM_OTEL_FEEDBACK` */
  feedback?: 'event' | 'span';
  /**
   * Request token counts of streams where the application does not. Default: not requested, with a hint; `off` without the hint. `LLM_OTEL_STREAM_USAGE=inject` or `=llm.corp.example,*.gw.example`
   * @example
   * new OpenAIInstrumentation({ streamUsage: 'inject' });
   */
  streamUsage?: StreamUsage;
  /**
   * Counts the tokens of calls that ended without counts. Estimated counts are marked, and have no cost. Synchronous.
   * @example
   * getLlmInstrumentations({
   *   estimateTokens: ({ input, output }) => ({ input: Math.ceil(input.length / 4), output: Math.ceil(output.length / 4) }),
   * });
   */
  estimateTokens?: EstimateTokensHook;
  /** Metric names: `latest`, the latest and the names of v1.41 (`dup`), or the names of v1.41 alone. Default `latest`. `LLM_OTEL_METRICS_SEMCONV` */
  metricsSemconv?: MetricsSemconv;
  /**
   * Host to provider name, before the built-in table; a leading `*.` matches subdomains. `LLM_OTEL_PROVIDER_HOSTS=llm.corp.example=openai,*.gw.example=groq`
   * @example
   * getLlmInstrumentations({ providerHosts: { 'llm.corp.example': 'openai', '*.gw.example': 'groq' } });
   */
  providerHosts?: Readonly<Record<string, string>>;
  /** `own`: the chat span of this package replaces the span that `@anthropic-ai/sdk` >= 0.134 makes. `native`: the span of the SDK stays and gets cost and finish reasons. Default `own`. `LLM_OTEL_ANTHROPIC_NATIVE` */
  anthropicNative?: NativeTracing;
  /** `replace`: a call that this package records skips the wrappers of contrib, OpenInference and Traceloop, so that a call makes one span. `keep`: both record. Default `replace`. `LLM_OTEL_OTHER_INSTRUMENTATIONS` */
  otherInstrumentations?: OtherInstrumentations;
  /** Send the trace context of the model span, and baggage, to the model provider. Default `false`: a provider gets what it would get without this package. `LLM_OTEL_PROPAGATE_TO_PROVIDERS` */
  propagateToProviders?: boolean;
  /** Record the cost of a call in USD (list prices, or the amount in the response) where the cost is known for sure. Default `true`. `LLM_OTEL_COST` */
  cost?: boolean;
  /**
   * Prices that replace built-in prices, or the path of a JSON file with prices. `LLM_OTEL_PRICES=prices.json`
   * @example
   * getLlmInstrumentations({ prices: { 'our-model': { input: 0.5, output: 1.5 } } });
   */
  prices?: Prices | string;
  /**
   * Attributes of every LLM span; metrics have the listed names of `metricAttributes` alone. `LLM_OTEL_ATTRIBUTES=team=ml,env=prod`, percent-encoded
   * @example
   * getLlmInstrumentations({ attributes: { team: 'ml', env: 'prod' } });
   */
  attributes?: CustomAttributes;
  /** Entries of W3C baggage that become attributes of LLM spans; a `*` at the end stands for any ending. Default none. `LLM_OTEL_BAGGAGE_KEYS=user.id,app.*` */
  baggageKeys?: readonly string[];
  /**
   * Custom attributes that metrics have too, at most 100 values a name; names of users, sessions and ids are refused. Default none. `LLM_OTEL_METRIC_ATTRIBUTES=team,service.tier`
   * @example
   * getLlmInstrumentations({ attributes: { team: 'ml' }, metricAttributes: ['team'] });
   */
  metricAttributes?: readonly string[];
  /**
   * Called before an LLM span starts; the returned attributes are added to the span.
   * @example
   * getLlmInstrumentations({
   *   dynamicAttributes: ({ operation, model }) => (operation === 'chat' ? { 'app.model_family': model?.split('-')[0] } : undefined),
   * });
   */
  dynamicAttributes?: DynamicAttributesHook;
  // Methods, because TypeScript lets a method's parameter be narrower: hooks may name the types of an SDK.
  /**
   * Called when a model call has started, with the span and the arguments of the application.
   * @example
   * new OpenAIInstrumentation({
   *   onRequest(span, { args: [request] }: LlmRequest<[OpenAI.ChatCompletionCreateParams]>) {
   *     span.setAttribute('app.tools', request.tools?.length ?? 0);
   *   },
   * });
   */
  onRequest?(span: Span, request: LlmRequest): void;
  /**
   * Called when a model call has ended, with the span and the result.
   * @example
   * new OpenAIInstrumentation({
   *   onResponse(span, { body, usage }: LlmResult<OpenAI.ChatCompletion>) {
   *     span.setAttributes({ 'app.choices': body?.choices.length ?? 0, 'app.large': (usage?.input ?? 0) > 10_000 });
   *   },
   * });
   */
  onResponse?(span: Span, result: LlmResult): void;
  /** The name that other instrumentations have for `onRequest`. */
  requestHook?(span: Span, request: LlmRequest): void;
  /** The name that other instrumentations have for `onResponse`. */
  responseHook?(span: Span, result: LlmResult): void;
}
