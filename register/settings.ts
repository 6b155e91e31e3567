import { choice, type Env, hasCount, list, number, warnValue } from './env.ts';

/** Where each signal goes; an empty list turns the signal off. */
export interface Exporters {
  readonly traces: readonly ('otlp' | 'console' | 'zipkin')[];
  readonly metrics: readonly ('otlp' | 'prometheus' | 'console')[];
  readonly logs: readonly ('otlp' | 'console')[];
}

/** How finished spans or log records are gathered into requests. */
export interface BatchLimits {
  readonly maxQueue: number;
  readonly maxBatch: number;
  readonly delayMs: number;
}

/**
 * When the SDK that comes with the package runs (`LLM_OTEL_SDK`).
 * - `auto` (default): from the start, until the application registers an SDK of its own, which then gets everything.
 * - `eager`: from the start and to the end; the application's own registration is refused, as OpenTelemetry does with a second one.
 * - `lazy`: from the first span, meter or log record on, if nobody has registered an SDK by then; stands down like `auto`.
 * - `off`: never; calls are instrumented and go to whatever SDK the application registers.
 */
export type SdkMode = 'auto' | 'eager' | 'lazy' | 'off';

/** Reads {@link SdkMode}. */
export function sdkMode(env: Env): SdkMode {
  return choice(env, ['LLM_OTEL_SDK'], ['auto', 'eager', 'lazy', 'off'], 'auto');
}

/** Reads the exporter lists. Warns about what cannot be used. */
export function exporters(env: Env): Exporters {
  const otlp = ['otlp'] as const;
  return {
    traces: list(env, 'OTEL_TRACES_EXPORTER', ['otlp', 'console', 'zipkin'], otlp, {
      jaeger: 'otlp',
      logging: 'console',
    }),
    metrics: list(env, 'OTEL_METRICS_EXPORTER', ['otlp', 'prometheus', 'console'], otlp, { logging: 'console' }),
    logs: list(env, 'OTEL_LOGS_EXPORTER', ['otlp', 'console'], otlp, { logging: 'console' }),
  };
}

/** Reads `OTEL_BSP_*` or `OTEL_BLRP_*`. */
export function batchLimits(env: Env, prefix: 'OTEL_BSP' | 'OTEL_BLRP'): BatchLimits {
  const maxQueue = number(env, [`${prefix}_MAX_QUEUE_SIZE`], { least: 1 }, 2048);
  const wanted = number(env, [`${prefix}_MAX_EXPORT_BATCH_SIZE`], { least: 1 }, Math.min(512, maxQueue));
  if (wanted > maxQueue)
    warnValue(`${prefix}_MAX_EXPORT_BATCH_SIZE`, String(wanted), 'it is more than the queue holds', String(maxQueue));
  return {
    maxQueue,
    maxBatch: Math.min(wanted, maxQueue),
    delayMs: number(
      env,
      [`${prefix}_SCHEDULE_DELAY`],
      { least: 0, most: 2_147_483_647 },
      prefix === 'OTEL_BSP' ? 5000 : 1000,
    ),
  };
}

/** The metric reader's period and patience. */
export function metricInterval(env: Env): { intervalMs: number; timeoutMs: number } {
  const intervalMs = number(env, ['OTEL_METRIC_EXPORT_INTERVAL'], { least: 1, most: 2_147_483_647 }, 60_000);
  const timeoutMs = number(
    env,
    ['OTEL_METRIC_EXPORT_TIMEOUT'],
    { least: 1, most: 2_147_483_647 },
    Math.min(30_000, intervalMs),
  );
  if (timeoutMs > intervalMs)
    warnValue('OTEL_METRIC_EXPORT_TIMEOUT', String(timeoutMs), 'it is longer than the interval', String(intervalMs));
  return { intervalMs, timeoutMs: Math.min(timeoutMs, intervalMs) };
}

/** Limits of spans; Infinity where there is none. */
export function spanLimits(env: Env) {
  const count = (names: readonly string[], fallback = 128): number => number(env, names, { least: 0 }, fallback);
  return {
    attributeValueLengthLimit: count(
      ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
      Number.POSITIVE_INFINITY,
    ),
    attributeCountLimit: count(['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT']),
    eventCountLimit: count(['OTEL_SPAN_EVENT_COUNT_LIMIT']),
    linkCountLimit: count(['OTEL_SPAN_LINK_COUNT_LIMIT']),
    attributePerEventCountLimit: count([
      'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
      'OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT',
    ]),
    attributePerLinkCountLimit: count(['OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 'OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT']),
  };
}

/**
 * Counts for the spans of this package where the user has set none that can be used: a call with many custom attributes must not lose
 * its `gen_ai.*` ones, which are set last, and as many chunk events as can be asked for must fit.
 */
export function roomierLimits(env: Env): { attributeCountLimit?: number; eventCountLimit?: number } {
  const attributes = hasCount(env, 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT');
  return {
    ...(attributes ? {} : { attributeCountLimit: 2048 }),
    ...(hasCount(env, 'OTEL_SPAN_EVENT_COUNT_LIMIT') ? {} : { eventCountLimit: 2048 }),
  };
}

/** Limits of log records. */
export function logLimits(env: Env): { attributeCountLimit: number; attributeValueLengthLimit: number } {
  return {
    attributeCountLimit: number(
      env,
      ['OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
      { least: 0 },
      128,
    ),
    attributeValueLengthLimit: number(
      env,
      ['OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
      { least: 1 },
      Number.POSITIVE_INFINITY,
    ),
  };
}
