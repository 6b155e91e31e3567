import type { Attributes } from '@opentelemetry/api';
import { type CustomAttributes, cleanAttributes, isReserved, parseAttributes } from './attribute-values.ts';
import { warnOnce } from './log.ts';
import type { Part } from './telemetry/facts.ts';

/** Where message content goes: nowhere, on the span, on the details event, or on both. */
export type ContentCapture = 'NO_CONTENT' | 'SPAN_ONLY' | 'EVENT_ONLY' | 'SPAN_AND_EVENT';

/** Which generation of metric names is emitted; see the README's table. */
export type MetricsSemconv = 'latest' | 'dup' | 'v1.41';

/** Where a piece of content stands, for {@link RedactHook}. */
export type ContentPlace = 'system' | 'input' | 'output' | 'tool_definition' | 'tool_arguments' | 'tool_result';

/** Whose span stands for a call of an SDK that traces itself. */
export type NativeTracing = 'own' | 'native';

/**
 * What one model's tokens cost, in USD per million. `input` and `output` are what counts where a kind has no price of its
 * own: cached tokens, tokens written to the cache (for an hour: `cacheWrite1h`), reasoning, audio, images.
 */
export interface ModelPrices {
  readonly input: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite1h?: number;
  readonly reasoning?: number;
  readonly inputAudio?: number;
  readonly inputImage?: number;
  readonly outputAudio?: number;
  readonly outputImage?: number;
  readonly cacheReadAudio?: number;
  readonly cacheReadImage?: number;
  /** Multiples of these prices by service tier: `{ flex: 0.5 }`. A tier that is not here has no cost, except the standard one. */
  readonly serviceTiers?: Readonly<Record<string, number>>;
}

/** Prices by `model`, `provider/model` or a start of either that ends in `*`; `provider` as in `gen_ai.provider.name`. */
export type Prices = Readonly<Record<string, ModelPrices>>;

/**
 * Sees every part of content before it is recorded and returns what may be: the part, a changed copy, or `undefined`
 * to drop it. If it throws, all content of the call is dropped.
 */
export type RedactHook = (part: Part, place: ContentPlace) => Part | undefined;

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
  /** Metric names: the newest, the newest plus those of v1.41, or those of v1.41 alone. Default `latest`. `LLM_OTEL_METRICS_SEMCONV` */
  metricsSemconv?: MetricsSemconv;
  /** Host to provider name, before the built-in table; a leading `*.` matches subdomains. `LLM_OTEL_PROVIDER_HOSTS=llm.corp.example=openai,*.gw.example=groq` */
  providerHosts?: Readonly<Record<string, string>>;
  /** `own`: one chat span, ours, instead of the one that `@anthropic-ai/sdk` >= 0.134 makes. `native`: its span stays and gets cost and finish reasons. Default `own`. `LLM_OTEL_ANTHROPIC_NATIVE` */
  anthropicNative?: NativeTracing;
  /** Record what a call costs (USD, tokens at list price), where that is known for sure. Default `true`. `LLM_OTEL_COST` */
  cost?: boolean;
  /** Prices that go before the built-in ones, or the path of a JSON file that holds them. `LLM_OTEL_PRICES=prices.json` */
  prices?: Prices | string;
  /** On every LLM span, not on metrics. `LLM_OTEL_ATTRIBUTES=team=ml,env=prod`, percent-encoded */
  attributes?: CustomAttributes;
  /** Entries of W3C baggage that become attributes of LLM spans; a last `*` stands for any end. Default none. `LLM_OTEL_BAGGAGE_KEYS=user.id,app.*` */
  baggageKeys?: readonly string[];
}

/** Every option resolved: what the instrumentations read. Frozen. */
export type Config = Readonly<
  Required<Omit<LlmOtelOptions, 'redact' | 'attributes'>> & { redact: RedactHook | undefined; attributes: Attributes }
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
  metricsSemconv: 'latest',
  providerHosts: {},
  anthropicNative: 'own',
  cost: true,
  prices: {},
  attributes: {},
  baggageKeys: [],
} as const satisfies Config;

type Parsed<T> = { readonly value: T } | { readonly problem: string };
type Parse<T> = (raw: unknown) => Parsed<T>;

const ok = <T>(value: T): Parsed<T> => ({ value });

/** Not what an object literal inherits: somebody's variable may well say `constructor`. */
const ownValue = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

const boolean: Parse<boolean> = (raw) => {
  if (typeof raw === 'boolean') return ok(raw);
  const text = String(raw).trim().toLowerCase();
  if (text === 'true' || text === '1') return ok(true);
  if (text === 'false' || text === '0') return ok(false);
  return { problem: 'expected true or false' };
};

const integer =
  (least: number, most: number): Parse<number> =>
  (raw) => {
    const n = typeof raw === 'number' ? raw : Number(String(raw).trim() || 'x');
    if (Number.isInteger(n) && n >= least && n <= most) return ok(n);
    return { problem: `expected a whole number from ${least} to ${most}` };
  };

const oneOf =
  <T extends string>(values: readonly T[], aliases: Readonly<Record<string, T>> = {}): Parse<T> =>
  (raw) => {
    const text = String(raw).trim();
    const found = values.find((v) => v.toLowerCase() === text.toLowerCase()) ?? ownValue(aliases, text.toLowerCase());
    return found === undefined ? { problem: `expected one of ${values.join(', ')}` } : ok(found);
  };

const hosts: Parse<Readonly<Record<string, string>>> = (raw) => {
  const entries: [string, unknown][] =
    typeof raw === 'object' && raw !== null
      ? Object.entries(raw)
      : String(raw)
          .split(',')
          .filter((pair) => pair.trim() !== '')
          .map((pair) => {
            const at = pair.indexOf('=');
            return [pair.slice(0, at < 0 ? pair.length : at).trim(), at < 0 ? '' : pair.slice(at + 1).trim()];
          });
  for (const [host, name] of entries)
    if (host === '' || typeof name !== 'string' || name === '') return { problem: 'expected host=provider pairs' };
  return ok(Object.freeze(Object.fromEntries(entries.map(([h, n]) => [h.toLowerCase(), String(n)]))));
};

/** Each price is checked when the first one is needed, so that a process that makes no call reads no file. */
const prices: Parse<Prices | string> = (raw) => {
  if (typeof raw === 'string' && raw.trim() !== '') return ok(raw.trim());
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return ok(raw as Prices);
  return { problem: 'expected prices by model or the path of a JSON file' };
};

/** What is wrong with one of them is said where it is left out. */
const attributes: Parse<Attributes> = (raw) => {
  if (typeof raw === 'string') return ok(Object.freeze(parseAttributes(raw, 'LLM_OTEL_ATTRIBUTES') ?? {}));
  if (typeof raw !== 'object' || Array.isArray(raw)) return { problem: 'expected an object of attributes' };
  return ok(Object.freeze(cleanAttributes(raw, 'option attributes') ?? {}));
};

const keys: Parse<readonly string[]> = (raw) => {
  const list: readonly unknown[] = typeof raw === 'string' ? raw.split(',').filter((key) => key.trim()) : [raw].flat();
  const names = list.map((key) => (typeof key === 'string' ? key.trim() : ''));
  if (names.some((key) => !/^[^*]+\*?$|^\*$/.test(key)))
    return { problem: 'expected names, at most one * at the end of each' };
  const reserved = names.find(isReserved);
  return reserved === undefined
    ? ok(Object.freeze(names))
    : { problem: `${reserved} is recorded from the call itself` };
};

const hook: Parse<RedactHook | undefined> = (raw) =>
  typeof raw === 'function' ? ok(raw as RedactHook) : { problem: 'expected a function' };

const CAPTURE = ['NO_CONTENT', 'SPAN_ONLY', 'EVENT_ONLY', 'SPAN_AND_EVENT'] as const;

/** One row an option: how it is read and which variable names it. */
const FIELDS: { readonly [K in keyof Config]: { readonly env?: string; readonly parse: Parse<Config[K]> } } = {
  enabled: { env: 'LLM_OTEL_ENABLED', parse: boolean },
  captureContent: {
    env: 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
    parse: oneOf(CAPTURE, { true: 'SPAN_ONLY', false: 'NO_CONTENT' }),
  },
  contentMaxPartBytes: { env: 'LLM_OTEL_CONTENT_MAX_PART_BYTES', parse: integer(64, 16_777_216) },
  contentMaxBytes: { env: 'LLM_OTEL_CONTENT_MAX_BYTES', parse: integer(1024, 67_108_864) },
  captureToolSchemas: { env: 'LLM_OTEL_CAPTURE_TOOL_SCHEMAS', parse: boolean },
  captureMedia: { env: 'LLM_OTEL_CAPTURE_MEDIA', parse: boolean },
  redactPatterns: { env: 'LLM_OTEL_REDACT', parse: boolean },
  redact: { parse: hook },
  chunkEvents: { env: 'LLM_OTEL_CHUNK_EVENTS', parse: integer(0, 1024) },
  streamIdleTimeout: { env: 'LLM_OTEL_STREAM_IDLE_TIMEOUT', parse: integer(0, 2_147_483_647) },
  metricsSemconv: { env: 'LLM_OTEL_METRICS_SEMCONV', parse: oneOf(['latest', 'dup', 'v1.41'] as const) },
  providerHosts: { env: 'LLM_OTEL_PROVIDER_HOSTS', parse: hosts },
  anthropicNative: { env: 'LLM_OTEL_ANTHROPIC_NATIVE', parse: oneOf(['own', 'native'] as const) },
  cost: { env: 'LLM_OTEL_COST', parse: boolean },
  prices: { env: 'LLM_OTEL_PRICES', parse: prices },
  attributes: { env: 'LLM_OTEL_ATTRIBUTES', parse: attributes },
  baggageKeys: { env: 'LLM_OTEL_BAGGAGE_KEYS', parse: keys },
};

/**
 * Options and environment to one frozen {@link Config}. Never throws: what cannot be used is warned about (name,
 * value, what is used instead) and falls back to the next source.
 */
export function resolveConfig(
  options: LlmOtelOptions = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
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
  if (variable !== undefined && env[variable]?.trim() !== '') sources.push([variable, env[variable]]);
  for (const [i, [source, raw]] of sources.entries()) {
    if (raw === undefined || raw === null) continue;
    const parsed = parseSafely(parse, raw);
    if ('value' in parsed) return parsed.value;
    const next = sources[i + 1]?.[1] !== undefined ? sources[i + 1]?.[0] : `the default ${show(DEFAULTS[name])}`;
    warnOnce(`${source}: ${show(raw)} cannot be used, ${parsed.problem}; using ${next} instead.`);
  }
  return DEFAULTS[name];
}

function given(options: LlmOtelOptions, name: keyof Config): unknown {
  try {
    return options[name];
  } catch {
    return undefined; // a getter of the application's
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
