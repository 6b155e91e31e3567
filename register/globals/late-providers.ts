/**
 * Providers that look up at each use who is registered. An application may fetch a tracer at the top of a module and
 * start its own SDK later; with the API's own proxy that tracer then belongs to the SDK, and so it does with these.
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
import {
  activeContext,
  callWith,
  contextWithSpan,
  type Logger,
  type LoggerProvider,
  type LogRecord,
} from '../../src/otel/globals.ts';
import type { AnyFunction } from '../../src/runtime/any-function.ts';

/** Where a late provider looks: what somebody else has registered, else ours. */
export interface Sources<Provider> {
  readonly foreign: () => Provider | undefined;
  readonly ours: () => Provider;
  readonly flush: () => Promise<void>;
}

/** See the file's comment. */
export class LateTracerProvider implements TracerProvider {
  readonly #sources: Sources<TracerProvider>;

  constructor(sources: Sources<TracerProvider>) {
    this.#sources = sources;
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    return new LateTracer(this.#sources, (provider) => provider.getTracer(name, version, options));
  }

  /** The API's proxy has this; serverless handlers call forceFlush() on what it returns. */
  getDelegate(): TracerProvider {
    return this;
  }

  /** Sends what has ended so far. */
  forceFlush(): Promise<void> {
    return this.#sources.flush();
  }

  /** The SDK ends with the process. Until then this is a flush. */
  shutdown(): Promise<void> {
    return this.#sources.flush();
  }
}

/** A foreign provider that wraps ours would send each call round in circles. */
let resolving = false;

function withCurrentProvider<Provider, Result>(
  { foreign, ours }: Sources<Provider>,
  use: (provider: Provider) => Result,
): Result {
  const theirs = resolving ? undefined : foreign();
  const before = resolving;
  resolving ||= theirs !== undefined;
  try {
    return use(theirs ?? ours());
  } finally {
    resolving = before;
  }
}

class LateTracer implements Tracer {
  readonly #sources: Sources<TracerProvider>;
  readonly #from: (provider: TracerProvider) => Tracer;
  #provider: TracerProvider | undefined;
  #tracer: Tracer | undefined;

  constructor(sources: Sources<TracerProvider>, from: (provider: TracerProvider) => Tracer) {
    this.#sources = sources;
    this.#from = from;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): Span {
    return withCurrentProvider(this.#sources, (provider) => {
      if (provider !== this.#provider) {
        this.#provider = provider;
        this.#tracer = undefined;
      }
      this.#tracer ??= this.#from(provider);
      return this.#tracer.startSpan(name, options, context);
    });
  }

  startActiveSpan(name: string, ...rest: unknown[]): never {
    const fn = rest.pop() as AnyFunction;
    const [options, given] = rest as [SpanOptions?, Context?];
    const context = given ?? activeContext();
    const span = this.startSpan(name, options, context);
    return callWith(contextWithSpan(context, span), fn, undefined, [span]) as never;
  }
}

/** See the file's comment. Meters and their instruments stay with the provider they came from, as with the API itself. */
export class LateMeterProvider implements MeterProvider {
  readonly #sources: Sources<MeterProvider>;

  constructor(sources: Sources<MeterProvider>) {
    this.#sources = sources;
  }

  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    return withCurrentProvider(this.#sources, (provider) => provider.getMeter(name, version, options));
  }

  /** Sends what was recorded so far. */
  forceFlush(): Promise<void> {
    return this.#sources.flush();
  }
}

/** See the file's comment. */
export class LateLoggerProvider implements LoggerProvider {
  readonly #sources: Sources<LoggerProvider>;

  constructor(sources: Sources<LoggerProvider>) {
    this.#sources = sources;
  }

  getLogger(...args: Parameters<LoggerProvider['getLogger']>): Logger {
    let known: LoggerProvider | undefined;
    let logger: Logger | undefined;
    const of = (provider: LoggerProvider): Logger => {
      if (provider !== known) logger = undefined;
      known = provider;
      logger ??= provider.getLogger(...args);
      return logger;
    };
    return {
      emit: (record: LogRecord) => withCurrentProvider(this.#sources, (provider) => of(provider).emit(record)),
      enabled: (options?: unknown) =>
        withCurrentProvider(this.#sources, (provider) => of(provider).enabled?.(options) ?? true),
    };
  }

  /** Sends what was recorded so far. */
  forceFlush(): Promise<void> {
    return this.#sources.flush();
  }
}
