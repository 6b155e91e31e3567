/** Warns once if the tracer provider of another SDK does not send the spans of this package to the configured exporter. */
import type { Span, TracerProvider } from '@opentelemetry/api';
import { type Env, envText } from '../../src/config/env.ts';
import { destinationVariable } from '../../src/config/sdk/exporters.ts';
import { isSilenced, spanOf } from '../../src/otel/globals.ts';
import { watchStartedSpans } from '../../src/otel/started-spans.ts';
import { warnOnce } from '../../src/runtime/log.ts';
import { delegateOf, findKnownProvider, type KnownProvider } from './known-providers.ts';

/** Spans without a parent that are looked at before a provider counts as one that records nothing. */
const ROOT_SPANS = 20;
const NO_TRACE = /^0*$/;

let warned = false;

/** Where metrics go while another SDK has the tracer provider, as the end of the warning. */
export type MetricsPlace = () => string;

/**
 * Looks at `provider` once the code that registers the provider has run, and then at the spans that the provider makes for
 * calls. Does nothing if the user has named no destination of traces.
 */
export function watchOtherProvider(provider: TracerProvider, env: Env, metricsPlace: MetricsPlace): void {
  const variable = destinationVariable(env, 'traces');
  if (variable === undefined || warned) return;
  const warn = ({ owner, destination }: KnownProvider): void => {
    watchStartedSpans(undefined);
    if (warned) return;
    warned = true;
    warnOnce(
      `${owner} has the tracer provider, so spans go ${destination} and not to the exporter of ${variable}; metrics go ${metricsPlace()}. ` +
        'Set LLM_OTEL_SDK=eager to keep our SDK for the spans of this package, or LLM_OTEL_SDK=off if this is meant.',
    );
  };
  // The proxy of the API gets its delegate right after the registration.
  queueMicrotask(() => {
    const known = findKnownProvider(provider, envText(env, 'OTEL_TRACES_EXPORTER')?.toLowerCase());
    if (known !== undefined) warn(known);
    else watchSpans(provider, warn);
  });
}

function watchSpans(provider: TracerProvider, warn: (found: KnownProvider) => void): void {
  let roots = 0;
  watchStartedSpans((span, parent) => {
    if (isValid(spanOf(parent)) || isSilenced(parent)) return;
    const name = delegateOf(provider).constructor?.name ?? '';
    if (!isValid(span)) return warn({ owner: `a provider whose spans have no ids (${name})`, destination: 'nowhere' });
    roots++;
    if (span.isRecording() || samplerExplains(provider)) watchStartedSpans(undefined);
    else if (roots === ROOT_SPANS)
      warn({ owner: `a provider that has recorded none of ${ROOT_SPANS} calls (${name})`, destination: 'nowhere' });
  });
}

function isValid(span: Span | undefined): boolean {
  const { traceId = '', spanId = '' } = span?.spanContext() ?? {};
  return !NO_TRACE.test(traceId) && !NO_TRACE.test(spanId);
}

/** Has the provider a sampler that may drop spans? The samplers of OpenTelemetry describe themselves in `toString`. */
function samplerExplains(provider: TracerProvider): boolean {
  const delegate = delegateOf(provider) as { _config?: { sampler?: unknown }; _sampler?: unknown };
  const tracer = provider.getTracer('@x/llm-otel') as { _sampler?: unknown; _tracer?: { _sampler?: unknown } };
  const sampler = tracer._sampler ?? tracer._tracer?._sampler ?? delegate._sampler ?? delegate._config?.sampler;
  return sampler !== undefined && !/^(?:ParentBased\{root=)?AlwaysOnSampler/.test(String(sampler));
}
