/** The messages of opentelemetry-proto v1 that the receiver reads, field numbers as in https://github.com/open-telemetry/opentelemetry-proto. */
import type { Field, Message } from './wire.ts';

const one = (name: string, type: Field['type']): Field => ({ name, type });
const many = (name: string, type: Field['type']): Field => ({ name, type, repeated: true });

const anyValue: Message = {
  1: one('stringValue', 'string'),
  2: one('boolValue', 'bool'),
  3: one('intValue', 'int64'),
  4: one('doubleValue', 'double'),
  5: one('arrayValue', () => ({ 1: many('values', () => anyValue) })),
  6: one('kvlistValue', () => ({ 1: many('values', () => keyValue) })),
  7: one('bytesValue', 'bytes'),
};
const keyValue: Message = { 1: one('key', 'string'), 2: one('value', () => anyValue) };
const attributes = many('attributes', () => keyValue);

const resource: Message = { 1: attributes };
const scope: Message = { 1: one('name', 'string'), 2: one('version', 'string'), 3: attributes };

const event: Message = { 1: one('timeUnixNano', 'fixed64'), 2: one('name', 'string'), 3: attributes };
const link: Message = { 1: one('traceId', 'bytes'), 2: one('spanId', 'bytes'), 4: attributes };
const status: Message = { 2: one('message', 'string'), 3: one('code', 'uint') };
const span: Message = {
  1: one('traceId', 'bytes'),
  2: one('spanId', 'bytes'),
  3: one('traceState', 'string'),
  4: one('parentSpanId', 'bytes'),
  5: one('name', 'string'),
  6: one('kind', 'uint'),
  7: one('startTimeUnixNano', 'fixed64'),
  8: one('endTimeUnixNano', 'fixed64'),
  9: attributes,
  10: one('droppedAttributesCount', 'uint'),
  11: many('events', () => event),
  12: one('droppedEventsCount', 'uint'),
  13: many('links', () => link),
  15: one('status', () => status),
};

const logRecord: Message = {
  1: one('timeUnixNano', 'fixed64'),
  2: one('severityNumber', 'uint'),
  3: one('severityText', 'string'),
  5: one('body', () => anyValue),
  6: attributes,
  9: one('traceId', 'bytes'),
  10: one('spanId', 'bytes'),
  11: one('observedTimeUnixNano', 'fixed64'),
  12: one('eventName', 'string'),
};

const times = { 2: one('startTimeUnixNano', 'fixed64'), 3: one('timeUnixNano', 'fixed64') };
const numberPoint: Message = { ...times, 4: one('asDouble', 'double'), 6: one('asInt', 'sfixed64'), 7: attributes };
const histogramPoint: Message = {
  ...times,
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: many('bucketCounts', 'fixed64'),
  7: many('explicitBounds', 'double'),
  9: attributes,
  11: one('min', 'double'),
  12: one('max', 'double'),
};
const buckets: Message = { 1: one('offset', 'sint'), 2: many('bucketCounts', 'uint') };
const exponentialPoint: Message = {
  ...times,
  1: attributes,
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: one('scale', 'sint'),
  7: one('zeroCount', 'fixed64'),
  8: one('positive', () => buckets),
  9: one('negative', () => buckets),
  12: one('min', 'double'),
  13: one('max', 'double'),
};
const data = (point: Message): Message => ({
  1: many('dataPoints', () => point),
  2: one('aggregationTemporality', 'uint'),
  3: one('isMonotonic', 'bool'),
});
const metric: Message = {
  1: one('name', 'string'),
  2: one('description', 'string'),
  3: one('unit', 'string'),
  5: one('gauge', () => data(numberPoint)),
  7: one('sum', () => data(numberPoint)),
  9: one('histogram', () => data(histogramPoint)),
  10: one('exponentialHistogram', () => data(exponentialPoint)),
};

/** An export request: resources, in them scopes, in them items. */
const request = (resources: string, scopes: string, items: string, item: Message): Message => ({
  1: many(resources, () => ({
    1: one('resource', () => resource),
    2: many(scopes, () => ({ 1: one('scope', () => scope), 2: many(items, () => item) })),
  })),
});

/** Export request messages by signal. */
export const REQUESTS = {
  traces: request('resourceSpans', 'scopeSpans', 'spans', span),
  metrics: request('resourceMetrics', 'scopeMetrics', 'metrics', metric),
  logs: request('resourceLogs', 'scopeLogs', 'logRecords', logRecord),
} as const satisfies Record<string, Message>;
