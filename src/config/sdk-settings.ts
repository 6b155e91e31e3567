import { choice, type Env, hasCount, list, number, warnValue } from './env.ts';

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
