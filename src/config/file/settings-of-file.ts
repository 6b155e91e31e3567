import type { LogLevel } from '../../runtime/log.ts';
import { type Env, envText } from '../env.ts';
import type { LlmOtelOptions } from '../options.ts';
import { readLogSampling } from '../sampling/environment-sampler.ts';
import { parentBased } from '../sampling/sampler-settings.ts';
import { metricsPipeline, readShared } from '../sdk/read-pipelines.ts';
import {
  DEFAULT_PROCESS_METRICS,
  type ProcessMetricsGroup,
  type SdkSettings,
  sdkSettings,
} from '../sdk/sdk-settings.ts';
import { instanceId } from '../start/instance-id.ts';
import { mapFeatures } from './map-features.ts';
import { type DistributionSettings, mapDistribution } from './model/map-distribution.ts';
import { mapLogLimits, mapSpanLimits } from './model/map-limits.ts';
import { mapMetrics } from './model/map-metrics.ts';
import { mapProcessors } from './model/map-pipeline.ts';
import { mapPropagators } from './model/map-propagator.ts';
import { mapResource } from './model/map-resource.ts';
import { mapSampler } from './model/map-sampler.ts';
import type { Section } from './model/section.ts';

/** A configuration file as plain settings. */
export interface FileSettings {
  readonly sdk: SdkSettings;
  readonly options: LlmOtelOptions;
  readonly distribution: DistributionSettings;
  /** Which SDKs are recorded, by the name in the registry. */
  readonly sdks: Readonly<Record<string, boolean>>;
  readonly isDisabled: boolean;
  readonly logLevel: LogLevel | undefined;
  /** Section of each pipeline of the file, for messages that name the place. */
  readonly sections: ReadonlyMap<object, Section>;
}

/** Variables of the environment that a section of an overlay replaces. */
const REPLACED: Readonly<Record<string, RegExp>> = {
  resource: /^OTEL_(?:SERVICE_NAME|RESOURCE_ATTRIBUTES)$/,
  propagator: /^OTEL_PROPAGATORS$/,
  attribute_limits: /^OTEL_ATTRIBUTE_/,
  tracer_provider: /^OTEL_(?:TRACES_|BSP_|SPAN_|EVENT_ATTRIBUTE_|LINK_ATTRIBUTE_|EXPORTER_(?:OTLP_TRACES|ZIPKIN)_)/,
  logger_provider: /^OTEL_(?:LOGS_|BLRP_|LOGRECORD_|EXPORTER_OTLP_LOGS_)/,
  meter_provider: /^OTEL_(?:METRICS?_|EXPORTER_(?:OTLP_METRICS|PROMETHEUS)_)/,
};

/** Describes a pipeline of spans, so the `tracer_provider` of a file replaces the variable. */
const BACKEND = 'LLM_OTEL_BACKEND';

const EXPORTERS = {
  tracer_provider: 'OTEL_TRACES_EXPORTER',
  logger_provider: 'OTEL_LOGS_EXPORTER',
  meter_provider: 'OTEL_METRICS_EXPORTER',
} as const;

/** The part of the environment that still speaks: for sections that an overlay does not have. */
function environmentBeside(root: Section, env: Env): Env {
  const patterns = Object.keys(REPLACED).flatMap((key) => (root.isSet(key) ? [REPLACED[key] as RegExp] : []));
  const isReplaced = (name: string): boolean =>
    patterns.some((pattern) => pattern.test(name)) || (name === BACKEND && root.isSet('tracer_provider'));
  const kept = Object.entries(env).filter(([name]) => !isReplaced(name));
  const off = Object.entries(EXPORTERS).flatMap(([key, name]) => (root.isSet(key) ? [[name, 'none'] as const] : []));
  const limits = root.child('attribute_limits');
  const counts = ['attribute_count_limit', 'attribute_value_length_limit'].flatMap((key) =>
    limits.isSet(key) ? [[`OTEL_${key.toUpperCase()}`, String(limits.number(key, 0))] as const] : [],
  );
  return Object.fromEntries([...kept, ...off, ...counts]);
}

/** The variables of this package alone: the only variables that go into pipelines of a file. */
const ours = (env: Env): Env =>
  Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('LLM_OTEL_') && name !== BACKEND));

/**
 * Turns the root of a checked file into settings. What the schema cannot see becomes a problem of the root's context.
 * @param isOverlay sections that the file does not have come from the environment; otherwise they are turned off
 */
export function settingsOfFile(root: Section, env: Env, isOverlay: boolean): FileSettings {
  const fileEnv = ours(env);
  const general = root.child('attribute_limits');
  const beside = sdkSettings(
    isOverlay
      ? environmentBeside(root, env)
      : { ...fileEnv, ...Object.fromEntries(Object.values(EXPORTERS).map((name) => [name, 'none'])) },
  );
  const tracer = root.child('tracer_provider');
  const logger = root.child('logger_provider');
  const meter = root.child('meter_provider');
  warnOfConfigurators(tracer, logger);
  const traces = mapProcessors(tracer.list('processors'), readShared(fileEnv, 'traces'));
  const logs = mapProcessors(logger.list('processors'), readShared(fileEnv, 'logs'));
  const metrics = mapMetrics(meter, metricsPipeline(fileEnv, { name: '', exporter: { kind: 'console' } }));
  const sections = new Map<object, Section>();
  for (const { settings, section } of [...traces, ...logs, ...metrics.readers]) sections.set(settings, section);
  const ofPackage = root.child('distribution').child('llm_otel');
  const written = mapDistribution(ofPackage);
  const resource = isOverlay && !root.isSet('resource') ? beside.resource : mapResource(root.child('resource'));
  const features = mapFeatures(
    ofPackage.child('features'),
    String(resource.attributes['service.instance.id'] ?? instanceId()),
  );
  const options = { ...written.options, ...features.options };
  const distribution = { ...written.distribution, ...features.distribution };
  const sdk: SdkSettings = {
    selfMetrics: distribution.selfMetrics ?? beside.selfMetrics,
    logSampling: readLogSampling(env, distribution.logSampling),
    processMetrics: processMetricsOf(distribution.runtimeMetrics) ?? beside.processMetrics,
    exitTimeout: beside.exitTimeout,
    resource,
    propagators: isOverlay && !root.isSet('propagator') ? beside.propagators : mapPropagators(root.child('propagator')),
    traces: root.isSet('tracer_provider')
      ? {
          pipelines: traces.map(({ settings }) => settings),
          sampler: mapSampler(tracer.child('sampler'), parentBased({ kind: 'always_on' })),
          limits: mapSpanLimits(tracer.child('limits'), general),
        }
      : beside.traces,
    logs: root.isSet('logger_provider')
      ? { pipelines: logs.map(({ settings }) => settings), limits: mapLogLimits(logger.child('limits'), general) }
      : beside.logs,
    metrics: root.isSet('meter_provider') ? metrics.settings : beside.metrics,
  };
  return {
    sdk,
    options,
    distribution,
    sdks: features.sdks,
    sections,
    isDisabled: isDisabled(root, options, env),
    logLevel: logLevelOf(root),
  };
}

function warnOfConfigurators(tracer: Section, logger: Section): void {
  for (const [section, key] of [
    [tracer, 'tracer_configurator/development'],
    [logger, 'logger_configurator/development'],
  ] as const)
    if (section.isSet(key)) section.warn(`${key} is not supported; the key is ignored`, key);
}

/** `LLM_OTEL_ENABLED=true` goes before the key of the file. */
function isDisabled(root: Section, { enabled }: LlmOtelOptions, env: Env): boolean {
  return root.flag('disabled', false) || (enabled === false && envText(env, 'LLM_OTEL_ENABLED') === undefined);
}

/** Severities of the standard and the levels of this package. */
const LEVELS: readonly (readonly [pattern: RegExp, level: LogLevel])[] = [
  [/^(?:trace|debug)/, 'debug'],
  [/^info/, 'info'],
  [/^(?:warn|error|fatal)/, 'warn'],
];

function logLevelOf(root: Section): LogLevel | undefined {
  const level = root.text('log_level');
  return level === undefined ? undefined : LEVELS.find(([pattern]) => pattern.test(level))?.[1];
}

function processMetricsOf(written: DistributionSettings['runtimeMetrics']): readonly ProcessMetricsGroup[] | undefined {
  if (typeof written === 'boolean') return written ? DEFAULT_PROCESS_METRICS : [];
  return written as readonly ProcessMetricsGroup[] | undefined;
}
