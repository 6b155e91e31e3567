/**
 * Tracer providers that send spans to one service and not to the exporter that `OTEL_*` variables name. Their SDKs register
 * a provider for spans of the SDK's own, and leave OTLP to the application.
 */
import type { TracerProvider } from '@opentelemetry/api';

/** A known provider: the owner of the provider, and the place where its spans go: `to Sentry`, `nowhere`. */
export interface KnownProvider {
  readonly owner: string;
  readonly destination: string;
}

interface Row extends KnownProvider {
  /** The newest versions that the row was checked with; test/register/other-sdk.test.ts has a case for each. */
  readonly checked: string;
  /** Name of the class of the provider, for a provider without OpenTelemetry's span processors. */
  readonly provider?: string;
  /** Name of the class of a span processor. A provider with a second processor also sends to the place of that processor. */
  readonly processor?: string;
  /** Reads the environment: true if this SDK exports OTLP by itself. */
  readonly exportsOtlp?: (tracesExporter: string | undefined) => boolean;
}

const ROWS: readonly Row[] = [
  { owner: 'Sentry', destination: 'to Sentry', checked: '@sentry/node 10.78', provider: 'SentryTracerProvider' },
  { owner: 'Sentry', destination: 'to Sentry', checked: '@sentry/node 9.47, 10.20', processor: 'SentrySpanProcessor' },
  {
    owner: "the bridge of Elastic's APM agent",
    destination: 'to the APM server of Elastic',
    checked: 'elastic-apm-node 4.18',
    provider: 'OTelTracerProvider',
  },
  {
    owner: "Datadog's bridge",
    destination: 'to the Datadog agent',
    checked: 'dd-trace 5.132',
    provider: 'TracerProvider',
    exportsOtlp: (tracesExporter) => tracesExporter === 'otlp',
  },
  {
    owner: "New Relic's bridge",
    destination: 'to New Relic',
    checked: 'newrelic 13.20',
    processor: 'NrSpanProcessor',
  },
];

/** Span processors that send nothing. */
const IDLE_PROCESSORS: readonly string[] = ['NoopSpanProcessor'];

/** The parts of a provider in which processors are found: sdk-trace 1 and 2, and dd-trace. */
interface Inside {
  readonly _activeSpanProcessor?: Processors;
  readonly activeSpanProcessor?: Processors;
  getActiveSpanProcessor?(): Processors;
}
interface Processors {
  readonly _spanProcessors?: readonly object[];
}

/** The provider behind the proxy of the API. */
export function delegateOf(provider: TracerProvider): TracerProvider {
  const proxy = provider as { getDelegate?(): TracerProvider };
  return proxy.getDelegate?.() ?? provider;
}

/** Finds the row of `provider`; `undefined` for a provider that may well send to the configured exporter. */
export function findKnownProvider(
  provider: TracerProvider,
  tracesExporter: string | undefined,
): KnownProvider | undefined {
  const delegate = delegateOf(provider);
  const name = classOf(delegate);
  const processors = processorsOf(delegate as Inside);
  if (processors === undefined)
    return name.startsWith('Noop')
      ? { owner: `a provider that records nothing (${name})`, destination: 'nowhere' }
      : ROWS.find((row) => row.provider === name && row.exportsOtlp?.(tracesExporter) !== true);
  const busy = processors.map(classOf).filter((processor) => !IDLE_PROCESSORS.includes(processor));
  if (busy.length > 0)
    return ROWS.find((row) => row.processor !== undefined && busy.every((processor) => processor === row.processor));
  const bridge = hasProcessorField(delegate as Inside) ? undefined : ROWS.find((row) => row.provider === name);
  if (bridge === undefined) return { owner: `a provider without span processors (${name})`, destination: 'nowhere' };
  return bridge.exportsOtlp?.(tracesExporter) === true ? undefined : bridge;
}

const classOf = (value: object): string => value.constructor?.name ?? '';

/** Is the provider one of OpenTelemetry? The provider of Datadog shows its processors by a method only. */
function hasProcessorField(provider: Inside): boolean {
  return (provider._activeSpanProcessor ?? provider.activeSpanProcessor) !== undefined;
}

/** Every span processor of `provider`; `undefined` if the provider is not made of processors. */
function processorsOf(provider: Inside): readonly object[] | undefined {
  const active = provider._activeSpanProcessor ?? provider.activeSpanProcessor ?? provider.getActiveSpanProcessor?.();
  if (typeof active !== 'object' || active === null) return undefined;
  return Array.isArray(active._spanProcessors) ? active._spanProcessors : [active];
}
