/** Spans of OTLP JSON. A file may hold anything, so values without the shape of OTLP are left out. */
import { STATUS_ERROR } from '../../../../facts/semconv.ts';
import type { TreeSpan } from './tree-span.ts';

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Bits of `flags`: the sender knows the place of the parent, and the parent is remote. */
const REMOTE = 0x300;

/** Kinds by number; OTLP counts from 1. A kind may be a name too. */
const KINDS = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map((name) => `SPAN_KIND_${name}`);

/** The spans of one `ExportTraceServiceRequest` in JSON: a line of an OTLP file. */
export function fromOtlpJson(request: unknown): TreeSpan[] {
  return listOf(fieldsOf(request).resourceSpans).flatMap((resource) =>
    listOf(fieldsOf(resource).scopeSpans).flatMap((scope) =>
      listOf(fieldsOf(scope).spans).flatMap((span) => fromSpan(fieldsOf(span)) ?? []),
    ),
  );
}

function fromSpan(span: Fields): TreeSpan | undefined {
  const { status: rawStatus, flags } = span;
  const [traceId, spanId] = [textOf(span.traceId), textOf(span.spanId)];
  const [start, end] = [nanoseconds(span.startTimeUnixNano), nanoseconds(span.endTimeUnixNano)];
  if (traceId === '' || spanId === '' || start === undefined || end === undefined) return undefined;
  const status = fieldsOf(rawStatus);
  return {
    traceId,
    spanId,
    parentSpanId: textOf(span.parentSpanId) || undefined,
    parentIsRemote: typeof flags === 'number' && (flags & REMOTE) === REMOTE,
    name: textOf(span.name),
    kind: kindOf(span.kind),
    startMs: Number(start / 1_000_000n) + Number(start % 1_000_000n) / 1e6,
    durationMs: end > start ? Number(end - start) / 1e6 : 0,
    failed: status.code === STATUS_ERROR || status.code === 'STATUS_CODE_ERROR',
    description: textOf(status.message) || undefined,
    attributes: attributesOf(span.attributes),
  };
}

function nanoseconds(value: unknown): bigint | undefined {
  if (typeof value === 'number')
    return Number.isSafeInteger(Math.trunc(value / 1e3)) ? BigInt(Math.trunc(value)) : undefined;
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}

function kindOf(value: unknown): number {
  if (typeof value === 'string') return Math.max(0, KINDS.indexOf(value));
  return typeof value === 'number' && value > 0 ? value - 1 : 0;
}

function attributesOf(list: unknown): Record<string, unknown> {
  const pairs = listOf(list).map((one): [string, unknown] => {
    const { key, value } = fieldsOf(one);
    return [textOf(key), anyValue(fieldsOf(value))];
  });
  return Object.fromEntries(pairs);
}

function anyValue(value: Fields): unknown {
  if ('stringValue' in value) return value.stringValue;
  if ('intValue' in value) return Number(value.intValue);
  if ('doubleValue' in value) return Number(value.doubleValue);
  if ('boolValue' in value) return value.boolValue;
  if ('arrayValue' in value) return listOf(fieldsOf(value.arrayValue).values).map((item) => anyValue(fieldsOf(item)));
  if ('kvlistValue' in value) return attributesOf(fieldsOf(value.kvlistValue).values);
  return undefined;
}
