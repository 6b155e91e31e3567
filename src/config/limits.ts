import { type Env, envNumber, hasCount } from './env.ts';

/** Limits of spans; Infinity where there is none. */
export interface SpanLimits {
  readonly attributeValueLengthLimit: number;
  readonly attributeCountLimit: number;
  readonly eventCountLimit: number;
  readonly linkCountLimit: number;
  readonly attributePerEventCountLimit: number;
  readonly attributePerLinkCountLimit: number;
  /** Limits of the spans of this package, where they differ from the limits above. */
  readonly own: { readonly attributeCountLimit?: number; readonly eventCountLimit?: number };
}

/** Limits of log records; Infinity where there is none. */
export interface LogLimits {
  readonly attributeCountLimit: number;
  readonly attributeValueLengthLimit: number;
}

/** Reads the limits of spans. */
export function spanLimits(env: Env): SpanLimits {
  const count = (names: readonly string[], fallback = 128): number => envNumber(env, names, { least: 0 }, fallback);
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
    own: ownLimits(env),
  };
}

/**
 * Counts for the spans of this package where the user has set no usable ones: the SDK drops the attributes that are set
 * last, which are the `gen_ai.*` attributes of a call with many custom attributes, and 1,024 chunk events have to fit.
 */
function ownLimits(env: Env): SpanLimits['own'] {
  const attributes = hasCount(env, 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT');
  return {
    ...(attributes ? {} : { attributeCountLimit: 2048 }),
    ...(hasCount(env, 'OTEL_SPAN_EVENT_COUNT_LIMIT') ? {} : { eventCountLimit: 2048 }),
  };
}

/** Reads the limits of log records. */
export function logLimits(env: Env): LogLimits {
  return {
    attributeCountLimit: envNumber(
      env,
      ['OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
      { least: 0 },
      128,
    ),
    attributeValueLengthLimit: envNumber(
      env,
      ['OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
      { least: 0 },
      Number.POSITIVE_INFINITY,
    ),
  };
}
