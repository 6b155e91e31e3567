/**
 * The OpenTelemetry globals, read from the global symbol of the API. An application can hold several copies of
 * `@opentelemetry/api` (CommonJS and ESM, 1.9 and 1.10), and a copy with a newer minor version than the registered global
 * ignores the global. Reading the global symbol finds every provider, no matter which copy registered the provider and when,
 * and needs no code of the API at run time.
 */
import type {
  Baggage,
  Context,
  ContextManager,
  MeterProvider,
  Span,
  SpanContext,
  TextMapPropagator,
  TextMapSetter,
  TracerProvider,
} from '@opentelemetry/api';
import type { AnyFunction } from '../runtime/any-function.ts';
import { NonRecordingSpan } from './non-recording-span.ts';

const API = Symbol.for('opentelemetry.js.api.1');
/** Global of `@opentelemetry/api-logs` (every SDK before 3) for the logger provider: a getter by API version. */
const API_LOGS = Symbol.for('io.opentelemetry.js.api.logs');
/** Key of the active span in a context. The API creates its keys with `Symbol.for`, so all copies share the keys. */
export const SPAN_KEY = Symbol.for('OpenTelemetry Context Key SPAN');
const BAGGAGE_KEY = Symbol.for('OpenTelemetry Baggage Key');
/** Key of the recorded model call in a context. All copies of this package share the key. */
export const OPERATION_KEY = Symbol.for('@x/llm-otel.operation');
/** Key of a context in which the application wants no recording. All copies of this package share the key. */
export const SILENCED_KEY = Symbol.for('@x/llm-otel.silenced');
/** Key with which `suppressTracing` of OpenTelemetry marks a context. */
const SUPPRESS_TRACING_KEY = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
/** Mark on the tracer provider and the propagator of `register`. */
const OURS = Symbol.for('@x/llm-otel.ours');

/** A log record for both logs APIs. */
export interface LogRecord {
  readonly eventName: string;
  readonly severityNumber: number;
  readonly timestamp?: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly context?: Context | undefined;
}

/** The used part of a logger. */
export interface Logger {
  emit(record: LogRecord): void;
  enabled?(options?: unknown): boolean;
}

/** The used part of a logger provider. */
export interface LoggerProvider {
  getLogger(name: string, version?: string): Logger;
}

interface Globals {
  readonly trace?: TracerProvider;
  readonly metrics?: MeterProvider;
  readonly context?: ContextManager;
  readonly logs?: LoggerProvider;
  readonly propagation?: TextMapPropagator;
}

type GlobalScope = { [API]?: Globals; [API_LOGS]?: unknown };

const scope = globalThis as unknown as GlobalScope;

/** Providers for the telemetry of this package, in place of the registered providers. */
export interface ReservedProviders {
  readonly trace?: TracerProvider | undefined;
  readonly metrics?: MeterProvider | undefined;
  readonly logs?: LoggerProvider | undefined;
}

/** Shared by all copies of this package. Always set, as {@link CAPTURING}. */
const RESERVED = Symbol.for('@x/llm-otel.providers');
const reserving = globalThis as unknown as { [RESERVED]?: { providers: ReservedProviders | undefined } };
reserving[RESERVED] ??= { providers: undefined };
const reserved = reserving[RESERVED];

/** Sends the telemetry of this package to `providers`, whichever providers the application registers. */
export function reserveProviders(providers: ReservedProviders | undefined): void {
  reserved.providers = providers;
}

/** The providers for this package: reserved, else registered. The registered tracer provider may be the API's proxy. */
export function registeredProviders(): Pick<Globals, 'trace' | 'metrics'> | undefined {
  const { providers } = reserved;
  if (providers === undefined) return scope[API];
  const { trace = scope[API]?.trace, metrics = scope[API]?.metrics } = providers;
  return { ...(trace && { trace }), ...(metrics && { metrics }) };
}

/** Providers of a test, which replace all providers that are registered or set. */
export interface CapturingProviders {
  readonly tracer: TracerProvider;
  readonly meter: MeterProvider;
  readonly logger: LoggerProvider;
}

/** Shared by all copies of this package. Always set: every call reads the global, and reading a missing global takes longer. */
const CAPTURING = Symbol.for('@x/llm-otel.capturing');
const shared = globalThis as unknown as { [CAPTURING]?: { providers: CapturingProviders | undefined } };
shared[CAPTURING] ??= { providers: undefined };
const capturing = shared[CAPTURING];

/** Sends all telemetry to `providers` from now on; `undefined` ends the capture. */
export function captureWith(providers: CapturingProviders | undefined): void {
  capturing.providers = providers;
}

/** The providers of {@link captureWith}; `undefined` without a capture. */
export function capturingProviders(): CapturingProviders | undefined {
  return capturing.providers;
}

/** Marks a global of `register`. */
export function markAsOurs(part: object): void {
  Object.defineProperty(part, OURS, { value: true });
}

/** Does the application have a tracer provider and a propagator, so that an SDK with tracing sends its trace context? */
export function propagatesWithoutUs(): boolean {
  const { trace, propagation } = scope[API] ?? {};
  return !isOurs(trace) && !isOurs(propagation);
}

const isOurs = (part: object | undefined): boolean => part !== undefined && OURS in part;

/** Writes the trace context of `context` into `headers` with the registered propagator. */
export function injectInto(headers: Headers, context: Context): void {
  scope[API]?.propagation?.inject(context, headers, HEADERS);
}

const HEADERS: TextMapSetter<Headers> = { set: (headers, name, value) => headers.set(name, value) };

/** The logger provider for this package: reserved, else registered, from `@opentelemetry/api` >= 1.10 or from `@opentelemetry/api-logs`. */
export function globalLoggerProvider(): LoggerProvider | undefined {
  const provider = reserved.providers?.logs ?? scope[API]?.logs;
  if (provider !== undefined) return provider;
  const getProvider = scope[API_LOGS];
  return typeof getProvider === 'function' ? (getProvider(1) as LoggerProvider | undefined) : undefined;
}

/** An empty context, for processes without a context manager. */
class RootContext implements Context {
  readonly #values: ReadonlyMap<symbol, unknown>;

  constructor(values: ReadonlyMap<symbol, unknown> = new Map()) {
    this.#values = values;
  }

  getValue(key: symbol): unknown {
    return this.#values.get(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new RootContext(new Map(this.#values).set(key, value));
  }

  deleteValue(key: symbol): Context {
    const values = new Map(this.#values);
    values.delete(key);
    return new RootContext(values);
  }
}

const ROOT: Context = new RootContext();

/** A context with `spanContext` as the parent of new spans; an empty context without `spanContext`. */
export function contextAt(spanContext: SpanContext | undefined): Context {
  return spanContext === undefined ? ROOT : contextWithSpan(ROOT, new NonRecordingSpan(spanContext));
}

/** The active context; an empty context without a registered context manager. */
export function activeContext(): Context {
  return scope[API]?.context?.active() ?? ROOT;
}

/** The registered propagator. */
export function globalPropagator(): TextMapPropagator | undefined {
  return scope[API]?.propagation;
}

/** Is a context manager registered? */
export function hasContextManager(): boolean {
  return scope[API]?.context !== undefined;
}

/** Does the application want no recording in `context`, by an option of a call or by `suppressTracing`? */
export function isSilenced(context: Context): boolean {
  return context.getValue(SILENCED_KEY) === true || context.getValue(SUPPRESS_TRACING_KEY) === true;
}

/** The W3C baggage of `context`. */
export function baggageOf(context: Context): Pick<Baggage, 'getAllEntries'> | undefined {
  return context.getValue(BAGGAGE_KEY) as Baggage | undefined;
}

/** The active span of `context`. */
export function spanOf(context: Context): Span | undefined {
  return context.getValue(SPAN_KEY) as Span | undefined;
}

/** `context` with `span` as its active span. */
export function contextWithSpan(context: Context, span: Span): Context {
  return context.setValue(SPAN_KEY, span);
}

/** `context` without an active span. */
export function contextWithoutSpan(context: Context): Context {
  return context.deleteValue(SPAN_KEY);
}

/** Runs `fn` for this package: instrumentations make no spans of the work. */
export function withoutTelemetry<T>(fn: () => T): T {
  return callWith(ROOT.setValue(SUPPRESS_TRACING_KEY, true), fn, undefined, []) as T;
}

/** Calls `fn` in `context`; without a context manager only calls `fn`. */
export function callWith(context: Context, fn: AnyFunction, self: unknown, args: readonly unknown[]): unknown {
  const manager = scope[API]?.context;
  if (manager === undefined) return Reflect.apply(fn, self, args);
  // An arrow function, not `thisArg` of `with`: the manager turns an undefined `this` into null, which an error of the SDK shows.
  return manager.with(context, () => Reflect.apply(fn, self, args));
}
