/** Pipelines in code: the model of a configuration file in camelCase; exporters have the names of the file. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { warnOnce } from '../../runtime/log.ts';
import type { Env } from '../env.ts';
import { UnusableData } from '../sampling/data-fields.ts';
import { readTail, type TailSettings } from '../sampling/tail-settings.ts';
import type { ExporterSettings } from '../sdk/exporter-settings.ts';
import { otlpTarget, zipkinTarget } from '../sdk/otlp-endpoint.ts';
import type {
  BatchSettings,
  BreakerSettings,
  PipelineSettings,
  RetrySettings,
  SpoolSettings,
} from '../sdk/pipeline-settings.ts';
import { BREAKER_DEFAULTS, SPOOL_DEFAULTS } from '../sdk/pipeline-settings.ts';
import { readPipelines, spoolFor, uniqueName } from '../sdk/read-pipelines.ts';
import { showValue } from '../unusable-value.ts';
import { registeredExporter, registeredExporterNames } from './registered-exporters.ts';

/** Options of the OTLP exporters. */
export interface OtlpOptions {
  /** Over HTTP the whole address: `https://collector.example/v1/traces`. */
  readonly endpoint?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly compression?: 'gzip' | 'none';
  /** Milliseconds of an export, retries included. Default 10,000. */
  readonly timeout?: number;
  /** Only `otlp_http`. */
  readonly encoding?: 'protobuf' | 'json';
}

/** One exporter: exactly one key. A further key is a name of `registerExporter()`, with the options of the exporter. */
export interface ExporterOption {
  readonly otlp_http?: OtlpOptions;
  readonly otlp_grpc?: OtlpOptions;
  readonly console?: object;
  /** OTLP JSON on stdout, or in the file that `outputStream` names as a `file:` URL. */
  readonly 'otlp_file/development'?: { readonly outputStream?: string };
  readonly zipkin?: { readonly endpoint?: string; readonly timeout?: number };
  readonly llm_otel_file?: {
    readonly path: string;
    readonly maxBytes?: number;
    readonly maxFiles?: number;
    readonly maxAge?: number | null;
  };
  /** Keeps the last spans in memory, for `finishedSpans()`. */
  readonly llm_otel_memory?: { readonly maxItems?: number };
  readonly llm_otel_module?: { readonly module: string; readonly options?: unknown };
  readonly [registered: string]: unknown;
}

/** Where requests wait that could not be sent. */
export type SpoolOption = Partial<SpoolSettings> & { readonly directory: string };

/** Tail decisions, as a configuration file has them. The first policy that says something decides. */
export type TailOption = Partial<TailSettings>;

/** A pipeline: queue, retry, breaker, spool and one exporter. What is not set has the default of the configuration file. */
export interface TelemetryPipeline {
  /** At most 40 of the characters a-z, 0-9, `_` and `-`. Default: the name of the exporter. */
  readonly name?: string;
  /** Default `traces`. */
  readonly signal?: 'traces' | 'logs';
  readonly batch?: Partial<BatchSettings>;
  readonly maxRequestSize?: number;
  readonly retry?: Partial<RetrySettings>;
  /** `null`: no breaker. */
  readonly breaker?: Partial<BreakerSettings> | null;
  readonly spool?: SpoolOption | null;
  /** Which traces are kept, decided when their spans have ended. `null`: `LLM_OTEL_TAIL` does not hold. Only traces. */
  readonly tail?: TailOption | null;
  readonly exporter: ExporterOption;
}

const NAME = /^[a-z0-9_-]{1,40}$/;

/** Why an option cannot be used: leaves a pipeline out. */
class UnusableOption extends Error {}

type Options = Readonly<Record<string, unknown>>;
type Signal = 'traces' | 'logs';

/** Reads the pipelines of one signal. A pipeline that cannot be used is reported once and left out. */
export function readPipelineOptions(list: readonly TelemetryPipeline[], signal: Signal, env: Env): PipelineSettings[] {
  const found: PipelineSettings[] = [];
  for (const [index, one] of list.entries()) {
    try {
      if (one !== null && typeof one === 'object') {
        if ((one.signal ?? 'traces') === signal) found.push(readPipeline(one, signal, env, found));
      } else throw new UnusableOption(`expected an object, got ${showValue(one)}`);
    } catch (error) {
      if (!(error instanceof UnusableOption)) throw error;
      warnOnce(`option pipelines[${index}]: ${error.message}; the pipeline is left out.`);
    }
  }
  return found;
}

function readPipeline(
  one: TelemetryPipeline,
  signal: Signal,
  env: Env,
  before: readonly PipelineSettings[],
): PipelineSettings {
  const [kind, exporter] = readExporter(one.exporter, signal);
  const name = one.name ?? uniqueName(kind, before);
  if (typeof name !== 'string' || !NAME.test(name))
    throw new UnusableOption(`name: expected 1 to 40 of the characters a-z, 0-9, _ and -, got ${showValue(name)}`);
  if (before.some((other) => other.name === name)) throw new UnusableOption(`the name ${name} is given twice`);
  // A spool that the variables name is left out without a warning where the options name the spool.
  const [base] = readPipelines(one.spool === undefined ? env : { ...env, LLM_OTEL_SPOOL: 'off' }, signal, [
    { name, exporter },
  ]);
  if (base === undefined) throw new UnusableOption('no exporter');
  const spool = one.spool === undefined ? base.spool : one.spool;
  const { tail: variable, ...rest } = base;
  const tail = one.tail === undefined ? variable : tailOf(one.tail, signal);
  return {
    ...rest,
    ...(tail === undefined ? {} : { tail }),
    maxRequestSize: one.maxRequestSize ?? base.maxRequestSize,
    batch: merged(base.batch, one.batch),
    retry: merged(base.retry, one.retry),
    breaker: one.breaker === null ? null : merged(base.breaker ?? BREAKER_DEFAULTS, one.breaker, base.breaker),
    spool: spool === null ? null : spoolFor(readSpool(spool), exporter, name),
  };
}

function tailOf(option: TailOption | null, signal: Signal): TailSettings | undefined {
  if (option === null) return undefined;
  if (signal !== 'traces') throw new UnusableOption('tail: only traces have tail decisions');
  try {
    return readTail(option, ['tail']);
  } catch (error) {
    throw error instanceof UnusableData ? new UnusableOption(error.message) : error;
  }
}

function readSpool({ directory, ...rest }: SpoolOption): SpoolSettings {
  return {
    directory: resolve(filled('spool.directory', directory)),
    ...merged<Omit<SpoolSettings, 'directory'>>(SPOOL_DEFAULTS, rest),
  };
}

/** `settings` with the entries of `changes`, each of the type of the setting. */
function merged<T extends object>(settings: T, changes: Partial<T> | undefined, unchanged: T | null = settings): T {
  if (changes === undefined) return unchanged as T;
  for (const [key, value] of Object.entries(changes)) {
    const current = (settings as Options)[key];
    const isSameType =
      current === null || value === null ? typeof (value ?? 0) === 'number' : typeof value === typeof current;
    const isNumber = typeof value !== 'number' || (Number.isFinite(value) && value >= 0);
    if (!(key in settings) || !isSameType || !isNumber)
      throw new UnusableOption(
        `${key}: ${showValue(value)} cannot be used; expected ${Object.keys(settings).join(', ')}, each of the type of its default`,
      );
  }
  return { ...settings, ...changes };
}

function readExporter(option: ExporterOption, signal: Signal): [kind: string, settings: ExporterSettings] {
  const keys = option !== null && typeof option === 'object' ? Object.keys(option) : [];
  const [key = ''] = keys;
  if (keys.length !== 1)
    throw new UnusableOption(
      `exporter: expected an object with one key, as in { otlp_http: {} }, got ${showValue(option)}`,
    );
  const read = Object.hasOwn(EXPORTERS, key) ? EXPORTERS[key as keyof typeof EXPORTERS] : undefined;
  const options = (option[key] ?? {}) as Options;
  if (read !== undefined) return [key.replace(/\/.*$/, ''), read(options, signal)];
  if (registeredExporter(key) !== undefined) return [key, { kind: 'registered', name: key, options }];
  const names = [...Object.keys(EXPORTERS), ...registeredExporterNames()].join(', ');
  throw new UnusableOption(`exporter: ${showValue(key)} is not known; expected ${names}`);
}

/** How each exporter of the configuration file is read. */
const EXPORTERS = {
  otlp_http: (options, signal) => otlp(options, signal, options.encoding === 'json' ? 'http/json' : 'http/protobuf'),
  otlp_grpc: (options, signal) => otlp(options, signal, 'grpc'),
  console: () => ({ kind: 'console' }),
  'otlp_file/development': ({ outputStream = 'stdout' }) => ({
    kind: 'otlp_file',
    path: outputStream === 'stdout' ? null : filePath(outputStream),
    maxBytes: null,
    maxFiles: 1,
    maxAge: null,
  }),
  zipkin: ({ endpoint, timeout }) => ({
    kind: 'zipkin',
    target: zipkinTarget({
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: url(endpoint),
      OTEL_EXPORTER_ZIPKIN_TIMEOUT: positive('timeout', timeout)?.toString(),
    }),
  }),
  llm_otel_file: ({ path, maxBytes, maxFiles, maxAge }) => ({
    kind: 'otlp_file',
    path: resolve(filled('path', path)),
    maxBytes: positive('maxBytes', maxBytes) ?? 104_857_600,
    maxFiles: positive('maxFiles', maxFiles) ?? 5,
    maxAge: positive('maxAge', maxAge) ?? null,
  }),
  llm_otel_memory: ({ maxItems }) => ({ kind: 'memory', maxItems: positive('maxItems', maxItems) ?? 10_000 }),
  llm_otel_module: ({ module, options }) => ({
    kind: 'module',
    module: filled('module', module),
    from: process.cwd(),
    options,
  }),
} as const satisfies Record<string, (options: Options, signal: Signal) => ExporterSettings>;

function otlp(options: Options, signal: Signal, protocol: string): ExporterSettings {
  const name = (end: string): string => `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${end}`;
  const headers = Object.entries((options.headers ?? {}) as Record<string, string>);
  return {
    kind: 'otlp',
    ...otlpTarget(
      {
        [name('PROTOCOL')]: protocol,
        [name('ENDPOINT')]: url(options.endpoint),
        [name('COMPRESSION')]: options.compression === 'gzip' ? 'gzip' : 'none',
        [name('TIMEOUT')]: positive('timeout', options.timeout)?.toString(),
        [name('HEADERS')]: headers
          .map((pair) => pair.map((text) => encodeURIComponent(String(text))).join('='))
          .join(','),
      },
      signal,
    ),
  };
}

function url(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && URL.canParse(value) && /^https?:/i.test(value)) return value;
  // Without the address: a part of the address may be a password.
  throw new UnusableOption('endpoint: expected a URL that starts with http:// or https://');
}

function filePath(value: unknown): string {
  if (typeof value === 'string' && value.startsWith('file:') && URL.canParse(value)) return fileURLToPath(value);
  throw new UnusableOption('outputStream: expected stdout, or a URL such as file:///var/log/spans.jsonl');
}

function filled(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new UnusableOption(`${name}: expected a text, got ${showValue(value)}`);
}

function positive(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new UnusableOption(`${name}: expected a whole number of at least 1, got ${showValue(value)}`);
}
