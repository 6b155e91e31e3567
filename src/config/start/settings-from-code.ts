import type { Env } from '../env.ts';
import { samplerSettings } from '../sampling/environment-sampler.ts';
import { logLimits, spanLimits } from '../sdk/limits.ts';
import type { PipelineSettings } from '../sdk/pipeline-settings.ts';
import { type ResourceSettings, resourceSettings } from '../sdk/resource-settings.ts';
import { type LogsSettings, type SdkSettings, sdkSettings, type TracesSettings } from '../sdk/sdk-settings.ts';
import { warnUnusable } from '../unusable-value.ts';
import type { TelemetryPipeline } from './pipeline-options.ts';
import { readSamplerOption, type SamplerOption } from './sampler-option.ts';
import type { ResourceOption, StartSettings, TelemetryOptions } from './telemetry-options.ts';

/** Reads pipelines in code: a part of the build of its own, because few options name pipelines. */
export type ReadPipelines = (
  list: readonly TelemetryPipeline[],
  signal: 'traces' | 'logs',
  env: Env,
) => PipelineSettings[];

/**
 * The settings of `startTelemetry()`. Never throws for an option.
 * @param loadReader called if an option names pipelines
 * @param fromFile settings of a configuration file, which stand in place of the variables
 */
export function settingsFromCode(
  { env, options, resource }: StartSettings,
  loadReader: () => ReadPipelines,
  fromFile?: SdkSettings,
): SdkSettings {
  const base = fromFile ?? sdkSettings(env);
  return {
    ...base,
    resource: withResource(withResource(base.resource, { attributes: resource }), options.resource),
    // A file replaces the variable, also for pipelines in code.
    traces: withTraces(
      base.traces,
      options,
      fromFile === undefined ? env : { ...env, LLM_OTEL_TAIL: undefined },
      loadReader,
    ),
    logs: withLogs(base.logs, options, env, loadReader),
  };
}

/** A provider of its own, with a resource, a sampler and pipelines. */
export interface ProviderOptions {
  /** Added to the resource of the process. */
  readonly resource?: ResourceOption;
  /** Default: the sampler of the environment. */
  readonly sampler?: SamplerOption;
  readonly pipelines: readonly TelemetryPipeline[];
}

/** Settings of a provider that the application adds. */
export function settingsOfProvider(
  options: ProviderOptions,
  env: Env,
  loadReader: () => ReadPipelines,
): TracesSettings & { resource: ResourceSettings } {
  const traces = withTraces(undefined, options, env, loadReader);
  return {
    resource: withResource(resourceSettings(env), options.resource),
    ...(traces ?? { pipelines: [], sampler: samplerSettings(env), limits: spanLimits(env) }),
  };
}

function withTraces(
  traces: TracesSettings | undefined,
  { pipelines, sampler }: Pick<TelemetryOptions, 'pipelines' | 'sampler'>,
  env: Env,
  loadReader: () => ReadPipelines,
): TracesSettings | undefined {
  const more = pipelinesOf(pipelines, 'traces', env, loadReader);
  if (traces === undefined && more.length === 0) return undefined;
  return {
    limits: traces?.limits ?? spanLimits(env),
    sampler: sampler === undefined ? (traces?.sampler ?? samplerSettings(env)) : readSamplerOption(sampler),
    pipelines: [...more, ...(traces?.pipelines ?? [])],
  };
}

function withLogs(
  logs: LogsSettings | undefined,
  { pipelines }: TelemetryOptions,
  env: Env,
  loadReader: () => ReadPipelines,
): LogsSettings | undefined {
  const more = pipelinesOf(pipelines, 'logs', env, loadReader);
  if (logs === undefined && more.length === 0) return undefined;
  return { limits: logs?.limits ?? logLimits(env), pipelines: [...more, ...(logs?.pipelines ?? [])] };
}

function pipelinesOf(
  pipelines: TelemetryOptions['pipelines'],
  signal: 'traces' | 'logs',
  env: Env,
  loadReader: () => ReadPipelines,
): PipelineSettings[] {
  const list = listOf(pipelines);
  return list.length === 0 ? [] : loadReader()(list, signal, env);
}

function listOf(pipelines: TelemetryOptions['pipelines']): readonly TelemetryPipeline[] {
  if (pipelines === undefined || Array.isArray(pipelines)) return pipelines ?? [];
  warnUnusable('option pipelines', pipelines, 'expected a list', 'no pipelines');
  return [];
}

function withResource(settings: ResourceSettings, option: ResourceOption | undefined): ResourceSettings {
  const added = option?.attributes;
  if (added === undefined || added === null || typeof added !== 'object') return settings;
  const attributes = { ...settings.attributes, ...added };
  const name = added['service.name'];
  return { ...settings, attributes, serviceName: typeof name === 'string' ? name : settings.serviceName };
}
