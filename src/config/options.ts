import type { Attributes } from '@opentelemetry/api';
import type { StreamUsage } from '../facts/call.ts';
import type { CallHooks, EstimateTokensHook, RedactHook } from '../facts/hooks.ts';
import type { LlmOtelOptions } from '../facts/llm-otel-options.ts';
import { levelFrom } from '../runtime/log.ts';
import { builtin, environment } from '../runtime/platform.ts';
import { UPLOAD_DEFAULTS, UPLOAD_FIELDS } from './content/upload-options.ts';
import type { Env } from './env.ts';
import { logLevel } from './log-level.ts';
import {
  attributeValues,
  baggageKeys,
  metricAttributeNames,
  offInjectOrHosts,
  priceValues,
  providerHosts,
  redactFunction,
  redactionSetting,
} from './option-values.ts';
import {
  booleanValue,
  functionValue,
  integerInRange,
  MAX_TIMER_MS,
  oneOf,
  type Parse,
  type Parsed,
  wordsForTruth,
} from './parsers.ts';
import { showValue, warnUnusable } from './unusable-value.ts';
import { OTHER_VARIABLES, warnOfUnknownOptions, warnOfUnknownVariables } from './variable-names.ts';

// In this file, because every part of the build that records calls loads the options.
levelFrom(logLevel);

export type { LlmOtelOptions };

type OptionalInConfig = 'redact' | 'emitEvent' | 'attributes' | 'streamUsage' | 'estimateTokens';

/** Every option resolved, for the instrumentations. Frozen. */
export type Config = Readonly<
  Required<Omit<LlmOtelOptions, OptionalInConfig | 'requestHook' | 'responseHook' | keyof CallHooks>> & {
    redact: RedactHook | undefined;
    /** `undefined`: `captureContent` decides. */
    emitEvent: boolean | undefined;
    estimateTokens: EstimateTokensHook | undefined;
    attributes: Attributes;
    /** `undefined`: the user has not decided, so a stream without counts is worth a hint. */
    streamUsage: StreamUsage | undefined;
  } & CallHooks
>;

/** The default of every option. */
export const DEFAULTS = {
  enabled: true,
  captureContent: 'NO_CONTENT',
  emitEvent: undefined,
  contentMaxPartBytes: 16_384,
  contentMaxBytes: 262_144,
  captureToolSchemas: false,
  captureMedia: false,
  ...UPLOAD_DEFAULTS,
  redactPatterns: true,
  redact: undefined,
  chunkEvents: 32,
  streamIdleTimeout: 0,
  streamUsage: undefined,
  estimateTokens: undefined,
  feedback: 'event',
  metricsSemconv: 'latest',
  providerHosts: {},
  anthropicNative: 'own',
  otherInstrumentations: 'replace',
  propagateToProviders: false,
  cost: true,
  prices: {},
  attributes: {},
  baggageKeys: [],
  metricAttributes: [],
  dynamicAttributes: undefined,
  onRequest: undefined,
  onResponse: undefined,
} as const satisfies Config;

const CAPTURE = ['NO_CONTENT', 'SPAN_ONLY', 'EVENT_ONLY', 'SPAN_AND_EVENT'] as const;

/** One row an option: variable, parser of the option and of the variable, further names of the option and of the variable. */
interface Field<T> {
  readonly env?: string;
  readonly parse: Parse<T>;
  readonly alias?: string;
  readonly envAlias?: string;
}

const FIELDS: { readonly [K in keyof Config]: Field<Config[K]> } = {
  enabled: { env: 'LLM_OTEL_ENABLED', parse: booleanValue },
  captureContent: {
    env: 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
    envAlias: 'LLM_OTEL_CAPTURE_CONTENT',
    parse: oneOf(CAPTURE, wordsForTruth('SPAN_ONLY', 'NO_CONTENT')),
  },
  emitEvent: { env: 'OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT', parse: booleanValue },
  contentMaxPartBytes: { env: 'LLM_OTEL_CONTENT_MAX_PART_BYTES', parse: integerInRange(64, 16_777_216) },
  contentMaxBytes: { env: 'LLM_OTEL_CONTENT_MAX_BYTES', parse: integerInRange(1024, 67_108_864) },
  captureToolSchemas: { env: 'LLM_OTEL_CAPTURE_TOOL_SCHEMAS', parse: booleanValue },
  captureMedia: { env: 'LLM_OTEL_CAPTURE_MEDIA', parse: booleanValue },
  ...UPLOAD_FIELDS,
  redactPatterns: { env: 'LLM_OTEL_REDACT', parse: redactionSetting },
  redact: { parse: redactFunction },
  chunkEvents: { env: 'LLM_OTEL_CHUNK_EVENTS', parse: integerInRange(0, 1024) },
  streamIdleTimeout: { env: 'LLM_OTEL_STREAM_IDLE_TIMEOUT', parse: integerInRange(0, MAX_TIMER_MS) },
  streamUsage: { env: 'LLM_OTEL_STREAM_USAGE', parse: offInjectOrHosts },
  estimateTokens: { parse: functionValue },
  feedback: { env: 'LLM_OTEL_FEEDBACK', parse: oneOf(['event', 'span'] as const) },
  metricsSemconv: { env: 'LLM_OTEL_METRICS_SEMCONV', parse: oneOf(['latest', 'dup', 'v1.41'] as const) },
  providerHosts: { env: 'LLM_OTEL_PROVIDER_HOSTS', parse: providerHosts },
  anthropicNative: { env: 'LLM_OTEL_ANTHROPIC_NATIVE', parse: oneOf(['own', 'native'] as const) },
  otherInstrumentations: { env: 'LLM_OTEL_OTHER_INSTRUMENTATIONS', parse: oneOf(['replace', 'keep'] as const) },
  propagateToProviders: { env: 'LLM_OTEL_PROPAGATE_TO_PROVIDERS', parse: booleanValue },
  cost: { env: 'LLM_OTEL_COST', parse: booleanValue },
  prices: { env: 'LLM_OTEL_PRICES', parse: priceValues },
  attributes: { env: 'LLM_OTEL_ATTRIBUTES', parse: attributeValues },
  baggageKeys: { env: 'LLM_OTEL_BAGGAGE_KEYS', parse: baggageKeys },
  metricAttributes: { env: 'LLM_OTEL_METRIC_ATTRIBUTES', parse: metricAttributeNames },
  dynamicAttributes: { parse: functionValue },
  onRequest: { parse: functionValue, alias: 'requestHook' },
  onResponse: { parse: functionValue, alias: 'responseHook' },
};

/** Names of all options, and names of all variables. */
const OPTION_NAMES = Object.entries(FIELDS).flatMap(([name, { alias }]) =>
  alias === undefined ? [name] : [name, alias],
);
const VARIABLE_NAMES: readonly string[] = [
  ...Object.values(FIELDS).flatMap(({ env, envAlias }) => [env, envAlias].filter((name) => name !== undefined)),
  ...OTHER_VARIABLES,
];

/**
 * Warns of unknown variables. Worker threads have a copy of the environment, so the main thread warns; the log prints each
 * warning once.
 */
export function checkVariableNames(env: Env): void {
  if (builtin('node:worker_threads')?.isMainThread !== false) warnOfUnknownVariables(env, VARIABLE_NAMES);
}

/** Options of a configuration file. */
export interface FileOptions {
  readonly options: LlmOtelOptions;
  /** The file replaces every variable of OpenTelemetry; variables of this package still go before the file. */
  readonly replacesStandard: boolean;
}

let fileOptions: FileOptions = { options: {}, replacesStandard: false };

/** Lets every {@link Config} that is resolved from now on follow a configuration file where nothing else says anything. */
export function setFileOptions(options: FileOptions): void {
  fileOptions = options;
}

/** The variable of an option; undefined for options that are set in code alone. */
export const variableOf = (name: keyof Config): string | undefined => FIELDS[name].env;

/** Reads one option. Never throws. */
export const parseOption = (name: keyof Config, raw: unknown): Parsed<unknown> => parseSafely(FIELDS[name].parse, raw);

/**
 * Resolves options and environment to one frozen {@link Config}. Never throws: a value that cannot be used causes a warning
 * (name, value, replacement), and the next source is used.
 */
export function resolveConfig(options: LlmOtelOptions = {}, env?: Env): Config {
  if (env === undefined) return resolveConfig(options, checkedEnvironment());
  warnOfUnknownOptions(options, OPTION_NAMES);
  const config: Record<string, unknown> = {};
  for (const name of Object.keys(FIELDS) as (keyof Config)[]) config[name] = resolve(name, options, env);
  return Object.freeze(config) as Config;
}

let checked = false;

/** The environment; its names are checked at the first use. */
function checkedEnvironment(): Env {
  const env = environment();
  if (!checked) checkVariableNames(env);
  checked = true;
  return env;
}

function resolve(name: keyof Config, options: LlmOtelOptions, env: Env): unknown {
  const { env: variable, envAlias, alias, parse } = FIELDS[name];
  const sources: [string, unknown][] = [name, alias]
    .filter((option) => option !== undefined)
    .map((option) => [`option ${option}`, readProperty(options as Record<string, unknown>, option)]);
  for (const source of [variable, envAlias]) {
    if (source === undefined || (fileOptions.replacesStandard && source.startsWith('OTEL_'))) continue;
    const text = readProperty(env, source);
    if (typeof text === 'string' && text.trim() !== '') sources.push([source, text]);
  }
  sources.push(['the configuration file', readProperty(fileOptions.options, name)]);
  for (const [i, [source, raw]] of sources.entries()) {
    if (raw === undefined || raw === null) continue;
    const parsed = parseSafely(parse, raw);
    if ('value' in parsed) return parsed.value;
    const next = sources.slice(i + 1).find(([, value]) => value !== undefined)?.[0];
    warnUnusable(source, raw, parsed.problem, next ?? `the default ${showValue(DEFAULTS[name] ?? 'off')}`);
  }
  return DEFAULTS[name];
}

function readProperty<Name extends string>(from: { readonly [K in Name]?: unknown }, name: Name): unknown {
  try {
    return from[name];
  } catch {
    return undefined; // a getter of the application, or a variable that Deno does not allow to read
  }
}

function parseSafely(parse: Parse<unknown>, raw: unknown): Parsed<unknown> {
  try {
    return parse(raw);
  } catch {
    return { problem: 'it cannot be read' };
  }
}
