import type { Context, Span, SpanContext } from '@opentelemetry/api';
import { SPAN_KEY } from './globals.ts';
import { NO_SPAN, NonRecordingSpan } from './non-recording-span.ts';

/**
 * A context with an active span and one more value: a link instead of two copies of the parent's map, which is what
 * `setValue` of the SDKs makes.
 */
export class LinkedContext implements Context {
  readonly #parent: Context;
  #span: Span | undefined;
  #ended: SpanContext | undefined;
  readonly #key: symbol;
  #value: unknown;

  constructor(parent: Context, span: Span, key: symbol, value: unknown) {
    this.#parent = parent;
    this.#span = span;
    this.#key = key;
    this.#value = value;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.#current();
    return key === this.#key ? this.#value : this.#parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#plain().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#plain().deleteValue(key);
  }

  /**
   * The span has ended. A kept-alive socket remembers the context it was opened in, and with it the span and all its
   * content: what is left of the span is where it stands in the trace.
   */
  release(): void {
    this.#ended = this.#span?.spanContext();
    this.#span = undefined;
    this.#value = undefined;
  }

  #current(): Span {
    this.#span ??= this.#ended === undefined ? NO_SPAN : new NonRecordingSpan(this.#ended);
    return this.#span;
  }

  #plain(): Context {
    return this.#parent.setValue(SPAN_KEY, this.#current()).setValue(this.#key, this.#value);
  }
}
