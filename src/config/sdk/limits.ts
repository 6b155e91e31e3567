import { type Env, envValue, hasEnvValue } from '../env.ts';
import { integerInRange } from '../parsers.ts';

const COUNT = integerInRange(0);
const SPAN_ATTRIBUTES = ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'];
const SPAN_EVENTS = ['OTEL_SPAN_EVENT_COUNT_LIMIT'];

/** Limits of spans; Infinity stands for no limit. */
export interface SpanLimits {
  readonly attributeValueLengthLimit: number;
  readonly attributeCountLimit: number;
  readonly eventCountLimit: number;
  readonly linkCountLimit: number;
  readonly attributePerEventCountLimit: number;
  readonly attributePerLinkCountLimit: number;
  /** Limits that are higher for spans of this package. */
  readonly own: { readonly attributeCountLimit?: number; readonly eventCountLimit?: number };
}

/** Limits of log records; Infinity stands for no limit. */
export interface LogLimits {
  readonly attributeCountLimit: number;
  readonly attributeValueLengthLimit: number;
}

/** Reads the limits of spans. */
export function spanLimits(env: Env): SpanLimits {
  const count = (names: readonly string[], fallback = 128): number => envValue(env, names, COUNT, fallback);
  return {
    attributeValueLengthLimit: count(
      ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
      Number.POSITIVE_INFINITY,
    ),
    attributeCountLimit: count(SPAN_ATTRIBUTES),
    eventCountLimit: count(SPAN_EVENTS),
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
 * Limits for spans of this package where the user sets no usable limit. The SDK drops the attributes that are set last, which
 * are the `gen_ai.*` attributes of a call with many custom attributes. A span needs room for 1,024 chunk events.
 */
function ownLimits(env: Env): SpanLimits['own'] {
  return {
    ...(hasEnvValue(env, SPAN_ATTRIBUTES, COUNT) ? {} : { attributeCountLimit: 2048 }),
    ...(hasEnvValue(env, SPAN_EVENTS, COUNT) ? {} : { eventCountLimit: 2048 }),
  };
}

/** Reads the limits of log records. */
export function logLimits(env: Env): LogLimits {
  return {
    attributeCountLimit: envValue(
      env,
      ['OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
      COUNT,
      128,
    ),
    attributeValueLengthLimit: envValue(
      env,
      ['OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
      COUNT,
      Number.POSITIVE_INFINITY,
    ),
  };
}
