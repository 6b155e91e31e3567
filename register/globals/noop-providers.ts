import { createRequire } from 'node:module';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '../../src/otel/globals.ts';

/** Providers that record nothing. */
export interface NoopProviders {
  readonly trace: TracerProvider;
  readonly metrics: MeterProvider;
  readonly logs: LoggerProvider;
}

let providers: NoopProviders | undefined;

/** The providers for tracers, meters and loggers that the application already holds when the SDK fails to start. */
export function noopProviders(): NoopProviders {
  providers ??= createNoopProviders();
  return providers;
}

function createNoopProviders(): NoopProviders {
  // Required here and not imported: the import would cost start time in every process, and few processes need the module.
  const { createNoopMeter, ProxyTracerProvider } = createRequire(__filename)(
    '@opentelemetry/api',
  ) as typeof import('@opentelemetry/api');
  return {
    trace: new ProxyTracerProvider(),
    metrics: { getMeter: () => createNoopMeter() },
    logs: { getLogger: () => ({ emit() {}, enabled: () => false }) },
  };
}
