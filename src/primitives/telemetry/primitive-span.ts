import type { Attributes, Context, Link, Span } from '@opentelemetry/api';
import { sharedConfig } from '../../config/shared-config.ts';
import { ERROR_TYPE, KIND_INTERNAL, STATUS_ERROR } from '../../facts/semconv.ts';
import {
  activeContext,
  callWith,
  contextWithoutSpan,
  contextWithSpan,
  isSilenced,
  OPERATION_KEY,
  spanOf,
} from '../../otel/globals.ts';
import { endSpan, setSpanClock, spanClock } from '../../otel/span-clock.ts';
import { showStartedSpan } from '../../otel/started-spans.ts';
import { swallow } from '../../runtime/guard.ts';
import { addScopedAttributes } from '../../scope/custom-attributes.ts';
import { PRIMITIVE_NAME } from './attribute-names.ts';
import { errorTypeOf } from './error-type.ts';
import { primitiveTracer } from './recording.ts';

/** First word of the names of spans. */
type SpanKindName = 'cache' | 'route' | 'timeout';

/** What a span of a primitive starts with. */
export interface PrimitiveSpanOptions {
  readonly kind: SpanKindName;
  /** Label of the layer. */
  readonly name: string;
  /** A new trace, linked to the span of the active context: for calls in the background. */
  readonly detached?: boolean;
}

/** The span of one call of a layer; without a tracer provider a placeholder. No method throws. */
export class PrimitiveSpan {
  readonly #span: Span | undefined;
  readonly #context: Context;
  #ended = false;

  constructor(span: Span | undefined, context: Context) {
    this.#span = span;
    this.#context = context;
  }

  /** Is anything of the span kept? */
  get isRecording(): boolean {
    return this.#span?.isRecording() === true;
  }

  /** Calls `fn` with the span as the active span, also after the end of the span. */
  run<T>(fn: () => T): T {
    return callWith(this.#context, fn, undefined, []) as T;
  }

  /** Sets attributes; undefined values are left out. */
  set(attributes: Attributes): void {
    try {
      this.#span?.setAttributes(attributes);
    } catch (error) {
      swallow(error);
    }
  }

  /** Adds an event. */
  event(name: string, attributes?: Attributes): void {
    try {
      if (this.#ended) return;
      this.#span?.addEvent(name, attributes);
    } catch (error) {
      swallow(error);
    }
  }

  /** Ends the span of a call that succeeded, or that the application gave up. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    try {
      if (this.#span !== undefined) endSpan(this.#span);
    } catch (error) {
      swallow(error); // a span processor of the application
    }
  }

  /** Ends the span of a call that rejects with `error`. */
  fail(error: unknown): void {
    try {
      if (!this.#ended && this.isRecording) {
        const type = errorTypeOf(error);
        this.#span?.setAttribute(ERROR_TYPE, type);
        this.#span?.setStatus({ code: STATUS_ERROR, message: type });
      }
    } catch (unreadable) {
      swallow(unreadable);
    }
    this.end();
  }
}

/** Starts the span of a call in the active context. Never throws. */
export function startPrimitiveSpan({ kind, name, detached = false }: PrimitiveSpanOptions): PrimitiveSpan {
  const active = activeContext();
  const parent = detached ? contextWithoutSpan(active).deleteValue(OPERATION_KEY) : active;
  try {
    const tracer = isSilenced(active) ? undefined : primitiveTracer();
    if (tracer === undefined) return new PrimitiveSpan(undefined, parent);
    const attributes: Attributes = { [PRIMITIVE_NAME]: name };
    addScopedAttributes(attributes, active, sharedConfig());
    const clock = spanClock(spanOf(parent));
    const links = linksTo(detached ? spanOf(active) : undefined);
    const options = { kind: KIND_INTERNAL, attributes, startTime: clock.startTime, ...links };
    const span = showStartedSpan(tracer.startSpan(`${kind} ${name}`, options, parent), parent);
    setSpanClock(span, clock);
    return new PrimitiveSpan(span, contextWithSpan(parent, span));
  } catch (error) {
    swallow(error);
    return new PrimitiveSpan(undefined, parent);
  }
}

function linksTo(span: Span | undefined): { links?: Link[] } {
  return span === undefined ? {} : { links: [{ context: span.spanContext() }] };
}
