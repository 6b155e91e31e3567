import type { Env } from '../env.ts';
import { type BatchLimits, batchLimits } from './batch-limits.ts';
import type { Signal, Target } from './export-target.ts';
import { type Exporters, exporters } from './exporters.ts';
import { type LogLimits, logLimits, type SpanLimits, spanLimits } from './limits.ts';
import { type MetricsSettings, metricsSettings } from './metrics-settings.ts';
import { otlpTarget, type Protocol, zipkinTarget } from './otlp-endpoint.ts';
import { type PropagatorName, propagatorNames } from './propagators.ts';
import { type ResourceSettings, resourceSettings } from './resource-settings.ts';
import { type SamplerSettings, samplerSettings } from './sampler-settings.ts';

/** One exporter of one signal. */
export type ExporterSettings =
  | { readonly kind: 'otlp'; readonly protocol: Protocol; readonly target: Target }
  | { readonly kind: 'zipkin'; readonly target: Target }
  | { readonly kind: 'console' }
  | { readonly kind: 'prometheus' };

/** Settings of tracing: exporters, batches, sampler and limits of spans. */
export interface TracesSettings {
  readonly exporters: readonly ExporterSettings[];
  readonly batch: BatchLimits;
  readonly sampler: SamplerSettings;
  readonly limits: SpanLimits;
}

/** Settings of logs: exporters, batches and limits of log records. */
export interface LogsSettings {
  readonly exporters: readonly ExporterSettings[];
  readonly batch: BatchLimits;
  readonly limits: LogLimits;
}

/** The SDK of `register` in plain data. A signal without exporters is `undefined`. */
export interface SdkSettings {
  readonly resource: ResourceSettings;
  readonly propagators: readonly PropagatorName[];
  readonly traces: TracesSettings | undefined;
  readonly metrics: (MetricsSettings & { readonly exporters: readonly ExporterSettings[] }) | undefined;
  readonly logs: LogsSettings | undefined;
}

/** Reads every `OTEL_*` variable of the SDK. Warns about values that cannot be used. */
export function sdkSettings(env: Env): SdkSettings {
  const names = exporters(env);
  return {
    resource: resourceSettings(env),
    propagators: propagatorNames(env),
    traces: ifAny(names, 'traces', env, (all) => ({
      exporters: all,
      batch: batchLimits(env, 'OTEL_BSP'),
      sampler: samplerSettings(env),
      limits: spanLimits(env),
    })),
    metrics: ifAny(names, 'metrics', env, (all) => ({ exporters: all, ...metricsSettings(env, names.metrics) })),
    logs: ifAny(names, 'logs', env, (all) => ({
      exporters: all,
      batch: batchLimits(env, 'OTEL_BLRP'),
      limits: logLimits(env),
    })),
  };
}

function ifAny<T>(
  names: Exporters,
  signal: Signal,
  env: Env,
  read: (exporters: readonly ExporterSettings[]) => T,
): T | undefined {
  const kinds = names[signal];
  return kinds.length === 0 ? undefined : read(kinds.map((kind) => EXPORTERS[kind](env, signal)));
}

/** Reads the settings of each kind of exporter. */
const EXPORTERS = {
  otlp: (env, signal) => ({ kind: 'otlp', ...otlpTarget(env, signal) }),
  zipkin: (env) => ({ kind: 'zipkin', target: zipkinTarget(env) }),
  console: () => ({ kind: 'console' }),
  prometheus: () => ({ kind: 'prometheus' }),
} as const satisfies Record<Exporters[Signal][number], (env: Env, signal: Signal) => ExporterSettings>;
