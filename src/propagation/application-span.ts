/** Spans around a function of the application: a job, a request. */
import type { Context, Link, Span, SpanKind } from '@opentelemetry/api';
import { ERROR_TYPE, EXCEPTION_EVENT, STATUS_ERROR } from '../facts/semconv.ts';
import { type ObservedRun, runObserved } from '../manual/observe-return-value.ts';
import { contextWithSpan, registeredProviders } from '../otel/globals.ts';
import { swallow } from '../runtime/guard.ts';
import { VERSION } from '../runtime/version.ts';
import { failureOf } from '../telemetry/error.ts';
import { exceptionAttributes } from '../telemetry/signals/events.ts';

/** What a span starts with. */
export interface ApplicationSpanOptions {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly links?: Link[];
}

/** Starts a span in `parent`; undefined without a tracer provider. Never throws. */
export function startApplicationSpan(
  { name, kind, attributes, links = [] }: ApplicationSpanOptions,
  parent: Context,
): Span | undefined {
  try {
    const tracer = registeredProviders()?.trace?.getTracer('@x/llm-otel', VERSION);
    return tracer?.startSpan(name, { kind, attributes, links }, parent);
  } catch (error) {
    swallow(error);
    return undefined;
  }
}

/**
 * Records `error` as spans of tools do: class, codes and stack frames, without the message, because the message of a provider
 * may repeat a prompt.
 */
export function recordError(span: Span, error: unknown): void {
  try {
    const failure = failureOf(error);
    const exception = exceptionAttributes(failure, undefined);
    span.setAttribute(ERROR_TYPE, failure.type);
    span.addEvent(EXCEPTION_EVENT, exception);
    span.setStatus({ code: STATUS_ERROR, message: String(exception['exception.message']) });
  } catch (unreadable) {
    swallow(unreadable);
  }
}

/** Ends a span. Never throws. */
export function endApplicationSpan(span: Span): void {
  try {
    span.end();
  } catch (error) {
    swallow(error); // a span processor of the application
  }
}

/** Runs `fn` with `span` as the active span. A value, the end of a promise or the last chunk of a stream ends the span. */
export function runInSpan<Result>(span: Span, context: Context, fn: () => Result): Result {
  return runObserved(new SpanRun(span, contextWithSpan(context, span)), fn);
}

/** Ends a span as the result of the function shows. */
class SpanRun implements ObservedRun {
  readonly operation = { detach: () => this.end() };
  readonly context: Context;
  inFlight = 0;
  bound = false;
  ended = false;
  readonly #span: Span;

  constructor(span: Span, context: Context) {
    this.#span = span;
    this.context = context;
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    endApplicationSpan(this.#span);
  }

  failed(error: unknown): void {
    if (!this.ended) recordError(this.#span, error);
    this.end();
  }

  chunk(): void {}

  done(): void {
    this.end();
  }

  cancel(): void {
    this.end();
  }

  abandon(): void {
    this.end();
  }
}
