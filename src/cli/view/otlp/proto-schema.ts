/** Messages of opentelemetry-proto 1.x with the names of the JSON encoding: https://github.com/open-telemetry/opentelemetry-proto */

/** How the bytes of a field are read. `id` is hexadecimal text in JSON, 64-bit integers are decimal text. */
export type Scalar =
  | 'string'
  | 'bytes'
  | 'id'
  | 'bool'
  | 'uint'
  | 'sint'
  | 'int64'
  | 'uint64'
  | 'double'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed64';

/** A field: the name in JSON, the type, and whether the field repeats. Messages are functions, because messages nest. */
export interface ProtoFieldSchema {
  readonly name: string;
  readonly type: Scalar | (() => ProtoSchema);
  readonly isList: boolean;
}

/** A message: fields by number. Fields without a row are skipped. */
export type ProtoSchema = Readonly<Record<number, ProtoFieldSchema>>;

const one = (name: string, type: ProtoFieldSchema['type']): ProtoFieldSchema => ({ name, type, isList: false });
const list = (name: string, type: ProtoFieldSchema['type']): ProtoFieldSchema => ({ name, type, isList: true });

const VALUE: ProtoSchema = {
  1: one('stringValue', 'string'),
  2: one('boolValue', 'bool'),
  3: one('intValue', 'int64'),
  4: one('doubleValue', 'double'),
  5: one('arrayValue', () => ARRAY),
  6: one('kvlistValue', () => KEY_VALUES),
  7: one('bytesValue', 'bytes'),
};
const ARRAY: ProtoSchema = { 1: list('values', () => VALUE) };
const KEY_VALUE: ProtoSchema = { 1: one('key', 'string'), 2: one('value', () => VALUE) };
const KEY_VALUES: ProtoSchema = { 1: list('values', () => KEY_VALUE) };
const ATTRIBUTES = list('attributes', () => KEY_VALUE);

const dropped = (name: string): ProtoFieldSchema => one(`dropped${name}Count`, 'uint');

const RESOURCE: ProtoSchema = { 1: ATTRIBUTES, 2: dropped('Attributes') };
const SCOPE: ProtoSchema = {
  1: one('name', 'string'),
  2: one('version', 'string'),
  3: ATTRIBUTES,
  4: dropped('Attributes'),
};

const EVENT: ProtoSchema = {
  1: one('timeUnixNano', 'fixed64'),
  2: one('name', 'string'),
  3: ATTRIBUTES,
  4: dropped('Attributes'),
};
const LINK: ProtoSchema = {
  1: one('traceId', 'id'),
  2: one('spanId', 'id'),
  3: one('traceState', 'string'),
  4: ATTRIBUTES,
  5: dropped('Attributes'),
  6: one('flags', 'fixed32'),
};
const STATUS: ProtoSchema = { 2: one('message', 'string'), 3: one('code', 'uint') };
const SPAN: ProtoSchema = {
  1: one('traceId', 'id'),
  2: one('spanId', 'id'),
  3: one('traceState', 'string'),
  4: one('parentSpanId', 'id'),
  5: one('name', 'string'),
  6: one('kind', 'uint'),
  7: one('startTimeUnixNano', 'fixed64'),
  8: one('endTimeUnixNano', 'fixed64'),
  9: ATTRIBUTES,
  10: dropped('Attributes'),
  11: list('events', () => EVENT),
  12: dropped('Events'),
  13: list('links', () => LINK),
  14: dropped('Links'),
  15: one('status', () => STATUS),
  16: one('flags', 'fixed32'),
};

const LOG_RECORD: ProtoSchema = {
  1: one('timeUnixNano', 'fixed64'),
  2: one('severityNumber', 'uint'),
  3: one('severityText', 'string'),
  5: one('body', () => VALUE),
  6: ATTRIBUTES,
  7: dropped('Attributes'),
  8: one('flags', 'fixed32'),
  9: one('traceId', 'id'),
  10: one('spanId', 'id'),
  11: one('observedTimeUnixNano', 'fixed64'),
  12: one('eventName', 'string'),
};

const TIMES = { 2: one('startTimeUnixNano', 'fixed64'), 3: one('timeUnixNano', 'fixed64') } as const;
const NUMBER_POINT: ProtoSchema = {
  ...TIMES,
  4: one('asDouble', 'double'),
  6: one('asInt', 'sfixed64'),
  7: ATTRIBUTES,
};
const HISTOGRAM_POINT: ProtoSchema = {
  ...TIMES,
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: list('bucketCounts', 'fixed64'),
  7: list('explicitBounds', 'double'),
  9: ATTRIBUTES,
  11: one('min', 'double'),
  12: one('max', 'double'),
};
const BUCKETS: ProtoSchema = { 1: one('offset', 'sint'), 2: list('bucketCounts', 'uint64') };
const EXPONENTIAL_POINT: ProtoSchema = {
  ...TIMES,
  1: ATTRIBUTES,
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: one('scale', 'sint'),
  7: one('zeroCount', 'fixed64'),
  8: one('positive', () => BUCKETS),
  9: one('negative', () => BUCKETS),
  12: one('min', 'double'),
  13: one('max', 'double'),
};
const SUMMARY_POINT: ProtoSchema = { ...TIMES, 4: one('count', 'fixed64'), 5: one('sum', 'double'), 7: ATTRIBUTES };
const points = (point: ProtoSchema): (() => ProtoSchema) => {
  const data: ProtoSchema = {
    1: list('dataPoints', () => point),
    2: one('aggregationTemporality', 'uint'),
    3: one('isMonotonic', 'bool'),
  };
  return () => data;
};
const METRIC: ProtoSchema = {
  1: one('name', 'string'),
  2: one('description', 'string'),
  3: one('unit', 'string'),
  5: one('gauge', points(NUMBER_POINT)),
  7: one('sum', points(NUMBER_POINT)),
  9: one('histogram', points(HISTOGRAM_POINT)),
  10: one('exponentialHistogram', points(EXPONENTIAL_POINT)),
  11: one('summary', points(SUMMARY_POINT)),
};

/** An export request: resources, in the resources scopes, in the scopes items. */
function request(resources: string, scopes: string, items: string, item: ProtoSchema): ProtoSchema {
  const ofScope: ProtoSchema = {
    1: one('scope', () => SCOPE),
    2: list(items, () => item),
    3: one('schemaUrl', 'string'),
  };
  const ofResource: ProtoSchema = {
    1: one('resource', () => RESOURCE),
    2: list(scopes, () => ofScope),
    3: one('schemaUrl', 'string'),
  };
  return { 1: list(resources, () => ofResource) };
}

/** Export requests by signal. */
export const EXPORT_REQUESTS = {
  traces: request('resourceSpans', 'scopeSpans', 'spans', SPAN),
  metrics: request('resourceMetrics', 'scopeMetrics', 'metrics', METRIC),
  logs: request('resourceLogs', 'scopeLogs', 'logRecords', LOG_RECORD),
} as const satisfies Record<string, ProtoSchema>;
