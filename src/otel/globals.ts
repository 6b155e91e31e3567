/**
 * The OpenTelemetry globals, read where the API keeps them. An application can hold several copies of
 * `@opentelemetry/api` (CommonJS and ESM, 1.9 and 1.10), and a copy whose minor version is newer than that of the
 * registered global refuses to see it. Reading the global itself sees every provider, whoever registered it and
 * whenever, and needs no code of the API at run time.
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
/** Where `@opentelemetry/api-logs` (every SDK before 3) keeps the logger provider: a getter by API version. */
const API_LOGS = Symbol.for('io.opentelemetry.js.api.logs');
/** Key of the active span in a context. The API creates its keys with `Symbol.for`, so that copies understand each other. */
export const SPAN_KEY = Symbol.for('OpenTelemetry Context Key SPAN');
const BAGGAGE_KEY = Symbol.for('OpenTelemetry Baggage Key');

/** A log record as both logs APIs take it. */
export interface LogRecord {
  readonly eventName: string;
  readonly severityNumber: number;
  readonly timestamp?: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly context?: Context | undefined;
}

/** The part of a logger that is used here. */
export interface Logger {
  emit(record: LogRecord): void;
  enabled?(options?: unknown): boolean;
}

/** The part of a logger provider that is used here. */
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

/** The providers that are registered, a tracer provider behind the API's proxy if it is one. */
export function registered(): Pick<Globals, 'trace' | 'metrics'> | undefined {
  return scope[API];
}

/** Where a test wants everything to go, instead of the providers that are registered or set. */
export interface CapturingProviders {
  readonly tracer: TracerProvider;
  readonly meter: MeterProvider;
  readonly logger: LoggerProvider;
}

/** Shared by all copies of this package. Always there: every call asks, and to find that a global is missing takes longer. */
const CAPTURING = Symbol.for('@x/llm-otel.capturing');
const shared = globalThis as unknown as { [CAPTURING]?: { providers: CapturingProviders | undefined } };
shared[CAPTURING] ??= { providers: undefined };
const capturing = shared[CAPTURING];

/** Sends everything to `providers` from now on; `undefined` ends that. */
export function captureWith(providers: CapturingProviders | undefined): void {
  capturing.providers = providers;
}

/** The providers of {@link captureWith}, if there are any. */
export function capturingProviders(): CapturingProviders | undefined {
  return capturing.providers;
}

/** Puts the trace context of `context` into `headers`, as the registered propagator writes it. */
export function injectInto(headers: Headers, context: Context): void {
  scope[API]?.propagation?.inject(context, headers, HEADERS);
}

const HEADERS: TextMapSetter<Headers> = { set: (headers, name, value) => headers.set(name, value) };

/** The registered logger provider, of the logs API inside `@opentelemetry/api` >= 1.10 or of `api-logs`. */
export function globalLoggerProvider(): LoggerProvider | undefined {
  const own = scope[API]?.logs;
  if (own !== undefined) return own;
  const get = scope[API_LOGS];
  return typeof get === 'function' ? (get(1) as LoggerProvider | undefined) : undefined;
}

/** A context that holds nothing, for processes without a context manager. */
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

/** A context that holds a place in a trace, or nothing. */
export function contextAt(place: SpanContext | undefined): Context {
  return place === undefined ? ROOT : contextWithSpan(ROOT, new NonRecordingSpan(place));
}

/** The active context; an empty one where no context manager is registered. */
export function activeContext(): Context {
  return scope[API]?.context?.active() ?? ROOT;
}

/** The W3C baggage of `context`, whoever put it there. */
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

/** Calls `fn` with `context` active; without a context manager just calls it. */
export function callWith(context: Context, fn: AnyFunction, self: unknown, args: readonly unknown[]): unknown {
  const manager = scope[API]?.context;
  if (manager === undefined) return Reflect.apply(fn, self, args);
  // Not as `thisArg` and arguments of the manager: it turns an undefined `this` into null, which the SDK's error shows.
  return manager.with(context, () => Reflect.apply(fn, self, args));
}
