import type { ContextManager, MeterProvider, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { Env } from '../../config/env.ts';
import { shownUrl } from '../../config/export-target.ts';
import { exporters } from '../../config/exporters.ts';
import { otlpTarget } from '../../config/otlp-endpoint.ts';
import type { LoggerProvider } from '../../otel/globals.ts';
import { load } from '../load.ts';
import type { Logs } from './logs.ts';
import { startMetrics } from './metrics.ts';
import { propagator } from './propagators.ts';
import { resource } from './resource.ts';
import { startTraces } from './traces.ts';

/** The running SDK. A signal that is turned off has no provider. */
export interface Sdk {
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
  /** What goes where, in words. */
  readonly summary: string;
}

/** Builds an SDK from the environment; registers nothing. */
export function startSdk(env: Env): Sdk {
  const names = exporters(env);
  const from = resource(env);
  const traces = names.traces.length > 0 ? startTraces(env, from, names.traces) : undefined;
  let metrics = names.metrics.length > 0 ? startMetrics(env, from, names.metrics) : undefined;
  let logs: Logs | undefined;
  const logUrls = names.logs.map((name) => (name === 'otlp' ? otlpTarget(env, 'logs').target.url : name));
  const to = (signal: string, urls: readonly string[] = []): string =>
    `${signal} to ${urls.map(shownUrl).join(' and ') || 'nowhere'}`;
  return {
    trace: traces?.provider,
    metrics: metrics?.provider,
    logs:
      names.logs.length === 0
        ? undefined
        : () => {
            logs ??= load('register-logs').startLogs(env, from, names.logs);
            return logs.provider as LoggerProvider;
          },
    context: new AsyncLocalStorageContextManager().enable(),
    propagation: propagator(env),
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
      `service ${String(from.attributes['service.name'])}`,
      to('traces', traces?.urls),
      to('metrics', metrics?.urls),
      to('logs', logUrls),
    ].join(', '),
  };
}
