import type { LogLimits, SpanLimits } from '../../sdk/limits.ts';
import type { Section } from './section.ts';

/**
 * Reads `limits` of a tracer provider; `general` is `attribute_limits`. The spans of this package have higher limits where
 * the file has no numbers, for the reason that src/config/limits.ts gives.
 */
export function mapSpanLimits(limits: Section, general: Section): SpanLimits {
  const attributes = limits.number('attribute_count_limit', general.number('attribute_count_limit', undefined));
  const events = limits.number('event_count_limit', undefined);
  return {
    attributeValueLengthLimit: lengthIn(limits, general),
    attributeCountLimit: attributes ?? 128,
    eventCountLimit: events ?? 128,
    linkCountLimit: limits.number('link_count_limit', 128),
    attributePerEventCountLimit: limits.number('event_attribute_count_limit', 128),
    attributePerLinkCountLimit: limits.number('link_attribute_count_limit', 128),
    own: {
      ...(attributes === undefined ? { attributeCountLimit: 2048 } : {}),
      ...(events === undefined ? { eventCountLimit: 2048 } : {}),
    },
  };
}

/** Reads `limits` of a logger provider; `general` is `attribute_limits`. */
export function mapLogLimits(limits: Section, general: Section): LogLimits {
  return {
    attributeCountLimit: limits.number('attribute_count_limit', general.number('attribute_count_limit', 128)),
    attributeValueLengthLimit: lengthIn(limits, general),
  };
}

const lengthIn = (limits: Section, general: Section): number => {
  const key = 'attribute_value_length_limit';
  return limits.number(key, general.number(key, Number.POSITIVE_INFINITY));
};
