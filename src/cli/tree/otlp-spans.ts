/** Reads spans of OTLP JSON. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
import type { TreeSpan } from '../../pipeline/exporters/tree/spans/tree-span.ts';

/** An object of unknown shape. */
type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectsIn = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isObject) : []);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The spans of a request, in the order of the request. Undefined for data that are no OTLP; empty for logs and metrics. */
export function otlpSpans(data: unknown): TreeSpan[] | undefined {
  if (!isObject(data)) return undefined;
  if (!('resourceSpans' in data)) return 'resourceLogs' in data || 'resourceMetrics' in data ? [] : undefined;
  return objectsIn(data.resourceSpans)
    .flatMap(({ scopeSpans }) => objectsIn(scopeSpans))
    .flatMap(({ spans }) => objectsIn(spans))
    .flatMap((span) => readSpan(span) ?? []);
}

/** Bits of `flags`: whether the place of the parent is known, and whether the parent is a span of another process. */
const REMOTE = 0x300;

function readSpan(span: Fields): TreeSpan | undefined {
  const { traceId, spanId, name, kind, status, flags } = span;
  const [start, end] = [nanoseconds(span.startTimeUnixNano), nanoseconds(span.endTimeUnixNano)];
  if (typeof traceId !== 'string' || typeof spanId !== 'string' || start === undefined) return undefined;
  const { code, message } = isObject(status) ? status : {};
  return {
    traceId,
    spanId,
    parentSpanId: textOf(span.parentSpanId),
    parentIsRemote: typeof flags === 'number' && (flags & REMOTE) === REMOTE,
    name: textOf(name) ?? '',
    kind: kindOf(kind),
    startMs: milliseconds(start),
    durationMs: end === undefined || end < start ? 0 : milliseconds(end - start),
    failed: code === 2 || code === 'STATUS_CODE_ERROR',
    description: textOf(message),
    attributes: readAttributes(span.attributes),
  };
}

/** Nanoseconds since 1970 are more than a number holds: OTLP writes a text. */
function nanoseconds(value: unknown): bigint | undefined {
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return BigInt(value);
  return typeof value === 'number' && Number.isSafeInteger(Math.round(value)) && value >= 0
    ? BigInt(Math.round(value))
    : undefined;
}

const milliseconds = (ns: bigint): number => Number(ns / 1_000_000n) + Number(ns % 1_000_000n) / 1e6;

/** A kind as the API counts: OTLP has a kind more, for an unknown kind. */
function kindOf(kind: unknown): number {
  if (kind === 'SPAN_KIND_CLIENT') return 2;
  return typeof kind === 'number' && kind > 0 ? kind - 1 : 0;
}

function readAttributes(list: unknown): Record<string, unknown> {
  const attributes: Record<string, unknown> = Object.create(null);
  for (const { key, value } of objectsIn(list)) if (typeof key === 'string') attributes[key] = readValue(value);
  return attributes;
}

/** Readers of the forms of a value. */
const VALUES: Readonly<Record<string, (value: unknown) => unknown>> = {
  stringValue: (value) => (typeof value === 'string' ? value : undefined),
  boolValue: (value) => value === true,
  intValue: numberOf,
  doubleValue: numberOf,
  bytesValue: (value) => (typeof value === 'string' ? value : undefined),
  arrayValue: (value) => (isObject(value) ? objectsIn(value.values).map(readValue) : []),
  kvlistValue: (value) => (isObject(value) ? readAttributes(value.values) : {}),
};

/** Whole numbers are texts, and so are NaN and Infinity. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' ? number : undefined;
}

function readValue(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  const [form] = Object.keys(value);
  return form !== undefined && Object.hasOwn(VALUES, form) ? VALUES[form]?.(value[form]) : undefined;
}
