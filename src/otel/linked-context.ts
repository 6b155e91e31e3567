import type { Context, Span, SpanContext } from '@opentelemetry/api';
import { SPAN_KEY } from './globals.ts';
import { NO_SPAN, NonRecordingSpan } from './non-recording-span.ts';

/**
 * A context with an active span and one more value. The context links to its parent, because `setValue` of the SDKs copies
 * the parent's map for each value.
 */
export class LinkedContext implements Context {
  readonly #parent: Context;
  #span: Span | undefined;
  #endedSpan: SpanContext | undefined;
  readonly #key: symbol;
  #value: unknown;

  constructor(parent: Context, span: Span, key: symbol, value: unknown) {
    this.#parent = parent;
    this.#span = span;
    this.#key = key;
    this.#value = value;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.#activeSpan();
    return key === this.#key ? this.#value : this.#parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#withoutLink().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#withoutLink().deleteValue(key);
  }

  /**
   * Drops the ended span and keeps only its place in the trace. A kept-alive socket references the context in which the socket
   * was opened, and so would keep the span and all content of the span alive.
   */
  release(): void {
    this.#endedSpan = this.#span?.spanContext();
    this.#span = undefined;
    this.#value = undefined;
  }

  #activeSpan(): Span {
    this.#span ??= this.#endedSpan === undefined ? NO_SPAN : new NonRecordingSpan(this.#endedSpan);
    return this.#span;
  }

  #withoutLink(): Context {
    return this.#parent.setValue(SPAN_KEY, this.#activeSpan()).setValue(this.#key, this.#value);
  }
}
