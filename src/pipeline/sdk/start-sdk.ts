import type { ContextManager, MeterProvider, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { Signal } from '../../config/sdk/export-target.ts';
import { pipelinesOf, type SdkSettings } from '../../config/sdk/sdk-settings.ts';
import type { LoggerProvider } from '../../otel/globals.ts';
import { endSamplingLog, setRunningSampler, setSamplingLogged } from '../decisions/running-sampler.ts';
import { destinationOf } from '../exporters/index.ts';
import { load } from '../load.ts';
import { tellCounts } from '../queue/tell-counts.ts';
import { setExitTimeout } from '../shipping/process-end.ts';
import { createPropagator } from './create-propagator.ts';
import { startMetrics } from './metrics/start-metrics.ts';
import { prepareTargets } from './prepare-targets.ts';
import { createResource } from './resource/create-resource.ts';
import type { RunningLogs } from './start-logs.ts';
import { startTraces } from './start-traces.ts';

export { startNamedProvider } from './named-provider.ts';

/** The running SDK. A signal that is turned off has no provider. */
export interface RunningSdk {
  readonly trace: TracerProvider | undefined;
  readonly metrics: MeterProvider | undefined;
  /** Loads the logs SDK when it is first read. */
  readonly logs: (() => LoggerProvider) | undefined;
  readonly context: ContextManager;
  readonly propagation: TextMapPropagator | undefined;
  /** Hands over everything that was recorded. */
  readonly flush: () => Promise<void>;
  /** The same without waiting for anything, for `exit` listeners. */
  readonly flushNow: () => void;
  /** Sends the metrics there are and collects no more. */
  readonly stopMetrics: () => void;
  /** Writes how much was recorded, in words of the caller, and what became of all items, in a line at the level `info`. */
  readonly tellCounts: typeof tellCounts;
  /** Sends everything and ends. True if everything arrived or was refused for good within `timeoutMs`. */
  readonly shutdown: (timeoutMs: number) => Promise<boolean>;
  /** Attributes of the resource. */
  readonly resource: Readonly<Record<string, unknown>>;
  /** Where Prometheus reads metrics. */
  readonly prometheusUrl: () => string | undefined;
  /** What goes where, in words. */
  readonly summary: string;
}

/** Builds an SDK from plain settings; registers nothing. */
export function startSdk(settings: SdkSettings): RunningSdk {
  // At once, although logs start with the first record.
  const pipelines = pipelinesOf(settings);
  prepareTargets(Object.values(pipelines).flat());
  const resource = createResource(settings.resource);
  let metrics = settings.metrics && startMetrics(settings.metrics, resource);
  const meters = settings.selfMetrics ? metrics?.provider : undefined;
  const stopObservers: (() => void)[] = [];
  if (meters !== undefined) {
    const { observePipelines } = load<typeof import('./metrics/self-metrics.ts')>('pipeline-self-metrics');
    stopObservers.push(observePipelines(meters));
  }
  if (metrics !== undefined && settings.processMetrics.length > 0) {
    const { startProcessMetrics } = load<typeof import('./metrics/process-metrics.ts')>('pipeline-process-metrics');
    stopObservers.push(startProcessMetrics(metrics.provider, settings.processMetrics));
  }
  const telling = { meterProvider: meters, isCounted: settings.selfMetrics, isLogged: settings.logSampling };
  const traces = settings.traces && startTraces(settings.traces, resource, telling);
  if (traces !== undefined) setRunningSampler(traces.sampler);
  setSamplingLogged(settings.logSampling);
  let logs: RunningLogs | undefined;
  const logsSettings = settings.logs;
  const places = (signal: Signal): string => {
    const named = pipelines[signal].map(({ exporter }) => destinationOf(exporter));
    return `${signal} to ${named.join(' and ') || 'nowhere'}`;
  };
  const stopMetrics = (): void => {
    const stopped = metrics;
    metrics = undefined;
    stopped?.stop();
    for (const stop of stopObservers.splice(0)) stop();
  };
  setExitTimeout(settings.exitTimeout);
  return {
    trace: traces?.provider,
    metrics: metrics?.provider,
    logs:
      logsSettings &&
      (() => {
        logs ??= load<typeof import('./start-logs.ts')>('pipeline-logs').startLogs(logsSettings, resource, meters);
        return logs.provider as LoggerProvider;
      }),
    context: new AsyncLocalStorageContextManager().enable(),
    propagation: createPropagator(settings.propagators),
    flush: async () => {
      for (const pipeline of traces?.pipelines ?? []) pipeline.flush();
      for (const pipeline of logs?.pipelines ?? []) pipeline.flush();
      await metrics?.flush();
    },
    flushNow: () => metrics?.flushNow(),
    stopMetrics,
    tellCounts: (recorded, isNews) => {
      endSamplingLog();
      tellCounts(recorded, isNews);
    },
    shutdown: async (timeoutMs) => {
      const last = metrics;
      await last?.flush();
      stopMetrics();
      const all = [...(traces?.pipelines ?? []), ...(logs?.pipelines ?? []), ...(last?.pipelines ?? [])];
      const sent = await Promise.all(all.map((pipeline) => pipeline.shutdown(timeoutMs)));
      return sent.every(Boolean);
    },
    get resource() {
      return resource.attributes;
    },
    prometheusUrl: () => metrics?.prometheusUrl(),
    summary: [
      `service ${String(resource.attributes['service.name'])}`,
      ...(['traces', 'metrics', 'logs'] as const).map(places),
    ].join(', '),
  };
}
