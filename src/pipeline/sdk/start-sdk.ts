import type { ContextManager, MeterProvider, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { shownUrl } from '../../config/sdk/export-target.ts';
import type { ExporterSettings, SdkSettings } from '../../config/sdk/sdk-settings.ts';
import type { LoggerProvider } from '../../otel/globals.ts';
import { destinationOf } from '../exporters/index.ts';
import { load } from '../load.ts';
import { createPropagator } from './create-propagator.ts';
import { createResource } from './create-resource.ts';
import type { RunningLogs } from './start-logs.ts';
import { startMetrics } from './start-metrics.ts';
import { startTraces } from './start-traces.ts';

/** The running SDK. A signal that is turned off has no provider. */
export interface RunningSdk {
  readonly trace: TracerProvider | undefined;
  readonly metrics: MeterProvider | undefined;
  /** Loads the logs SDK at the first call. */
  readonly logs: (() => LoggerProvider) | undefined;
  readonly context: ContextManager;
  readonly propagation: TextMapPropagator | undefined;
  /** Hands over all recorded telemetry. */
  readonly flush: () => Promise<void>;
  /** Like flush, without promises, for `exit` listeners. */
  readonly flushNow: () => void;
  /** Sends the recorded metrics and stops collecting. */
  readonly stopMetrics: () => void;
  /** Service name and destinations, for the line that register prints at start. */
  readonly summary: string;
}

/** Builds an SDK from plain settings; registers nothing. */
export function startSdk(settings: SdkSettings): RunningSdk {
  const resource = createResource(settings.resource);
  const traces = settings.traces && startTraces(settings.traces, resource);
  let metrics = settings.metrics && startMetrics(settings.metrics, resource);
  let logs: RunningLogs | undefined;
  const logsSettings = settings.logs;
  const places = (signal: string, all: readonly ExporterSettings[] = []): string =>
    `${signal} to ${all.map((exporter) => shownUrl(destinationOf(exporter, settings.metrics?.prometheus))).join(' and ') || 'nowhere'}`;
  return {
    trace: traces?.provider,
    metrics: metrics?.provider,
    logs:
      logsSettings &&
      (() => {
        logs ??= load<typeof import('./start-logs.ts')>('pipeline-logs').startLogs(logsSettings, resource);
        return logs.provider as LoggerProvider;
      }),
    context: new AsyncLocalStorageContextManager().enable(),
    propagation: createPropagator(settings.propagators),
    flush: async () => {
      traces?.flush();
      logs?.flush();
      await metrics?.flush();
    },
    flushNow: () => {
      traces?.flush();
      logs?.flush();
      metrics?.flushNow();
    },
    stopMetrics: () => {
      const stopped = metrics;
      metrics = undefined;
      stopped?.stop();
    },
    summary: [
      `service ${String(resource.attributes['service.name'])}`,
      places('traces', settings.traces?.exporters),
      places('metrics', settings.metrics?.exporters),
      places('logs', settings.logs?.exporters),
    ].join(', '),
  };
}
