import { workingDirectory } from '../../runtime/files/working-directory.ts';
import { warnOnce } from '../../runtime/log.ts';
import { type Env, envText, envValue, hasEnvValue } from '../env.ts';
import { booleanValue, integerInRange, MAX_TIMER_MS, oneOf } from '../parsers.ts';
import { tailOfEnvironment } from '../sampling/tail-settings.ts';
import { readSteps } from '../steps/step-variables.ts';
import { warnUnusable } from '../unusable-value.ts';
import type { Signal } from './export-target.ts';
import type { ExporterSettings } from './exporter-settings.ts';
import {
  BATCH_DEFAULTS,
  type BatchSettings,
  BREAKER_DEFAULTS,
  type BreakerSettings,
  defaultQueueBytes,
  MAX_REQUEST_SIZE,
  type PipelineSettings,
  RETRY_DEFAULTS,
  SCHEDULE_DELAYS,
  SPOOL_DEFAULTS,
  type SpoolSettings,
  type StepSources,
} from './pipeline-settings.ts';
import type { NamedExporter } from './read-exporter.ts';

/** A pipeline without its name and its exporter. */
export type SharedSettings = Omit<PipelineSettings, 'name' | 'exporter'>;

/** Reads what all pipelines of one signal share. */
export function readShared(env: Env, signal: 'traces' | 'logs'): SharedSettings {
  return {
    signal,
    batch: readBatch(env, signal),
    maxRequestSize: envValue(env, ['LLM_OTEL_MAX_REQUEST_SIZE'], integerInRange(1024), MAX_REQUEST_SIZE),
    retry: RETRY_DEFAULTS,
    breaker: readBreaker(env),
    spool: readSpool(env),
    ...withSteps(readSteps(env, signal), stepSources(env)),
  };
}

/** Sources of steps of variables and of code: modules are searched from the working directory. */
export function stepSources(env: Env): StepSources {
  return { env, folder: workingDirectory() };
}

/** Steps and the sources of the steps, or nothing without steps. */
export function withSteps(
  steps: readonly unknown[],
  stepSources: StepSources,
): Pick<PipelineSettings, 'steps' | 'stepSources'> {
  return steps.length === 0 ? {} : { steps, stepSources };
}

/** Whether the requests of an exporter can stand on a disk. */
export const canSpool = ({ kind }: ExporterSettings): boolean => kind === 'otlp';

/** `spool` if the requests of the pipeline `name` can stand on a disk; else null, and a warning says that they cannot. */
export function spoolFor(spool: SpoolSettings | null, exporter: ExporterSettings, name: string): SpoolSettings | null {
  if (spool === null || canSpool(exporter)) return spool;
  warnOnce(`the pipeline ${name} runs without a spool: only requests of OTLP can be kept on disk.`);
  return null;
}

/** `name`, or `name-2`, `name-3` where a pipeline of the same signal has the name. */
function uniqueName(name: string, others: readonly { readonly name: string }[]): string {
  let unique = name;
  for (let i = 2; others.some((other) => other.name === unique); i++) unique = `${name}-${i}`;
  return unique;
}

/** Reads the pipelines of one signal: one for each exporter that `names` names. */
export function readPipelines(
  env: Env,
  signal: 'traces' | 'logs',
  exporters: readonly NamedExporter[],
): PipelineSettings[] {
  const shared = readShared(env, signal);
  const tail = signal === 'traces' ? tailOfEnvironment(env) : undefined;
  const pipelines: PipelineSettings[] = [];
  for (const { name, exporter } of exporters)
    pipelines.push({
      ...shared,
      name: uniqueName(name, pipelines),
      exporter,
      batch: isImmediate(exporter) ? { ...shared.batch, scheduleDelay: 0 } : shared.batch,
      spool: spoolFor(shared.spool, exporter, name),
      ...(tail === undefined ? {} : { tail }),
    });
  return pipelines;
}

const IMMEDIATE: ReadonlySet<ExporterSettings['kind']> = new Set(['console', 'tree', 'memory']);
/** Exporters that a person or a test reads: nothing waits for a batch. */
export const isImmediate = ({ kind }: ExporterSettings): boolean => IMMEDIATE.has(kind);

/** Reads the time in milliseconds that the end of the process may wait. */
export function readExitTimeout(env: Env): number {
  return envValue(env, ['LLM_OTEL_EXIT_TIMEOUT'], integerInRange(0, 600_000), 1500);
}

function readBatch(env: Env, signal: 'traces' | 'logs'): BatchSettings {
  const prefix = signal === 'traces' ? 'OTEL_BSP' : 'OTEL_BLRP';
  const maxQueueSize = readQueueSize(env, prefix);
  const most = maxQueueSize ?? Number.MAX_SAFE_INTEGER;
  const size = envValue(env, [`${prefix}_MAX_EXPORT_BATCH_SIZE`], integerInRange(1), Math.min(512, most));
  if (size > most)
    warnUnusable(`${prefix}_MAX_EXPORT_BATCH_SIZE`, String(size), 'it is more than the queue holds', String(most));
  return {
    scheduleDelay: envValue(
      env,
      [`${prefix}_SCHEDULE_DELAY`],
      integerInRange(0, MAX_TIMER_MS),
      SCHEDULE_DELAYS[signal],
    ),
    exportTimeout: envValue(
      env,
      [`${prefix}_EXPORT_TIMEOUT`],
      integerInRange(1, MAX_TIMER_MS),
      BATCH_DEFAULTS.exportTimeout,
    ),
    maxQueueSize,
    maxExportBatchSize: Math.min(size, most),
    maxQueueBytes: envValue(
      env,
      ['LLM_OTEL_QUEUE_MAX_BYTES'],
      integerInRange(1024),
      defaultQueueBytes(process.constrainedMemory?.()),
    ),
    overflow: envValue(
      env,
      ['LLM_OTEL_QUEUE_OVERFLOW'],
      oneOf(['drop_newest', 'drop_oldest'] as const),
      BATCH_DEFAULTS.overflow,
    ),
    adaptive: envValue(env, ['LLM_OTEL_BATCH_ADAPTIVE'], booleanValue, false),
    maxConcurrentExports: BATCH_DEFAULTS.maxConcurrentExports,
  };
}

/** A bound by number holds only where the user has set one; the default bound is one of bytes. */
function readQueueSize(env: Env, prefix: 'OTEL_BSP' | 'OTEL_BLRP'): number | null {
  const names = [`${prefix}_MAX_QUEUE_SIZE`];
  const size = envValue(env, names, integerInRange(1), Number.POSITIVE_INFINITY);
  return hasEnvValue(env, names, integerInRange(1)) ? size : null;
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
  warnUnusable(name, text, 'expected failures and milliseconds, as in 5,5000, or off', used);
  return BREAKER_DEFAULTS;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1 && value <= MAX_TIMER_MS;

function readSpool(env: Env): SpoolSettings | null {
  const directory = envText(env, 'LLM_OTEL_SPOOL');
  if (directory === undefined || directory.toLowerCase() === 'off') return null;
  return {
    ...SPOOL_DEFAULTS,
    directory,
    mode: envValue(env, ['LLM_OTEL_SPOOL_MODE'], oneOf(['fallback', 'write_ahead'] as const), SPOOL_DEFAULTS.mode),
    maxBytes: envValue(env, ['LLM_OTEL_SPOOL_MAX_BYTES'], integerInRange(1), SPOOL_DEFAULTS.maxBytes),
    maxAge: envValue(env, ['LLM_OTEL_SPOOL_MAX_AGE'], integerInRange(1), SPOOL_DEFAULTS.maxAge),
  };
}

/** Settings of the pipeline that sends metrics: each reading is a request of its own. */
export function metricsPipeline(env: Env, { name, exporter }: NamedExporter): PipelineSettings {
  const signal: Signal = 'metrics';
  return {
    name,
    signal,
    exporter,
    maxRequestSize: MAX_REQUEST_SIZE,
    retry: RETRY_DEFAULTS,
    breaker: readBreaker(env),
    spool: null,
    batch: { ...BATCH_DEFAULTS, maxExportBatchSize: 1, scheduleDelay: 0 },
  };
}
