import type { Attributes } from '@opentelemetry/api';
import type { CallHooks, CustomAttributes, EstimateTokensHook, RedactHook } from '../facts/hooks.ts';
import type { Prices } from '../facts/prices.ts';
import { warnOnce } from '../runtime/log.ts';
import { environment } from '../runtime/platform.ts';
import {
  attributeValues,
  baggageKeys,
  booleanValue,
  functionValue,
  integerInRange,
  offInjectOrHosts,
  oneOf,
  type Parse,
  type Parsed,
  priceValues,
  providerHosts,
} from './option-values.ts';

/** Where message content goes: nowhere, on the span, on the details event, or on both. */
export type ContentCapture = 'NO_CONTENT' | 'SPAN_ONLY' | 'EVENT_ONLY' | 'SPAN_AND_EVENT';

/** Which generation of metric names is emitted; see the README's table. */
export type MetricsSemconv = 'latest' | 'dup' | 'v1.41';

/** What becomes of another instrumentation of the same SDK. */
export type OtherInstrumentations = 'replace' | 'keep';

/** Whose span stands for a call of an SDK that traces itself. */
export type NativeTracing = 'own' | 'native';

/**
 * Whether streams of OpenAI's chat completions are asked for the token counts that they leave out otherwise: `off`, `inject`
 * for OpenAI's own hosts, or the hosts besides these that take `stream_options`; a leading `*.` matches subdomains.
 */
export type StreamUsage = 'off' | 'inject' | readonly string[];

/**
 * Options of every instrumentation in this package. Each has an environment variable (the README's table); an option
 * given in code wins over the variable. A value that cannot be used is reported once on stderr and replaced by the default.
 */
export interface LlmOtelOptions {
  /** `false` patches nothing. Default `true`. `LLM_OTEL_ENABLED` */
  enabled?: boolean;
  /** Default `NO_CONTENT`. `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` (also `true`, `false`) */
  captureContent?: ContentCapture;
  /** Longest text of one message part in UTF-8 bytes; longer ones are cut and marked. Default 16384. `LLM_OTEL_CONTENT_MAX_PART_BYTES` */
  contentMaxPartBytes?: number;
  /** Longest content attribute in UTF-8 bytes; what does not fit is replaced by a marker part. Default 262144. `LLM_OTEL_CONTENT_MAX_BYTES` */
  contentMaxBytes?: number;
  /** Record tool descriptions and parameter schemas besides type and name. Default `false`. `LLM_OTEL_CAPTURE_TOOL_SCHEMAS` */
  captureToolSchemas?: boolean;
  /** Record base64 media in full instead of modality, mime type and size. Default `false`. `LLM_OTEL_CAPTURE_MEDIA` */
  captureMedia?: boolean;
  /** Mask secrets and personal data (keys, tokens, e-mail addresses, card numbers) in captured content. Default `true`. `LLM_OTEL_REDACT` */
  redactPatterns?: boolean;
  /** Runs after the built-in patterns on every part of captured content. */
  redact?: RedactHook;
  /** Most chunk events on one span, spread over the stream; 0 records none. Default 32, at most 1024. `LLM_OTEL_CHUNK_EVENTS` */
  chunkEvents?: number;
  /** End the span of a stream after so many milliseconds without a chunk; 0 waits for ever. Default 0. `LLM_OTEL_STREAM_IDLE_TIMEOUT` */
  streamIdleTimeout?: number;
  /** Ask for the token counts of streams where the application did not. Default `off`, with a hint. `LLM_OTEL_STREAM_USAGE=inject` or `=llm.corp.example,*.gw.example` */
  streamUsage?: StreamUsage;
  /** Counts the tokens of calls that ended without counts. Its counts are marked as estimated and have no cost. Synchronous. */
  estimateTokens?: EstimateTokensHook;
  /** Metric names: the newest, the newest plus those of v1.41, or those of v1.41 alone. Default `latest`. `LLM_OTEL_METRICS_SEMCONV` */
  metricsSemconv?: MetricsSemconv;
  /** Host to provider name, before the built-in table; a leading `*.` matches subdomains. `LLM_OTEL_PROVIDER_HOSTS=llm.corp.example=openai,*.gw.example=groq` */
  providerHosts?: Readonly<Record<string, string>>;
  /** `own`: one chat span, ours, instead of the one that `@anthropic-ai/sdk` >= 0.134 makes. `native`: its span stays and gets cost and finish reasons. Default `own`. `LLM_OTEL_ANTHROPIC_NATIVE` */
  anthropicNative?: NativeTracing;
  /** `replace`: calls that this package records pass over the wrappers of contrib, OpenInference and Traceloop, so that each makes one span. `keep`: both record. Default `replace`. `LLM_OTEL_OTHER_INSTRUMENTATIONS` */
  otherInstrumentations?: OtherInstrumentations;
  /** Record what a call costs (USD, tokens at list price or what the answer says), where that is known for sure. Default `true`. `LLM_OTEL_COST` */
  cost?: boolean;
  /** Prices that go before the built-in ones, or the path of a JSON file that holds them. `LLM_OTEL_PRICES=prices.json` */
  prices?: Prices | string;
  /** On every LLM span, not on metrics. `LLM_OTEL_ATTRIBUTES=team=ml,env=prod`, percent-encoded */
  attributes?: CustomAttributes;
  /** Entries of W3C baggage that become attributes of LLM spans; a last `*` stands for any end. Default none. `LLM_OTEL_BAGGAGE_KEYS=user.id,app.*` */
  baggageKeys?: readonly string[];
  /** Called when an LLM span is about to start; what it returns is added to the span's attributes. */
  dynamicAttributes?: NonNullable<CallHooks['dynamicAttributes']>;
  /** Called when a model call has started, with its span and what the application passed. */
  onRequest?: NonNullable<CallHooks['onRequest']>;
  /** Called when a model call has ended, with its span and what came of it. */
  onResponse?: NonNullable<CallHooks['onResponse']>;
}

/** Every option resolved: what the instrumentations read. Frozen. */
export type Config = Readonly<
  Required<Omit<LlmOtelOptions, 'redact' | 'attributes' | 'streamUsage' | 'estimateTokens' | keyof CallHooks>> & {
    redact: RedactHook | undefined;
    estimateTokens: EstimateTokensHook | undefined;
    attributes: Attributes;
    /** `undefined`: nobody has decided, so a stream without counts is worth a hint. */
    streamUsage: StreamUsage | undefined;
  } & CallHooks
>;

/** The default of every option. */
export const DEFAULTS = {
  enabled: true,
  captureContent: 'NO_CONTENT',
  contentMaxPartBytes: 16_384,
  contentMaxBytes: 262_144,
  captureToolSchemas: false,
  captureMedia: false,
  redactPatterns: true,
  redact: undefined,
  chunkEvents: 32,
  streamIdleTimeout: 0,
  streamUsage: undefined,
  estimateTokens: undefined,
  metricsSemconv: 'latest',
  providerHosts: {},
  anthropicNative: 'own',
  otherInstrumentations: 'replace',
  cost: true,
  prices: {},
  attributes: {},
  baggageKeys: [],
  dynamicAttributes: undefined,
  onRequest: undefined,
  onResponse: undefined,
} as const satisfies Config;

const CAPTURE = ['NO_CONTENT', 'SPAN_ONLY', 'EVENT_ONLY', 'SPAN_AND_EVENT'] as const;

/** One row an option: how it is read and which variable names it. */
const FIELDS: { readonly [K in keyof Config]: { readonly env?: string; readonly parse: Parse<Config[K]> } } = {
  enabled: { env: 'LLM_OTEL_ENABLED', parse: booleanValue },
  captureContent: {
    env: 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
    parse: oneOf(CAPTURE, { true: 'SPAN_ONLY', false: 'NO_CONTENT' }),
  },
  contentMaxPartBytes: { env: 'LLM_OTEL_CONTENT_MAX_PART_BYTES', parse: integerInRange(64, 16_777_216) },
  contentMaxBytes: { env: 'LLM_OTEL_CONTENT_MAX_BYTES', parse: integerInRange(1024, 67_108_864) },
  captureToolSchemas: { env: 'LLM_OTEL_CAPTURE_TOOL_SCHEMAS', parse: booleanValue },
  captureMedia: { env: 'LLM_OTEL_CAPTURE_MEDIA', parse: booleanValue },
  redactPatterns: { env: 'LLM_OTEL_REDACT', parse: booleanValue },
  redact: { parse: functionValue },
  chunkEvents: { env: 'LLM_OTEL_CHUNK_EVENTS', parse: integerInRange(0, 1024) },
  streamIdleTimeout: { env: 'LLM_OTEL_STREAM_IDLE_TIMEOUT', parse: integerInRange(0, 2_147_483_647) },
  streamUsage: { env: 'LLM_OTEL_STREAM_USAGE', parse: offInjectOrHosts },
  estimateTokens: { parse: functionValue },
  metricsSemconv: { env: 'LLM_OTEL_METRICS_SEMCONV', parse: oneOf(['latest', 'dup', 'v1.41'] as const) },
  providerHosts: { env: 'LLM_OTEL_PROVIDER_HOSTS', parse: providerHosts },
  anthropicNative: { env: 'LLM_OTEL_ANTHROPIC_NATIVE', parse: oneOf(['own', 'native'] as const) },
  otherInstrumentations: { env: 'LLM_OTEL_OTHER_INSTRUMENTATIONS', parse: oneOf(['replace', 'keep'] as const) },
  cost: { env: 'LLM_OTEL_COST', parse: booleanValue },
  prices: { env: 'LLM_OTEL_PRICES', parse: priceValues },
  attributes: { env: 'LLM_OTEL_ATTRIBUTES', parse: attributeValues },
  baggageKeys: { env: 'LLM_OTEL_BAGGAGE_KEYS', parse: baggageKeys },
  dynamicAttributes: { parse: functionValue },
  onRequest: { parse: functionValue },
  onResponse: { parse: functionValue },
};

/**
 * Options and environment to one frozen {@link Config}. Never throws: what cannot be used is warned about (name,
 * value, what is used instead) and falls back to the next source.
 */
export function resolveConfig(
  options: LlmOtelOptions = {},
  env: Readonly<Record<string, string | undefined>> = environment(),
): Config {
  const config: Record<string, unknown> = {};
  for (const name of Object.keys(FIELDS) as (keyof Config)[]) config[name] = resolve(name, options, env);
  return Object.freeze(config) as Config;
}

function resolve(
  name: keyof Config,
  options: LlmOtelOptions,
  env: Readonly<Record<string, string | undefined>>,
): unknown {
  const { env: variable, parse } = FIELDS[name];
  const sources: [string, unknown][] = [[`option ${name}`, given(options, name)]];
  const set = variable === undefined ? undefined : given(env, variable);
  if (variable !== undefined && typeof set === 'string' && set.trim() !== '') sources.push([variable, set]);
  for (const [i, [source, raw]] of sources.entries()) {
    if (raw === undefined || raw === null) continue;
    const parsed = parseSafely(parse, raw);
    if ('value' in parsed) return parsed.value;
    const next =
      sources[i + 1]?.[1] !== undefined ? sources[i + 1]?.[0] : `the default ${show(DEFAULTS[name] ?? 'off')}`;
    warnOnce(`${source}: ${show(raw)} cannot be used, ${parsed.problem}; using ${next} instead.`);
  }
  return DEFAULTS[name];
}

function given<Name extends string>(from: { readonly [K in Name]?: unknown }, name: Name): unknown {
  try {
    return from[name];
  } catch {
    return undefined; // a getter of the application's, a variable that Deno does not let one read
  }
}

function parseSafely(parse: Parse<unknown>, raw: unknown): Parsed<unknown> {
  try {
    return parse(raw);
  } catch {
    return { problem: 'it cannot be read' };
  }
}

function show(value: unknown): string {
  const text = typeof value === 'function' ? 'a function' : asText(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function asText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a ${typeof value}`;
  }
}
