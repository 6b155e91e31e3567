import type { AttributeValue } from '@opentelemetry/api';
import { environment } from '../../runtime/platform.ts';
import { withBackend } from '../backends/with-backend.ts';
import { type Env, envPairs, envText } from '../env.ts';
import type { LlmOtelOptions } from '../options.ts';
import { booleanValue, integerInRange, type Parse, usable } from '../parsers.ts';
import { warnUnusable } from '../unusable-value.ts';
import type { TelemetryPipeline } from './pipeline-options.ts';
import type { SamplerOption } from './sampler-option.ts';

/** Attributes of a resource, as a configuration file has the attributes. */
export interface ResourceOption {
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/**
 * Options of `startTelemetry()`. An option goes before the `OTEL_*` variable of the same meaning. An option that cannot be used
 * is reported once on stderr and left out.
 */
export interface TelemetryOptions extends LlmOtelOptions {
  /** `service.name`. Default: `OTEL_SERVICE_NAME`, then the name in the nearest package.json. */
  readonly serviceName?: string;
  /** `service.version` */
  readonly serviceVersion?: string;
  /**
   * `deployment.environment.name`. Default: the attribute in `OTEL_RESOURCE_ATTRIBUTES`, then `NODE_ENV`, then `development`. In
   * `development`, where no variable names a target, spans are printed and Prometheus reads metrics; everywhere else OTLP is on.
   */
  readonly environment?: string;
  /** Port at which Prometheus reads metrics; `false`: none. */
  readonly prometheusPort?: number | false;
  /** Host of that port. Default `localhost`. */
  readonly prometheusHost?: string;
  /** Print spans. */
  readonly consoleTraces?: boolean;
  /** Send spans, metrics and log records by OTLP. */
  readonly otlp?: boolean;
  /** Metrics about the pipelines themselves. Default `false`. `OTEL_NODE_EXPERIMENTAL_SDK_METRICS` */
  readonly selfMetrics?: boolean;
  /** Instrumentations of OpenTelemetry: all of `@opentelemetry/auto-instrumentations-node`, or names. Default `false`. `LLM_OTEL_AUTO` */
  readonly auto?: boolean | readonly string[];
  /** More attributes of the resource. */
  readonly resource?: ResourceOption;
  /** Which spans are recorded. Default: `OTEL_TRACES_SAMPLER`. */
  readonly sampler?: SamplerOption;
  /** Pipelines in place of the exporters that the environment and `environment` name. */
  readonly pipelines?: readonly TelemetryPipeline[];
}

/** Options of `startTelemetry()` as the rest of the package reads settings. */
export interface StartSettings {
  /** False if an option or a variable switches the package off. */
  readonly isEnabled: boolean;
  /** The environment, with the options in place of the variables of the same meaning. */
  readonly env: Env;
  readonly options: TelemetryOptions;
  /** The options that say how calls are recorded. */
  readonly callOptions: LlmOtelOptions;
  /** What `serviceName`, `serviceVersion` and `environment` say, as attributes of the resource. */
  readonly resource: Readonly<Record<string, string>>;
}

const text: Parse<string> = (raw) =>
  typeof raw === 'string' && raw.trim() !== '' ? usable(raw.trim()) : { problem: 'expected a text' };
const truthOrNames: Parse<string> = (raw) => {
  if (Array.isArray(raw)) return usable(raw.map(String).join(',') || 'false');
  const truth = booleanValue(raw);
  return 'value' in truth ? usable(String(truth.value)) : { problem: 'expected true, false or a list of names' };
};
const portOrFalse: Parse<number | false> = (raw) => (raw === false ? usable(false) : integerInRange(1, 65_535)(raw));

/** The value of an option; undefined, with a warning, if the value cannot be used. */
function readOption<T>(options: TelemetryOptions, name: keyof TelemetryOptions, parse: Parse<T>): T | undefined {
  const raw: unknown = options[name];
  if (raw === undefined || raw === null) return undefined;
  const parsed = parse(raw);
  if ('value' in parsed) return parsed.value;
  warnUnusable(`option ${name}`, raw, parsed.problem, 'the default');
  return undefined;
}

/** Variables that name a file in place of the environment. */
const FILES = ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE'];

/** Reads the options of `startTelemetry()`. Never throws. */
export function readTelemetryOptions(options: TelemetryOptions, env: Env = environment()): StartSettings {
  const isOff =
    envText(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true' ||
    /^(?:false|0)$/i.test(envText(env, 'LLM_OTEL_ENABLED') ?? '') ||
    options.enabled === false;
  const callOptions = callOptionsOf(options);
  if (isOff) return { isEnabled: false, options, callOptions, env, resource: {} };
  const resource = resourceOf(options);
  // A file replaces the product that `LLM_OTEL_BACKEND` names.
  const base = FILES.some((name) => envText(env, name) !== undefined) ? env : withBackend(env);
  return { isEnabled: true, options, callOptions, env: { ...base, ...variablesOf(options, base) }, resource };
}

/** Options that {@link LlmOtelOptions} does not have. */
const TELEMETRY_ONLY: Readonly<Record<Exclude<keyof TelemetryOptions, keyof LlmOtelOptions>, true>> = {
  serviceName: true,
  serviceVersion: true,
  environment: true,
  prometheusPort: true,
  prometheusHost: true,
  consoleTraces: true,
  otlp: true,
  selfMetrics: true,
  auto: true,
  resource: true,
  sampler: true,
  pipelines: true,
};

function callOptionsOf(options: TelemetryOptions): LlmOtelOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !Object.hasOwn(TELEMETRY_ONLY, name)));
}

/** Attributes of the resource by the option that sets the attribute. */
const ATTRIBUTES = {
  serviceName: 'service.name',
  serviceVersion: 'service.version',
  environment: 'deployment.environment.name',
} as const;

function resourceOf(options: TelemetryOptions): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of Object.keys(ATTRIBUTES) as (keyof typeof ATTRIBUTES)[]) {
    const value = readOption(options, name, text);
    if (value !== undefined) attributes[ATTRIBUTES[name]] = value;
  }
  return attributes;
}

/** Variables that say that the environment names a target. */
const TARGETS = [
  ...['TRACES', 'METRICS', 'LOGS'].flatMap((signal) => [
    `OTEL_${signal}_EXPORTER`,
    `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`,
  ]),
  ...['OTEL_EXPORTER_OTLP_ENDPOINT', 'LLM_OTEL_BACKEND', 'LLM_OTEL_CONSOLE'],
  ...FILES,
  'LLM_OTEL_CONFIG',
];

/** The variables that stand for `options` in `env`. */
function variablesOf(options: TelemetryOptions, env: Env): Record<string, string | undefined> {
  const attributes = envPairs(env, 'OTEL_RESOURCE_ATTRIBUTES');
  const key = 'deployment.environment.name';
  const place =
    readOption(options, 'environment', text) ?? attributes[key] ?? envText(env, 'NODE_ENV') ?? 'development';
  const version = readOption(options, 'serviceVersion', text);
  const added = { [key]: place, ...(version === undefined ? {} : { 'service.version': version }) };
  const port = readOption(options, 'prometheusPort', portOrFalse);
  const host = readOption(options, 'prometheusHost', text);
  const selfMetrics = readOption(options, 'selfMetrics', booleanValue);
  const auto = readOption(options, 'auto', truthOrNames);
  const serviceName = readOption(options, 'serviceName', text);
  return {
    ...(auto === undefined ? {} : { LLM_OTEL_AUTO: auto }),
    ...(serviceName === undefined ? {} : { OTEL_SERVICE_NAME: serviceName }),
    OTEL_RESOURCE_ATTRIBUTES: Object.entries({ ...attributes, ...added })
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join(','),
    ...(typeof port === 'number' ? { OTEL_EXPORTER_PROMETHEUS_PORT: String(port) } : {}),
    ...(selfMetrics === undefined ? {} : { OTEL_NODE_EXPERIMENTAL_SDK_METRICS: String(selfMetrics) }),
    ...(host === undefined ? {} : { OTEL_EXPORTER_PROMETHEUS_HOST: host }),
    ...exportersOf(options, env, place === 'development' && TARGETS.every((name) => envText(env, name) === undefined)),
  };
}

/** The lists of exporters. `isLocal`: a developer without a backend reads the terminal and Prometheus. */
function exportersOf(options: TelemetryOptions, env: Env, isLocal: boolean): Record<string, string | undefined> {
  const isReplaced = options.pipelines !== undefined;
  const lists = {
    traces: new ExporterList(isReplaced ? 'none' : envText(env, 'OTEL_TRACES_EXPORTER'), isLocal ? 'console' : 'otlp'),
    metrics: new ExporterList(
      envText(env, 'OTEL_METRICS_EXPORTER') ?? (isReplaced ? 'none' : undefined),
      isLocal ? 'prometheus' : 'otlp',
    ),
    logs: new ExporterList(isReplaced ? 'none' : envText(env, 'OTEL_LOGS_EXPORTER'), isLocal ? 'none' : 'otlp'),
  };
  // The variable of the tree names an exporter too, and src/config/sdk/exporters.ts knows which.
  if (envText(env, 'LLM_OTEL_CONSOLE') !== undefined) for (const list of Object.values(lists)) list.leaveUnset();
  const otlp = readOption(options, 'otlp', booleanValue);
  const port = readOption(options, 'prometheusPort', portOrFalse);
  for (const list of Object.values(lists)) list.set('otlp', otlp);
  lists.traces.set('console', readOption(options, 'consoleTraces', booleanValue));
  lists.metrics.set('prometheus', port === undefined ? undefined : port !== false);
  return {
    OTEL_TRACES_EXPORTER: lists.traces.text,
    OTEL_METRICS_EXPORTER: lists.metrics.text,
    OTEL_LOGS_EXPORTER: lists.logs.text,
  };
}

/** A list of exporters, as a variable has the list. */
class ExporterList {
  #names: readonly string[];
  readonly #isSet: boolean;
  #isLeft = false;

  constructor(variable: string | undefined, fallback: string) {
    this.#isSet = variable !== undefined;
    this.#names = (variable ?? fallback)
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && name !== 'none');
  }

  /** Without a further change the list is the default of the variable. */
  leaveUnset(): void {
    this.#isLeft = !this.#isSet;
    if (this.#isLeft) this.#names = [];
  }

  /** Adds or removes an exporter; undefined: neither. */
  set(name: string, isOn: boolean | undefined): void {
    if (isOn === undefined) return;
    this.#isLeft = false;
    const rest = this.#names.filter((one) => one !== name);
    this.#names = isOn ? [...rest, name] : rest;
  }

  get text(): string | undefined {
    return this.#isLeft ? undefined : this.#names.join(',') || 'none';
  }
}
