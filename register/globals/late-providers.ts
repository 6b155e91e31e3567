/**
 * Providers that look up the registered provider at each use. An application may fetch a tracer at the top of a module and
 * start an SDK later. With the proxy provider of the API the tracer then belongs to the SDK of the application; with a late
 * provider too.
 */
import type {
  Context,
  Meter,
  MeterOptions,
  MeterProvider,
  Span,
  SpanOptions,
  Tracer,
  TracerOptions,
  TracerProvider,
} from '@opentelemetry/api';
import { type Logger, type LoggerProvider, type LogRecord, markAsOurs } from '../../src/otel/globals.ts';
import { startActiveSpan } from './start-active-span.ts';

/** Sources of a late provider: the provider that the application has registered, else ours. */
export interface Sources<Provider> {
  readonly foreign: () => Provider | undefined;
  readonly ours: () => Provider;
  readonly flush: () => Promise<void>;
}

/** A tracer provider that looks up the registered provider at each span. */
export class LateTracerProvider implements TracerProvider {
  readonly #sources: Sources<TracerProvider>;

  constructor(sources: Sources<TracerProvider>) {
    this.#sources = sources;
    markAsOurs(this);
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    return new LateTracer(this.#sources, (provider) => provider.getTracer(name, version, options));
  }

  /** As in the proxy of the API: serverless handlers call forceFlush() on the returned provider. */
  getDelegate(): TracerProvider {
    return this;
  }

  /** Sends the ended spans. */
  forceFlush(): Promise<void> {
    return this.#sources.flush();
  }

  /** Only flushes: the SDK ends with the process. */
  shutdown(): Promise<void> {
    return this.#sources.flush();
  }
}

/** True inside withCurrentProvider(). A foreign provider may wrap ours: the inner look-up then takes ours, or the calls would never end. */
let resolving = false;

function withCurrentProvider<Provider, Result>(
  { foreign, ours }: Sources<Provider>,
  use: (provider: Provider) => Result,
): Result {
  const current = resolving ? undefined : foreign();
  const before = resolving;
  resolving ||= current !== undefined;
  try {
    return use(current ?? ours());
  } finally {
    resolving = before;
  }
}

class LateTracer implements Tracer {
  readonly #sources: Sources<TracerProvider>;
  readonly #getTracer: (provider: TracerProvider) => Tracer;
  #provider: TracerProvider | undefined;
  #tracer: Tracer | undefined;

  constructor(sources: Sources<TracerProvider>, getTracer: (provider: TracerProvider) => Tracer) {
    this.#sources = sources;
    this.#getTracer = getTracer;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): Span {
    return withCurrentProvider(this.#sources, (provider) => {
      if (provider !== this.#provider) {
        this.#provider = provider;
        this.#tracer = undefined;
      }
      this.#tracer ??= this.#getTracer(provider);
      return this.#tracer.startSpan(name, options, context);
    });
  }

  startActiveSpan(name: string, ...rest: unknown[]): never {
    return startActiveSpan(this, name, rest);
  }
}

/** A meter provider that looks up the registered provider at each meter. A meter stays with its provider, as in the API. */
export class LateMeterProvider implements MeterProvider {
  readonly #sources: Sources<MeterProvider>;

  constructor(sources: Sources<MeterProvider>) {
    this.#sources = sources;
  }

  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    return withCurrentProvider(this.#sources, (provider) => provider.getMeter(name, version, options));
  }

  /** Sends the recorded telemetry. */
  forceFlush(): Promise<void> {
    return this.#sources.flush();
  }
}

/** A logger provider that looks up the registered provider at each log record. */
export class LateLoggerProvider implements LoggerProvider {
  readonly #sources: Sources<LoggerProvider>;

  constructor(sources: Sources<LoggerProvider>) {
    this.#sources = sources;
  }

  getLogger(...args: Parameters<LoggerProvider['getLogger']>): Logger {
    let lastProvider: LoggerProvider | undefined;
    let logger: Logger | undefined;
    const loggerOf = (provider: LoggerProvider): Logger => {
      if (provider !== lastProvider) logger = undefined;
      lastProvider = provider;
      logger ??= provider.getLogger(...args);
      return logger;
    };
    return {
      emit: (record: LogRecord) => withCurrentProvider(this.#sources, (provider) => loggerOf(provider).emit(record)),
      enabled: (options?: unknown) =>
        withCurrentProvider(this.#sources, (provider) => loggerOf(provider).enabled?.(options) ?? true),
    };
  }

  /** Sends the recorded telemetry. */
  forceFlush(): Promise<void> {
    return this.#sources.flush();
  }
}
