import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import { NO_SPAN } from './otel.ts';
import { RESPONSE_FINISH_REASONS } from './semconv.ts';

/** What is added to a span of the SDK's own: the rest it says itself, or says in its own way. */
const ADDED = /^(?:gen_ai\.usage\.cost|llm_otel\.cost)(?:\.|$)/;

/**
 * Stands for a span that an SDK starts and ends itself. Nothing of it is active, changed or ended here; once it is known
 * ({@link lend}), it gets cost and finish reasons.
 */
export class BorrowedSpan implements Span {
  #span: Span | undefined;
  readonly #expected: boolean;

  /** `expected`: the SDK's span will be lent; without one nothing is added to anything. */
  constructor(expected: boolean) {
    this.#expected = expected;
  }

  /** The SDK has started its span. Only the first one counts. */
  lend(span: Span): void {
    this.#span ??= span;
  }

  isRecording(): boolean {
    return this.#span?.isRecording() ?? this.#expected;
  }

  spanContext(): SpanContext {
    return (this.#span ?? NO_SPAN).spanContext();
  }

  setAttributes(attributes: Attributes): this {
    for (const [name, value] of Object.entries(attributes))
      if (value !== undefined && (name === RESPONSE_FINISH_REASONS || ADDED.test(name)))
        this.#span?.setAttribute(name, value);
    return this;
  }

  setAttribute(name: string, value: NonNullable<Attributes[string]>): this {
    return this.setAttributes({ [name]: value });
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

  recordException(): void {}

  end(): void {}
}
