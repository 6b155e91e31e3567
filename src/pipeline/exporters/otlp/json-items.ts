/** Spans, log records, scopes and resources as objects of the JSON encoding of OTLP. */
import type { Resource } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { flagsOf } from './proto-items.ts';
import type { AttributeMap, ScopeLike } from './proto-values.ts';

const BILLION = 1_000_000_000n;

const nanoseconds = ([seconds, nanos]: readonly [number, number]): string =>
  String(BigInt(Math.trunc(seconds)) * BILLION + BigInt(Math.trunc(nanos)));

/** Attributes as a list of key and value. */
function toJsonAttributes(attributes: AttributeMap | undefined): object[] {
  return Object.entries(attributes ?? {}).map(([key, value]) => ({ key, value: toJsonValue(value) }));
}

/** A value as an `AnyValue`; an empty object for null, undefined and functions. */
function toJsonValue(value: unknown): object {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return toJsonNumber(value);
    case 'object':
      return value === null ? {} : toJsonObject(value);
    default:
      return {};
  }
}

function toJsonNumber(value: number): object {
  if (Number.isSafeInteger(value)) return { intValue: value };
  if (Number.isInteger(value)) return { intValue: BigInt.asIntN(64, BigInt(value)).toString() };
  // JSON has no words for the numbers that are none; the encoding of protobuf has.
  return { doubleValue: Number.isFinite(value) ? value : String(value) };
}

function toJsonObject(value: object): object {
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(toJsonValue) } };
  return { kvlistValue: { values: toJsonAttributes(value as AttributeMap) } };
}

/** A resource. */
export function toJsonResource({ attributes }: Pick<Resource, 'attributes'>): object {
  return { attributes: toJsonAttributes(attributes), droppedAttributesCount: 0 };
}

/** A scope. */
export function toJsonScope({ name, version, attributes, droppedAttributesCount }: ScopeLike): object {
  const list = toJsonAttributes(attributes);
  return { name, version, ...(list.length > 0 ? { attributes: list, droppedAttributesCount } : {}) };
}

/** A span. */
export function toJsonSpan(span: ReadableSpan): object {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  return {
    traceId,
    spanId,
    traceState: traceState?.serialize(),
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    kind: (span.kind ?? -1) + 1,
    startTimeUnixNano: nanoseconds(span.startTime),
    endTimeUnixNano: nanoseconds(span.endTime),
    attributes: toJsonAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map((event) => ({
      timeUnixNano: nanoseconds(event.time),
      name: event.name,
      attributes: toJsonAttributes(event.attributes),
      droppedAttributesCount: event.droppedAttributesCount ?? 0,
    })),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(({ context, attributes, droppedAttributesCount }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      traceState: context.traceState?.serialize(),
      attributes: toJsonAttributes(attributes),
      droppedAttributesCount: droppedAttributesCount ?? 0,
      flags: flagsOf(context.traceFlags, context),
    })),
    droppedLinksCount: span.droppedLinksCount,
    status: { code: span.status.code, message: span.status.message },
    flags: flagsOf(traceFlags, span.parentSpanContext),
  };
}

/** A log record. */
export function toJsonLogRecord(record: ReadableLogRecord): object {
  const { spanContext } = record;
  return {
    timeUnixNano: nanoseconds(record.hrTime),
    observedTimeUnixNano: nanoseconds(record.hrTimeObserved),
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    body: record.body === undefined ? undefined : toJsonValue(record.body),
    eventName: record.eventName,
    attributes: toJsonAttributes(record.attributes as AttributeMap),
    droppedAttributesCount: record.droppedAttributesCount,
    flags: spanContext?.traceFlags,
    traceId: spanContext?.traceId,
    spanId: spanContext?.spanId,
  };
}
