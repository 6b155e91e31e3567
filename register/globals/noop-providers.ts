import { createRequire } from 'node:module';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '../../src/otel/globals.ts';

/** Providers that record nothing. */
export interface Nothing {
  readonly trace: TracerProvider;
  readonly metrics: MeterProvider;
  readonly logs: LoggerProvider;
}

let made: Nothing | undefined;

/** For tracers, meters and loggers that the application holds already when the SDK turns out not to start. */
export function noopProviders(): Nothing {
  made ??= make();
  return made;
}

function make(): Nothing {
  // Loaded here, not imported: at start it would cost time that nearly every process can save.
  const { createNoopMeter, ProxyTracerProvider } = createRequire(__filename)(
    '@opentelemetry/api',
  ) as typeof import('@opentelemetry/api');
  return {
    trace: new ProxyTracerProvider(),
    metrics: { getMeter: () => createNoopMeter() },
    logs: { getLogger: () => ({ emit() {}, enabled: () => false }) },
  };
}
