/**
 * The propagator of `register`. An application without a propagator sends no trace context to a model provider, and with
 * `register` the application must not start to: baggage may name a user. HTTP instrumentations of the application inject with
 * a span of their own below the model span, and are not held back. The HTTP instrumentations of `LLM_OTEL_AUTO` are held back:
 * the application has none without this package.
 */
import type { Context, Span, SpanContext, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { markAsOurs, OPERATION_KEY, spanOf } from '../../src/otel/globals.ts';

/** Scopes of the spans that SDKs make of their requests: @anthropic-ai/sdk 0.134 to 1.14, @mistralai/mistralai 2.4. */
const SDK_SCOPES = /^(?:com\.anthropic\.sdk\.typescript|mistralai_sdk_tracer)/;

/** Scopes of the spans that OpenTelemetry's instrumentations make of requests. */
const HTTP_SCOPES = /^@opentelemetry\/instrumentation-(?:http|undici)$/;

/** Whom the propagator reaches. */
export interface Reach {
  /** Requests to model providers carry the trace context. */
  readonly reachesProviders: boolean;
  /** The instrumentations of HTTP are ours. */
  readonly ownsHttp: boolean;
}

/** Hands everything to `inner`, except the trace context of a request to a model provider. */
export class OwnPropagator implements TextMapPropagator {
  readonly #inner: TextMapPropagator;
  readonly #reach: Reach;

  constructor(inner: TextMapPropagator, reach: Reach) {
    this.#inner = inner;
    this.#reach = reach;
    markAsOurs(this);
  }

  inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
    const { reachesProviders, ownsHttp } = this.#reach;
    if (reachesProviders || !isProviderRequest(context, ownsHttp)) this.#inner.inject(context, carrier, setter);
  }

  extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
    return this.#inner.extract(context, carrier, getter);
  }

  fields(): string[] {
    return this.#inner.fields();
  }
}

/** A span of the SDK of OpenTelemetry. */
interface SdkSpan extends Span {
  readonly instrumentationScope?: { readonly name?: string };
  readonly parentSpanContext?: SpanContext;
}

/** Is the active span the span of a model call, of ours or of the SDK, or of the request of such a call? */
function isProviderRequest(context: Context, ownsHttp: boolean): boolean {
  const span = spanOf(context) as SdkSpan | undefined;
  if (span === undefined) return false;
  const scope = span.instrumentationScope?.name ?? '';
  if (SDK_SCOPES.test(scope)) return true;
  const operation = context.getValue(OPERATION_KEY) as { readonly span: Span; readonly ended: boolean } | undefined;
  if (operation?.ended !== false) return false;
  const { spanId } = operation.span.spanContext();
  if (span.spanContext().spanId === spanId) return true;
  return ownsHttp && HTTP_SCOPES.test(scope) && span.parentSpanContext?.spanId === spanId;
}
