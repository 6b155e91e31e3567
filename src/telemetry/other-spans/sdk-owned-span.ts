import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import { RESPONSE_FINISH_REASONS } from '../../facts/semconv.ts';
import { NO_SPAN, NonRecordingSpan } from '../../otel/non-recording-span.ts';

/** Attributes to add to the SDK's span. The SDK sets all remaining attributes, partly under different names. */
const ADDED_ATTRIBUTES = /^(?:gen_ai\.usage\.cost|llm_otel\.cost)(?:\.|$)/;

/**
 * Stands for a span of an SDK. The SDK starts, activates and ends the span; only cost and finish reasons are added, once the
 * SDK has started the span ({@link attach}).
 */
export class SdkOwnedSpan extends NonRecordingSpan {
  #span: Span | undefined;
  #onAttach: ((span: Span) => void) | undefined;
  readonly #expected: boolean;

  /** `expected`: the SDK will start a span and {@link attach} will be called. */
  constructor(expected: boolean) {
    super(NO_SPAN.spanContext());
    this.#expected = expected;
  }

  /** The SDK's span, once it has started. */
  get attached(): Span | undefined {
    return this.#span;
  }

  /** Calls `addStartAttributes` as soon as the SDK's span has started. */
  onAttach(addStartAttributes: (span: Span) => void): void {
    this.#onAttach = addStartAttributes;
  }

  /** The call has started. Nothing is added: the SDK describes the request in its span. */
  started(_attributes: () => Attributes): void {}

  /** The SDK has started its span. Only the first span counts. */
  attach(span: Span): void {
    if (this.#span !== undefined) return;
    this.#span = span;
    const addStartAttributes = this.#onAttach;
    this.#onAttach = undefined;
    addStartAttributes?.(span);
  }

  override isRecording(): boolean {
    return this.#span?.isRecording() ?? this.#expected;
  }

  override spanContext(): SpanContext {
    return this.#span?.spanContext() ?? super.spanContext();
  }

  override setAttributes(attributes: Attributes): this {
    for (const [name, value] of Object.entries(attributes))
      if (value !== undefined && (name === RESPONSE_FINISH_REASONS || ADDED_ATTRIBUTES.test(name)))
        this.#span?.setAttribute(name, value);
    return this;
  }

  override setAttribute(name: string, value: NonNullable<Attributes[string]>): this {
    return this.setAttributes({ [name]: value });
  }
}
