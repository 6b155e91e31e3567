import type { Attributes } from '@opentelemetry/api';
import type { Env } from '../env.ts';
import type { TailSettings } from '../sampling/tail-settings.ts';
import type { Signal } from './export-target.ts';
import type { ExporterSettings } from './exporter-settings.ts';
import type { ModuleName } from './module-name.ts';

/** How finished items are gathered into requests. Sizes in bytes, times in milliseconds. */
export interface BatchSettings {
  /** Longest time that an item waits for others. */
  readonly scheduleDelay: number;
  /** Time after which an exporter that is not ours counts as failed. */
  readonly exportTimeout: number;
  /** Most items that wait; null: bounded by bytes alone. */
  readonly maxQueueSize: number | null;
  /** Most items in one request. */
  readonly maxExportBatchSize: number;
  /** Most bytes that wait or are on their way. */
  readonly maxQueueBytes: number;
  /** What is lost when a bound is reached: the item that comes, or the items that have waited longest. */
  readonly overflow: 'drop_newest' | 'drop_oldest';
  /** Batch size and delay follow the load. */
  readonly adaptive: boolean;
  /** Most requests on their way at once. */
  readonly maxConcurrentExports: number;
}

/** Tries after the first, for requests that got no answer or a retryable one. */
export interface RetrySettings {
  readonly initialInterval: number;
  readonly multiplier: number;
  readonly maxInterval: number;
  readonly maxAttempts: number;
}

/** When a pipeline stops to send to a backend that fails. */
export interface BreakerSettings {
  /** Exports without success in a row that open the breaker. */
  readonly failures: number;
  readonly openFor: number;
  readonly maxOpenFor: number;
}

/** Requests on disk. */
export interface SpoolSettings {
  readonly directory: string;
  /** `fallback` keeps requests that could not be sent; `write_ahead` keeps every request until the answer. */
  readonly mode: 'fallback' | 'write_ahead';
  readonly maxBytes: number;
  /** Age after which a request is dropped. */
  readonly maxAge: number;
  /** Survive a power loss. */
  readonly fsync: boolean;
  /** A module with `encode(Buffer)` and `decode(Buffer)`; null: requests stand on the disk as the backend gets the requests. */
  readonly encryption: ModuleName | null;
}

/** What steps are read with. */
export interface StepSources {
  /** Variables that steps name, and `LLM_OTEL_HASH_KEY`. */
  readonly env: Env;
  /** Folder from which modules are searched. */
  readonly folder: string;
}

/** One pipeline: steps, queue, retry, breaker, spool and exactly one exporter. */
export interface PipelineSettings {
  readonly name: string;
  readonly signal: Signal;
  readonly batch: BatchSettings;
  /** Largest request before compression. */
  readonly maxRequestSize: number;
  readonly retry: RetrySettings;
  readonly breaker: BreakerSettings | null;
  readonly spool: SpoolSettings | null;
  readonly exporter: ExporterSettings;
  /** Attributes that this pipeline adds to the resource. */
  readonly resourceAttributes?: Attributes;
  /** What happens to items with their batch, as a configuration file has the steps. */
  readonly steps?: readonly unknown[];
  readonly stepSources?: StepSources;
  /** Which traces are kept when their spans have ended; only traces. */
  readonly tail?: TailSettings;
}

/** 64 MiB, or a sixteenth of the memory that the process is limited to, where that is less. */
export function defaultQueueBytes(constrainedMemory: number | undefined): number {
  const most = 67_108_864;
  if (constrainedMemory === undefined || constrainedMemory <= 0) return most;
  return Math.min(most, Math.floor(constrainedMemory / 16));
}

/** Milliseconds until a batch that is not full is sent. */
export const SCHEDULE_DELAYS = { traces: 5000, logs: 1000 } as const;

/** Defaults of spans; log records wait as long as {@link SCHEDULE_DELAYS} says. */
export const BATCH_DEFAULTS = {
  scheduleDelay: SCHEDULE_DELAYS.traces,
  exportTimeout: 30_000,
  maxQueueSize: null,
  maxExportBatchSize: 512,
  maxQueueBytes: 67_108_864,
  overflow: 'drop_newest',
  adaptive: false,
  maxConcurrentExports: 30,
} as const satisfies BatchSettings;

/** Bounds and times of requests on disk. */
export const SPOOL_DEFAULTS = {
  mode: 'fallback',
  maxBytes: 268_435_456,
  maxAge: 86_400_000,
  fsync: false,
  encryption: null,
} as const satisfies Omit<SpoolSettings, 'directory'>;

/** Five tries after the first. */
export const RETRY_DEFAULTS = {
  initialInterval: 1000,
  multiplier: 1.5,
  maxInterval: 5000,
  maxAttempts: 5,
} as const satisfies RetrySettings;

/** Five failures in a row stop a pipeline for five seconds. */
export const BREAKER_DEFAULTS = {
  failures: 5,
  openFor: 5000,
  maxOpenFor: 30_000,
} as const satisfies BreakerSettings;

/** Largest request in bytes before compression: the limit of gRPC receivers. */
export const MAX_REQUEST_SIZE = 4_194_304;
