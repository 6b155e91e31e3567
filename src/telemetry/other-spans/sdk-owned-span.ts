import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import { RESPONSE_FINISH_REASONS } from '../../facts/semconv.ts';
import { NO_SPAN, NonRecordingSpan } from '../../otel/non-recording-span.ts';

/** What is added to a span of the SDK's own: the rest it says itself, or says in its own way. */
const ADDED = /^(?:gen_ai\.usage\.cost|llm_otel\.cost)(?:\.|$)/;

/**
 * Stands for a span that an SDK starts and ends itself. Nothing of it is active, changed or ended here; once it is known
 * ({@link attach}), it gets cost and finish reasons.
 */
export class SdkOwnedSpan extends NonRecordingSpan {
  #span: Span | undefined;
  #onAttach: ((span: Span) => void) | undefined;
  readonly #expected: boolean;

  /** `expected`: the SDK's span will be lent; without one nothing is added to anything. */
  constructor(expected: boolean) {
    super(NO_SPAN.spanContext());
    this.#expected = expected;
  }

  /** The SDK's span, once it has started. */
  get attached(): Span | undefined {
    return this.#span;
  }

  /** Calls `adorn` with the SDK's span when that has started. */
  onAttach(adorn: (span: Span) => void): void {
    this.#onAttach = adorn;
  }

  /** The call has started. What it says of itself the SDK says in its own way. */
  started(_attributes: () => Attributes): void {}

  /** The SDK has started its span. Only the first one counts. */
  attach(span: Span): void {
    if (this.#span !== undefined) return;
    this.#span = span;
    const adorn = this.#onAttach;
    this.#onAttach = undefined;
    adorn?.(span);
  }

  override isRecording(): boolean {
    return this.#span?.isRecording() ?? this.#expected;
  }

  override spanContext(): SpanContext {
    return this.#span?.spanContext() ?? super.spanContext();
  }

  override setAttributes(attributes: Attributes): this {
    for (const [name, value] of Object.entries(attributes))
      if (value !== undefined && (name === RESPONSE_FINISH_REASONS || ADDED.test(name)))
        this.#span?.setAttribute(name, value);
    return this;
  }

  override setAttribute(name: string, value: NonNullable<Attributes[string]>): this {
    return this.setAttributes({ [name]: value });
  }
}
