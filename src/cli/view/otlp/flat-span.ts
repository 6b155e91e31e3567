import type { Fields, LogRow, ViewedSpan } from '../../../viewer/page-data.ts';
import {
  flatAttributes,
  flatValue,
  millisecondsOf,
  numberOf,
  objectOf,
  objectsOf,
  textOf,
} from '../../otlp/flat-values.ts';
import { isSpanId, isTraceId, type ReceivedItem } from './read-request.ts';

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUSES = ['unset', 'ok', 'error'] as const;

/** Names of severities, one for each four numbers of the specification of logs. */
const SEVERITIES = ['', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

const flatResources = new WeakMap<object, Fields>();

/** The attributes of a resource, flattened once for all items of a request. */
function resourceAttributes(resource: Fields): Fields {
  const flat = flatResources.get(resource) ?? flatAttributes(resource.attributes);
  flatResources.set(resource, flat);
  return flat;
}

/** `service.name` of a resource; empty without a name. */
export const serviceOf = (resource: Fields): string => textOf(resourceAttributes(resource)['service.name']);

/** The number of an enum: OTLP asks for numbers, and some tools write the names of protobuf. */
function codeOf(value: unknown, prefix: string, names: readonly string[]): number {
  const name = textOf(value);
  return name.startsWith(prefix) ? names.indexOf(name.slice(prefix.length).toLowerCase()) : (numberOf(value) ?? 0);
}

/** A received span with flat attributes. */
export function flatSpan({ item, resource, scope }: ReceivedItem): ViewedSpan {
  const { status, startTimeUnixNano, endTimeUnixNano, parentSpanId } = item;
  const startTime = millisecondsOf(startTimeUnixNano) ?? 0;
  const endTime = millisecondsOf(endTimeUnixNano) ?? startTime;
  const { message, code } = objectOf(status);
  return {
    traceId: textOf(item.traceId).toLowerCase(),
    spanId: textOf(item.spanId).toLowerCase(),
    ...(isSpanId(parentSpanId) && { parentSpanId: parentSpanId.toLowerCase() }),
    name: textOf(item.name),
    kind: KINDS[codeOf(item.kind, 'SPAN_KIND_', KINDS)] ?? 'unspecified',
    service: serviceOf(resource),
    scope: [textOf(scope.name), textOf(scope.version)].filter((word) => word !== '').join(' '),
    startTime,
    durationMs: Math.max(0, Math.round((endTime - startTime) * 1000) / 1000),
    status: STATUSES[codeOf(code, 'STATUS_CODE_', STATUSES)] ?? 'unset',
    ...(textOf(message) !== '' && { statusMessage: textOf(message) }),
    attributes: flatAttributes(item.attributes),
    resource: resourceAttributes(resource),
    events: objectsOf(item.events).map((event) => ({
      name: textOf(event.name),
      time: millisecondsOf(event.timeUnixNano) ?? startTime,
      attributes: flatAttributes(event.attributes),
    })),
    links: objectsOf(item.links).map((link) => ({
      traceId: textOf(link.traceId).toLowerCase(),
      spanId: textOf(link.spanId).toLowerCase(),
      attributes: flatAttributes(link.attributes),
    })),
  };
}

/** A received log record with flat attributes. */
export function flatLog({ item, resource }: ReceivedItem): LogRow {
  const { traceId, spanId } = item;
  const severityNumber = numberOf(item.severityNumber) ?? 0;
  const eventName = textOf(item.eventName);
  return {
    time: millisecondsOf(item.timeUnixNano) ?? millisecondsOf(item.observedTimeUnixNano) ?? 0,
    severity: textOf(item.severityText) || (SEVERITIES[Math.ceil(severityNumber / 4)] ?? ''),
    ...(eventName !== '' && { eventName }),
    ...(item.body !== undefined && item.body !== null && { body: flatValue(item.body) }),
    ...(isTraceId(traceId) && { traceId: traceId.toLowerCase() }),
    ...(isSpanId(spanId) && { spanId: spanId.toLowerCase() }),
    service: serviceOf(resource),
    attributes: flatAttributes(item.attributes),
  };
}
