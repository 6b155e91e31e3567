import type { BackendSettings } from '../backends/backend-settings.ts';
import { backendSettings, withBackend } from '../backends/with-backend.ts';
import { type Env, envList, envText, envValue } from '../env.ts';
import { booleanValue } from '../parsers.ts';
import { readLogSampling, samplerSettings } from '../sampling/environment-sampler.ts';
import type { SamplerSettings } from '../sampling/sampler-settings.ts';
import { readSteps } from '../steps/step-variables.ts';
import type { Signal } from './export-target.ts';
import { type Exporters, exporters } from './exporters.ts';
import { type LogLimits, logLimits, type SpanLimits, spanLimits } from './limits.ts';
import { type MetricsSettings, metricsSettings } from './metrics-settings.ts';
import type { PipelineSettings } from './pipeline-settings.ts';
import { type PropagatorName, propagatorNames } from './propagators.ts';
import { type NamedExporter, readExporter } from './read-exporter.ts';
import { metricsPipeline, readExitTimeout, readPipelines, stepSources, withSteps } from './read-pipelines.ts';
import { type ResourceSettings, resourceSettings } from './resource-settings.ts';

/** Groups of metrics about the process. */
export const PROCESS_METRICS = ['process', 'runtime', 'stream', 'host'] as const;

/** A name of `LLM_OTEL_RUNTIME_METRICS`. */
export type ProcessMetricsGroup = (typeof PROCESS_METRICS)[number];

/** Groups of `LLM_OTEL_RUNTIME_METRICS=true`: the groups that need no further package. */
export const DEFAULT_PROCESS_METRICS = ['process', 'runtime', 'stream'] as const satisfies ProcessMetricsGroup[];

/** Tracing: who receives spans, which spans are recorded, and their limits. */
export interface TracesSettings {
  /** One for each exporter. */
  readonly pipelines: readonly PipelineSettings[];
  readonly sampler: SamplerSettings;
  readonly limits: SpanLimits;
}

/** Logs: who receives log records, and their limits. */
export interface LogsSettings {
  /** One for each exporter. */
  readonly pipelines: readonly PipelineSettings[];
  readonly limits: LogLimits;
}

/** The SDK of `register` in plain data. A signal without exporters is `undefined`. */
export interface SdkSettings {
  readonly resource: ResourceSettings;
  readonly propagators: readonly PropagatorName[];
  readonly traces: TracesSettings | undefined;
  readonly metrics: MetricsSettings | undefined;
  readonly logs: LogsSettings | undefined;
  /** Milliseconds that the end of the process may wait for backends, all waits together. */
  readonly exitTimeout: number;
  /** Metrics about the pipelines themselves. */
  readonly selfMetrics: boolean;
  /** A line for each decision about a span. */
  readonly logSampling: boolean;
  /** Metrics about the process. */
  readonly processMetrics: readonly ProcessMetricsGroup[];
}

/** The pipelines of each signal. */
export function pipelinesOf({
  traces,
  metrics,
  logs,
}: SdkSettings): Readonly<Record<Signal, readonly PipelineSettings[]>> {
  return {
    traces: traces?.pipelines ?? [],
    metrics: metrics?.readers.map(({ pipeline }) => pipeline) ?? [],
    logs: logs?.pipelines ?? [],
  };
}

/** A pipeline of spans with what the product of `LLM_OTEL_BACKEND` needs; a pipeline that does not send to a product is left alone. */
function forBackend(pipeline: PipelineSettings, backend: BackendSettings | undefined, env: Env): PipelineSettings {
  if (backend === undefined || pipeline.exporter.kind !== 'otlp') return pipeline;
  const { preset, resource } = backend;
  return {
    ...pipeline,
    ...(preset === undefined ? {} : withSteps(readSteps(withPreset(env, preset), 'traces'), stepSources(env))),
    ...(resource === undefined ? {} : { resourceAttributes: resource }),
  };
}

/** The preset of the product stands in its place among the steps: behind steps that drop attributes, before redaction. */
function withPreset(env: Env, preset: string): Env {
  const name = 'LLM_OTEL_STEPS_PRESET';
  const wanted = envText(env, name);
  return { ...env, [name]: wanted === undefined ? preset : `${preset},${wanted}` };
}

/**
 * Reads every `OTEL_*` variable of the SDK, and `LLM_OTEL_BACKEND`, which stands for a set of such variables. Warns about values
 * that cannot be used.
 */
export function sdkSettings(variables: Env): SdkSettings {
  const env = withBackend(variables);
  const backend = backendSettings(env);
  const names = exporters(env);
  const settingsOf = (signal: Signal): NamedExporter[] =>
    names[signal].flatMap((name: Exporters[Signal][number]) => readExporter(env, name, signal) ?? []);
  return {
    resource: resourceSettings(env),
    propagators: propagatorNames(env),
    exitTimeout: readExitTimeout(env),
    selfMetrics: envValue(env, ['OTEL_NODE_EXPERIMENTAL_SDK_METRICS'], booleanValue, false),
    logSampling: readLogSampling(env),
    processMetrics: readProcessMetrics(env),
    traces:
      names.traces.length === 0
        ? undefined
        : {
            pipelines: readPipelines(env, 'traces', settingsOf('traces')).map((one) => forBackend(one, backend, env)),
            sampler: samplerSettings(env),
            limits: spanLimits(env),
          },
    metrics:
      names.metrics.length === 0
        ? undefined
        : metricsSettings(
            env,
            settingsOf('metrics').map((exporter) => metricsPipeline(env, exporter)),
          ),
    logs:
      names.logs.length === 0
        ? undefined
        : { pipelines: readPipelines(env, 'logs', settingsOf('logs')), limits: logLimits(env) },
  };
}

const RUNTIME_METRICS = 'LLM_OTEL_RUNTIME_METRICS';

/** Reads `LLM_OTEL_RUNTIME_METRICS`: a truth value, or a list of groups. */
export function readProcessMetrics(env: Env): readonly ProcessMetricsGroup[] {
  const isOn = booleanValue(envText(env, RUNTIME_METRICS) ?? 'false');
  if ('value' in isOn) return isOn.value ? DEFAULT_PROCESS_METRICS : [];
  return envList(env, RUNTIME_METRICS, PROCESS_METRICS, []);
}
