import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import { EXCEPTION_EVENT } from '../../facts/semconv.ts';
import { SdkOwnedSpan } from './sdk-owned-span.ts';

/**
 * Stands for a span of a framework, which starts and ends the span for exactly one call. The span gets all data of a span of
 * this package, so the call has one complete span. Name and exceptions stay as the framework sets both.
 */
export class FrameworkOwnedSpan extends SdkOwnedSpan {
  readonly #span: Span;

  constructor(span: Span) {
    super(true);
    super.attach(span);
    this.#span = span;
  }

  override started(attributes: () => Attributes): void {
    this.#span.setAttributes(attributes());
  }

  override onAttach(addStartAttributes: (span: Span) => void): void {
    addStartAttributes(this.#span);
  }

  override isRecording(): boolean {
    return this.#span.isRecording();
  }

  override spanContext(): SpanContext {
    return this.#span.spanContext();
  }

  override setAttributes(attributes: Attributes): this {
    this.#span.setAttributes(attributes);
    return this;
  }

  override setAttribute(name: string, value: NonNullable<Attributes[string]>): this {
    this.#span.setAttribute(name, value);
    return this;
  }

  override addEvent(...event: unknown[]): this {
    if (event[0] !== EXCEPTION_EVENT) this.#span.addEvent(...(event as Parameters<Span['addEvent']>));
    return this;
  }

  override setStatus(...status: unknown[]): this {
    this.#span.setStatus(...(status as Parameters<Span['setStatus']>));
    return this;
  }
}
