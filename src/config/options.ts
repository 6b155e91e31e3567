import type { Attributes } from '@opentelemetry/api';
import type { StreamUsage } from '../facts/call.ts';
import type { CallHooks, CustomAttributes, EstimateTokensHook, RedactHook } from '../facts/hooks.ts';
import type { Prices } from '../facts/prices.ts';
import { levelFrom } from '../runtime/log.ts';
import { builtin, environment } from '../runtime/platform.ts';
import { UPLOAD_DEFAULTS, UPLOAD_FIELDS, type UploadOptions } from './content/upload-options.ts';
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

/** Where message content goes: nowhere, on the span, on the details event, or on both. */
export type ContentCapture = 'NO_CONTENT' | 'SPAN_ONLY' | 'EVENT_ONLY' | 'SPAN_AND_EVENT';

/** Generation of the emitted metric names; the README has a table. */
export type MetricsSemconv = 'latest' | 'dup' | 'v1.41';

/** Whether another instrumentation of the same SDK records besides this package. */
export type OtherInstrumentations = 'replace' | 'keep';

/** For an SDK that makes spans: the span of this package (`own`) or the span of the SDK (`native`). */
export type NativeTracing = 'own' | 'native';

/**
 * Options of every instrumentation in this package. Most options have an environment variable (the README has a table). An
 * option in code wins over the variable. A value that cannot be used is reported once on stderr and replaced by the default.
 */
export interface LlmOtelOptions extends UploadOptions {
  /** `false` patches nothing. Default `true`. `LLM_OTEL_ENABLED` */
  enabled?: boolean;
  /** Default `NO_CONTENT`. `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` or `LLM_OTEL_CAPTURE_CONTENT` (also `true`, `false`) */
  captureContent?: ContentCapture;
  /** Emit the event `gen_ai.client.inference.operation.details`. Default: only if `captureContent` says so. `OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT` */
  emitEvent?: boolean;
  /** Longest text of a message part in UTF-8 bytes; longer texts are cut and marked. Default 16384. `LLM_OTEL_CONTENT_MAX_PART_BYTES` */
  contentMaxPartBytes?: number;
  /** Longest content attribute in UTF-8 bytes; a marker part replaces messages that do not fit. Default 262144. `LLM_OTEL_CONTENT_MAX_BYTES` */
  contentMaxBytes?: number;
  /** Record tool descriptions and parameter schemas besides type and name. Default `false`. `LLM_OTEL_CAPTURE_TOOL_SCHEMAS` */
  captureToolSchemas?: boolean;
  /** Record base64 media in full instead of modality, mime type and size. Default `false`. `LLM_OTEL_CAPTURE_MEDIA` */
  captureMedia?: boolean;
  /** Mask secrets and personal data (keys, tokens, e-mail addresses, card numbers) in captured content; `ip` and `all` mask IP addresses too. Default `true`. `LLM_OTEL_REDACT` */
  redactPatterns?: boolean | 'ip' | 'all';
  /** Runs after the built-in patterns on every part of captured content. */
  redact?: RedactHook;
  /** Most chunk events on a span, spread over the stream; 0 records no chunk events. Default 32, at most 1024. `LLM_OTEL_CHUNK_EVENTS` */
  chunkEvents?: number;
  /** Milliseconds without a chunk after which the span of a stream ends; 0 waits for ever. Default 0. `LLM_OTEL_STREAM_IDLE_TIMEOUT` */
  streamIdleTimeout?: number;
  /** How `recordFeedback` writes feedback: as a log event, or as a short span for backends that take traces only. Default `event`. `LLM_OTEL_FEEDBACK` */
  feedback?: 'event' | 'span';
  /** Request token counts of streams where the application does not. Default: not requested, with a hint; `off` without the hint. `LLM_OTEL_STREAM_USAGE=inject` or `=llm.corp.example,*.gw.example` */
  streamUsage?: StreamUsage;
  /** Counts the tokens of calls that ended without counts. Estimated counts are marked, and have no cost. Synchronous. */
  estimateTokens?: EstimateTokensHook;
  /** Metric names: `latest`, the latest and the names of v1.41 (`dup`), or the names of v1.41 alone. Default `latest`. `LLM_OTEL_METRICS_SEMCONV` */
  metricsSemconv?: MetricsSemconv;
  /** Host to provider name, before the built-in table; a leading `*.` matches subdomains. `LLM_OTEL_PROVIDER_HOSTS=llm.corp.example=openai,*.gw.example=groq` */
  providerHosts?: Readonly<Record<string, string>>;
  /** `own`: the chat span of this package replaces the span that `@anthropic-ai/sdk` >= 0.134 makes. `native`: the span of the SDK stays and gets cost and finish reasons. Default `own`. `LLM_OTEL_ANTHROPIC_NATIVE` */
  anthropicNative?: NativeTracing;
  /** `replace`: a call that this package records skips the wrappers of contrib, OpenInference and Traceloop, so that a call makes one span. `keep`: both record. Default `replace`. `LLM_OTEL_OTHER_INSTRUMENTATIONS` */
  otherInstrumentations?: OtherInstrumentations;
  /** Send the trace context of the model span, and baggage, to the model provider. Default `false`: a provider gets what it would get without this package. `LLM_OTEL_PROPAGATE_TO_PROVIDERS` */
  propagateToProviders?: boolean;
  /** Record the cost of a call in USD (list prices, or the amount in the response) where the cost is known for sure. Default `true`. `LLM_OTEL_COST` */
  cost?: boolean;
  /** Prices that replace built-in prices, or the path of a JSON file with prices. `LLM_OTEL_PRICES=prices.json` */
  prices?: Prices | string;
  /** Attributes of every LLM span; metrics have the listed names of `metricAttributes` alone. `LLM_OTEL_ATTRIBUTES=team=ml,env=prod`, percent-encoded */
  attributes?: CustomAttributes;
  /** Entries of W3C baggage that become attributes of LLM spans; a `*` at the end stands for any ending. Default none. `LLM_OTEL_BAGGAGE_KEYS=user.id,app.*` */
  baggageKeys?: readonly string[];
  /** Custom attributes that metrics have too, at most 100 values a name; names of users, sessions and ids are refused. Default none. `LLM_OTEL_METRIC_ATTRIBUTES=team,service.tier` */
  metricAttributes?: readonly string[];
  /** Called before an LLM span starts; the returned attributes are added to the span. */
  dynamicAttributes?: NonNullable<CallHooks['dynamicAttributes']>;
  /** Called when a model call has started, with the span and the arguments of the application. */
  onRequest?: NonNullable<CallHooks['onRequest']>;
  /** Called when a model call has ended, with the span and the result. */
  onResponse?: NonNullable<CallHooks['onResponse']>;
  /** The name that other instrumentations have for `onRequest`. */
  requestHook?: NonNullable<CallHooks['onRequest']>;
  /** The name that other instrumentations have for `onResponse`. */
  responseHook?: NonNullable<CallHooks['onResponse']>;
}

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
