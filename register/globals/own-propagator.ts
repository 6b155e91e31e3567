/**
 * The propagator of `register`. An application without a propagator sends no trace context to a model provider, and with
 * `register` the application must not start to: baggage may name a user. HTTP instrumentations of the application inject with
 * a span of their own below the model span, and are not held back.
 */
import type { Context, Span, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { markAsOurs, OPERATION_KEY, spanOf } from '../../src/otel/globals.ts';

/** Scopes of the spans that SDKs make of their requests: @anthropic-ai/sdk 0.134 to 1.14, @mistralai/mistralai 2.4. */
const SDK_SCOPES = /^(?:com\.anthropic\.sdk\.typescript|mistralai_sdk_tracer)/;

/** Hands everything to `inner`, except the trace context of a request to a model provider. */
export class OwnPropagator implements TextMapPropagator {
  readonly #inner: TextMapPropagator;
  readonly #reachesProviders: boolean;

  constructor(inner: TextMapPropagator, reachesProviders: boolean) {
    this.#inner = inner;
    this.#reachesProviders = reachesProviders;
    markAsOurs(this);
  }

  inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
    if (this.#reachesProviders || !isProviderRequest(context)) this.#inner.inject(context, carrier, setter);
  }

  extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
    return this.#inner.extract(context, carrier, getter);
  }

  fields(): string[] {
    return this.#inner.fields();
  }
}

/** Is the active span the span of a model call, of ours or of the SDK? */
function isProviderRequest(context: Context): boolean {
  const span = spanOf(context) as (Span & { instrumentationScope?: { name?: string } }) | undefined;
  if (span === undefined) return false;
  if (SDK_SCOPES.test(span.instrumentationScope?.name ?? '')) return true;
  const operation = context.getValue(OPERATION_KEY) as { readonly span: Span; readonly ended: boolean } | undefined;
  return operation?.ended === false && operation.span.spanContext().spanId === span.spanContext().spanId;
}
