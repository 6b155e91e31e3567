/** Spans around a function of the application: a job, a request. */
import type { Context, Link, Span, SpanKind } from '@opentelemetry/api';
import { ERROR_TYPE, EXCEPTION_EVENT, STATUS_ERROR } from '../facts/semconv.ts';
import { callWith, contextWithSpan, registeredProviders } from '../otel/globals.ts';
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

/** Runs `fn` with `span` as the active span, and ends the span when `fn` has ended, or the promise of `fn` is settled. */
export function runInSpan<Result>(span: Span, context: Context, fn: () => Result): Result {
  const failed = (error: unknown): void => {
    recordError(span, error);
    endApplicationSpan(span);
  };
  let result: Result;
  try {
    result = callWith(contextWithSpan(context, span), fn, undefined, []) as Result;
  } catch (error) {
    failed(error);
    throw error;
  }
  if (!isPromise(result)) {
    endApplicationSpan(span);
    return result;
  }
  // A link of the same chain and no branch, so that a rejection without a handler stays a rejection without a handler.
  return result.then(
    (value) => {
      endApplicationSpan(span);
      return value;
    },
    (error: unknown) => {
      failed(error);
      throw error;
    },
  ) as Result;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Partial<Promise<unknown>> | null | undefined)?.then === 'function';
}
