/** OTLP requests, from JSON or decoded from protobuf, as flat plain objects that tests compare. */
import { Buffer } from 'node:buffer';

/** An attribute value as the application set it; integers are numbers as long as they are exact. */
export type Plain = string | number | boolean | bigint | null | Uint8Array | Plain[] | { [key: string]: Plain };

/** Attributes by name. */
export type PlainAttributes = Record<string, Plain>;

interface Origin {
  readonly scope: { readonly name: string; readonly version: string };
  /** Attributes of the resource. */
  readonly resource: PlainAttributes;
}

/** One span event. */
export interface ReceivedEvent {
  readonly name: string;
  readonly time: bigint;
  readonly attributes: PlainAttributes;
}

/** One span; times are Unix nanoseconds, `kind` and `status.code` as in the JS API (INTERNAL 0, CLIENT 2; UNSET 0, ERROR 2). */
export interface ReceivedSpan extends Origin {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly startTime: bigint;
  readonly endTime: bigint;
  readonly attributes: PlainAttributes;
  readonly events: readonly ReceivedEvent[];
  readonly links: readonly { traceId: string; spanId: string; attributes: PlainAttributes }[];
  readonly status: { readonly code: number; readonly message: string | undefined };
  readonly droppedAttributes: number;
  readonly droppedEvents: number;
}

/** One point of a metric: `value` of sums and gauges, the rest of histograms. */
export interface ReceivedPoint {
  readonly attributes: PlainAttributes;
  readonly startTime: bigint;
  readonly time: bigint;
  readonly value?: number;
  readonly count?: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly bounds?: readonly number[];
  readonly bucketCounts?: readonly number[];
}

/** One metric of one export; an instrument that is exported twice is received twice. */
export interface ReceivedMetric extends Origin {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly type: 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram';
  readonly monotonic: boolean;
  readonly temporality: 'delta' | 'cumulative' | undefined;
  readonly points: readonly ReceivedPoint[];
}

/** One log record; `eventName` names an event of the conventions. */
export interface ReceivedLog extends Origin {
  readonly eventName: string | undefined;
  readonly body: Plain;
  readonly attributes: PlainAttributes;
  readonly severity: number;
  readonly severityText: string | undefined;
  readonly time: bigint;
  readonly observedTime: bigint;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

const list = (value: unknown): readonly Json[] => (value as readonly Json[] | undefined) ?? [];
const object = (value: unknown): Json => (value as Json | undefined) ?? {};
const text = (value: unknown): string => (value === undefined ? '' : String(value));
const optional = (value: unknown): string | undefined => text(value) || undefined;
const nanos = (value: unknown): bigint => BigInt((value as string | undefined) ?? 0);
const number = (value: unknown): number => Number(value ?? 0);
const numbers = (value: unknown): number[] => list(value).map(Number);

/** JSON carries ids as hex, protobuf as bytes. */
function id(value: unknown): string | undefined {
  return optional(value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value);
}

/** An AnyValue of either encoding as a plain value. */
export function plain(value: unknown): Plain {
  const v = object(value);
  if (v.stringValue !== undefined) return String(v.stringValue);
  if (v.boolValue !== undefined) return Boolean(v.boolValue);
  if (v.intValue !== undefined) {
    const exact = BigInt(v.intValue as string);
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  }
  if (v.doubleValue !== undefined) return Number(v.doubleValue);
  if (v.arrayValue !== undefined) return list(object(v.arrayValue).values).map(plain);
  if (v.kvlistValue !== undefined) return attributes(object(v.kvlistValue).values);
  if (v.bytesValue === undefined) return null;
  return v.bytesValue instanceof Uint8Array ? v.bytesValue : Buffer.from(String(v.bytesValue), 'base64');
}

function attributes(pairs: unknown): PlainAttributes {
  return Object.fromEntries(list(pairs).map((pair) => [text(pair.key), plain(pair.value)]));
}

function* walk(body: Json, resources: string, scopes: string, items: string): Generator<[Json, Origin]> {
  for (const r of list(body[resources])) {
    const resource = attributes(object(r.resource).attributes);
    for (const s of list(r[scopes])) {
      const scope = { name: text(object(s.scope).name), version: text(object(s.scope).version) };
      for (const item of list(s[items])) yield [item, { scope, resource }];
    }
  }
}

/** The spans of a traces request. */
export function flattenSpans(body: Json): ReceivedSpan[] {
  return [...walk(body, 'resourceSpans', 'scopeSpans', 'spans')].map(([s, origin]) => ({
    ...origin,
    traceId: text(id(s.traceId)),
    spanId: text(id(s.spanId)),
    parentSpanId: id(s.parentSpanId),
    name: text(s.name),
    // OTLP counts kinds from 1 (0 is unspecified), the JS API from 0.
    kind: Math.max(number(s.kind) - 1, 0),
    startTime: nanos(s.startTimeUnixNano),
    endTime: nanos(s.endTimeUnixNano),
    attributes: attributes(s.attributes),
    events: list(s.events).map((e) => ({
      name: text(e.name),
      time: nanos(e.timeUnixNano),
      attributes: attributes(e.attributes),
    })),
    links: list(s.links).map((l) => ({
      traceId: text(id(l.traceId)),
      spanId: text(id(l.spanId)),
      attributes: attributes(l.attributes),
    })),
    status: { code: number(object(s.status).code), message: optional(object(s.status).message) },
    droppedAttributes: number(s.droppedAttributesCount),
    droppedEvents: number(s.droppedEventsCount),
  }));
}

const METRIC_TYPES = ['gauge', 'sum', 'histogram', 'exponentialHistogram'] as const;

/** The metrics of a metrics request. */
export function flattenMetrics(body: Json): ReceivedMetric[] {
  return [...walk(body, 'resourceMetrics', 'scopeMetrics', 'metrics')].map(([m, origin]) => {
    const type = METRIC_TYPES.find((t) => m[t] !== undefined) ?? 'gauge';
    const data = object(m[type]);
    return {
      ...origin,
      name: text(m.name),
      description: text(m.description),
      unit: text(m.unit),
      type,
      monotonic: data.isMonotonic === true,
      temporality: ([undefined, 'delta', 'cumulative'] as const)[number(data.aggregationTemporality)],
      points: list(data.dataPoints).map(point),
    };
  });
}

function point(p: Json): ReceivedPoint {
  const base = {
    attributes: attributes(p.attributes),
    startTime: nanos(p.startTimeUnixNano),
    time: nanos(p.timeUnixNano),
  };
  if (p.count === undefined) return { ...base, value: number(p.asDouble ?? p.asInt) };
  return {
    ...base,
    count: number(p.count),
    sum: number(p.sum),
    ...(p.min === undefined ? {} : { min: number(p.min) }),
    ...(p.max === undefined ? {} : { max: number(p.max) }),
    bounds: numbers(p.explicitBounds),
    bucketCounts: numbers(p.bucketCounts),
  };
}

/** The records of a logs request. */
export function flattenLogs(body: Json): ReceivedLog[] {
  return [...walk(body, 'resourceLogs', 'scopeLogs', 'logRecords')].map(([l, origin]) => ({
    ...origin,
    eventName: optional(l.eventName),
    body: plain(l.body),
    attributes: attributes(l.attributes),
    severity: number(l.severityNumber),
    severityText: optional(l.severityText),
    time: nanos(l.timeUnixNano),
    observedTime: nanos(l.observedTimeUnixNano),
    traceId: id(l.traceId),
    spanId: id(l.spanId),
  }));
}
