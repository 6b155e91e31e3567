/** Pipelines in code: the model of a configuration file in camelCase; exporters have the names of the file. */
import type { TailSettings } from '../sampling/tail-settings.ts';
import type { BatchSettings, BreakerSettings, RetrySettings } from '../sdk/pipeline-settings.ts';
import type { StepOption } from './step-option.ts';

/** Options of the OTLP exporters. */
export interface OtlpOptions {
  /** Over HTTP the whole address: `https://collector.example/v1/traces`. */
  readonly endpoint?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly compression?: 'gzip' | 'none';
  /** Milliseconds of an export, retries included. Default 10,000. */
  readonly timeout?: number;
  /** Paths of files in PEM format. */
  readonly tls?: {
    readonly caFile?: string;
    readonly keyFile?: string;
    readonly certFile?: string;
    /** Only `otlp_grpc`: an address without a scheme is without TLS. */
    readonly insecure?: boolean;
  };
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
  /** Prints model calls as a tree. */
  readonly llm_otel_console?: {
    readonly output?: 'stderr' | 'stdout' | 'json';
    readonly width?: number;
    readonly all?: boolean;
    readonly wait?: number;
  };
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

/** Where requests wait that could not be sent. Sizes in bytes, times in milliseconds. */
export interface SpoolOption {
  readonly directory: string;
  /** `fallback` keeps requests that could not be sent; `write_ahead` keeps every request until the answer. Default `fallback`. */
  readonly mode?: 'fallback' | 'write_ahead';
  /** Default 268,435,456. */
  readonly maxBytes?: number;
  /** Age after which a request is dropped. Default 86,400,000. */
  readonly maxAge?: number;
  /** Survive a power loss. Default `false`. */
  readonly fsync?: boolean;
  /** A module with `encode(Buffer)` and `decode(Buffer)`. */
  readonly encryption?: { readonly module: string } | null;
}

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
  /** What happens to items on a copy, before they are exported; after the steps of `LLM_OTEL_STEPS_*`. */
  readonly steps?: readonly StepOption[];
  /** Which traces are kept, decided when their spans have ended. `null`: `LLM_OTEL_TAIL` does not hold. Only traces. */
  readonly tail?: TailOption | null;
  readonly exporter: ExporterOption;
}
