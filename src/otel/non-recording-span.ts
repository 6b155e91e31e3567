import type { Attributes, Span, SpanContext } from '@opentelemetry/api';

/** The invalid span context of the OpenTelemetry specification. */
const INVALID_SPAN_CONTEXT: SpanContext = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };

/** A span with a place in a trace, and without recorded data. */
export class NonRecordingSpan implements Span {
  readonly #context: SpanContext;

  constructor(context: SpanContext) {
    this.#context = context;
  }

  spanContext(): SpanContext {
    return this.#context;
  }
  isRecording(): boolean {
    return false;
  }
  setAttribute(_name: string, _value: unknown): this {
    return this;
  }
  setAttributes(_attributes: Attributes): this {
    return this;
  }
  addEvent(): this {
    return this;
  }
  addLink(): this {
    return this;
  }
  addLinks(): this {
    return this;
  }
  setStatus(): this {
    return this;
  }
  updateName(): this {
    return this;
  }
  end(): void {}
  recordException(): void {}
}

/** Placeholder for the span where only metrics are recorded. */
export const NO_SPAN: Span = new NonRecordingSpan(INVALID_SPAN_CONTEXT);
