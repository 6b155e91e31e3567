import { type Env, envChoice, envNumber, envText, warnValue } from './env.ts';
import type { Signal } from './export-target.ts';
import {
  BATCH_DEFAULTS,
  type BatchSettings,
  BREAKER_DEFAULTS,
  type BreakerSettings,
  defaultQueueBytes,
  MAX_REQUEST_SIZE,
  type PipelineSettings,
  RETRY_DEFAULTS,
  type SpoolSettings,
} from './pipeline-settings.ts';
import type { ExporterSettings } from './sdk-settings.ts';

const MOST_MS = 2_147_483_647;
/** Exporters whose requests can stand on a disk. */
const SPOOLED: ReadonlySet<ExporterSettings['kind']> = new Set(['otlp']);

/** Reads the pipelines of one signal: one for each exporter that `names` names. */
export function readPipelines(
  env: Env,
  signal: 'traces' | 'logs',
  exporters: readonly (readonly [name: string, settings: ExporterSettings])[],
): PipelineSettings[] {
  const batch = readBatch(env, signal === 'traces' ? 'OTEL_BSP' : 'OTEL_BLRP');
  const shared = {
    signal,
    maxRequestSize: envNumber(env, ['LLM_OTEL_MAX_REQUEST_SIZE'], { least: 1024 }, MAX_REQUEST_SIZE),
    retry: RETRY_DEFAULTS,
    breaker: readBreaker(env),
  };
  const spool = readSpool(env);
  return exporters.map(([name, exporter]) => ({
    ...shared,
    name: name.replaceAll('/', '-'),
    exporter,
    batch: isImmediate(exporter) ? { ...batch, scheduleDelay: 0 } : batch,
    spool: SPOOLED.has(exporter.kind) ? spool : null,
  }));
}

/** Exporters that a person reads: nothing waits for a batch. */
const isImmediate = ({ kind }: ExporterSettings): boolean => kind === 'console';

/** Reads the time in milliseconds that the end of the process may wait. */
export function readExitTimeout(env: Env): number {
  return envNumber(env, ['LLM_OTEL_EXIT_TIMEOUT'], { least: 0, most: 600_000 }, 1500);
}

function readBatch(env: Env, prefix: 'OTEL_BSP' | 'OTEL_BLRP'): BatchSettings {
  const maxQueueSize = readQueueSize(env, prefix);
  const most = maxQueueSize ?? Number.MAX_SAFE_INTEGER;
  const size = envNumber(env, [`${prefix}_MAX_EXPORT_BATCH_SIZE`], { least: 1 }, Math.min(512, most));
  if (size > most)
    warnValue(`${prefix}_MAX_EXPORT_BATCH_SIZE`, String(size), 'it is more than the queue holds', String(most));
  const delay = prefix === 'OTEL_BSP' ? 5000 : 1000;
  return {
    scheduleDelay: envNumber(env, [`${prefix}_SCHEDULE_DELAY`], { least: 0, most: MOST_MS }, delay),
    exportTimeout: envNumber(
      env,
      [`${prefix}_EXPORT_TIMEOUT`],
      { least: 1, most: MOST_MS },
      BATCH_DEFAULTS.exportTimeout,
    ),
    maxQueueSize,
    maxExportBatchSize: Math.min(size, most),
    maxQueueBytes: envNumber(
      env,
      ['LLM_OTEL_QUEUE_MAX_BYTES'],
      { least: 1024 },
      defaultQueueBytes(process.constrainedMemory?.()),
    ),
    overflow: envChoice(env, ['LLM_OTEL_QUEUE_OVERFLOW'], ['drop_newest', 'drop_oldest'], BATCH_DEFAULTS.overflow),
    adaptive: envChoice(env, ['LLM_OTEL_BATCH_ADAPTIVE'], ['true', 'false'], 'false') === 'true',
    maxConcurrentExports: BATCH_DEFAULTS.maxConcurrentExports,
  };
}

/** A bound by number holds only where the user has set one; the default bound is one of bytes. */
function readQueueSize(env: Env, prefix: 'OTEL_BSP' | 'OTEL_BLRP'): number | null {
  const name = `${prefix}_MAX_QUEUE_SIZE`;
  if (envText(env, name) === undefined) return null;
  const size = envNumber(env, [name], { least: 1 }, 0);
  return size === 0 ? null : size;
}

/** `5,5000`: failures in a row and milliseconds; or `off`. */
function readBreaker(env: Env): BreakerSettings | null {
  const name = 'LLM_OTEL_BREAKER';
  const text = envText(env, name);
  if (text === undefined) return BREAKER_DEFAULTS;
  if (text.toLowerCase() === 'off') return null;
  const [failures = Number.NaN, openFor = Number.NaN, ...more] = text
    .split(',')
    .map((part) => Number(part.trim() || 'x'));
  if (more.length === 0 && isCount(failures) && isCount(openFor))
    return { failures, openFor, maxOpenFor: Math.max(BREAKER_DEFAULTS.maxOpenFor, openFor) };
  const used = `${BREAKER_DEFAULTS.failures},${BREAKER_DEFAULTS.openFor}`;
  warnValue(name, text, 'expected failures and milliseconds, as in 5,5000, or off', used);
  return BREAKER_DEFAULTS;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1 && value <= MOST_MS;

function readSpool(env: Env): SpoolSettings | null {
  const directory = envText(env, 'LLM_OTEL_SPOOL');
  if (directory === undefined || directory.toLowerCase() === 'off') return null;
  return {
    directory,
    mode: envChoice(env, ['LLM_OTEL_SPOOL_MODE'], ['fallback', 'write_ahead'], 'fallback'),
    maxBytes: envNumber(env, ['LLM_OTEL_SPOOL_MAX_BYTES'], { least: 1 }, 268_435_456),
    maxAge: envNumber(env, ['LLM_OTEL_SPOOL_MAX_AGE'], { least: 1 }, 86_400_000),
    fsync: false,
    encryption: null,
  };
}

/** Settings of the pipeline that sends metrics: each reading is a request of its own. */
export function metricsPipeline(env: Env, name: string, exporter: ExporterSettings): PipelineSettings {
  const signal: Signal = 'metrics';
  return {
    name: name.replaceAll('/', '-'),
    signal,
    exporter,
    maxRequestSize: MAX_REQUEST_SIZE,
    retry: RETRY_DEFAULTS,
    breaker: readBreaker(env),
    spool: null,
    batch: { ...BATCH_DEFAULTS, maxExportBatchSize: 1, scheduleDelay: 0 },
  };
}
