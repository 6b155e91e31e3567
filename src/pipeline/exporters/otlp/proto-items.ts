/** Spans and log records of OTLP in protobuf: trace.proto and logs.proto of OTLP 1.x. */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { FIXED32, FIXED64, LENGTH, VARINT, writeAttributes, writeValue } from './proto-values.ts';
import type { ProtoWriter } from './proto-writer.ts';

/** Bits of `flags` beside the eight bits of the trace flags: the field is set, and the parent is remote. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

type SpanContextLike = Pick<ReturnType<ReadableSpan['spanContext']>, 'traceFlags' | 'isRemote'>;

/** `flags` of a span or a link: the trace flags, and whether the context is remote. */
export const flagsOf = (traceFlags: number, context: SpanContextLike | undefined): number =>
  (traceFlags & 0xff) | HAS_IS_REMOTE | (context?.isRemote === true ? IS_REMOTE : 0);

/** Writes the fields of a `Span`. */
export function writeSpan(to: ProtoWriter, span: ReadableSpan): void {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const parent = span.parentSpanContext;
  to.byte((1 << 3) | LENGTH);
  to.hex(traceId);
  to.byte((2 << 3) | LENGTH);
  to.hex(spanId);
  writeText(to, (3 << 3) | LENGTH, traceState?.serialize());
  if (parent?.spanId) {
    to.byte((4 << 3) | LENGTH);
    to.hex(parent.spanId);
  }
  to.byte((5 << 3) | LENGTH);
  to.name(span.name);
  to.byte((6 << 3) | VARINT);
  to.varint((span.kind ?? -1) + 1);
  to.byte((7 << 3) | FIXED64);
  to.nanoseconds(span.startTime);
  to.byte((8 << 3) | FIXED64);
  to.nanoseconds(span.endTime);
  writeAttributes(to, (9 << 3) | LENGTH, span.attributes);
  writeCount(to, (10 << 3) | VARINT, span.droppedAttributesCount);
  for (const event of span.events) writeEvent(to, event);
  writeCount(to, (12 << 3) | VARINT, span.droppedEventsCount);
  for (const link of span.links) writeLink(to, link);
  writeCount(to, (14 << 3) | VARINT, span.droppedLinksCount);
  writeStatus(to, span.status);
  to.byte(0x85); // field 16, fixed32: the tag has two bytes
  to.byte(0x01);
  to.fixed32(flagsOf(traceFlags, parent));
}

function writeEvent(to: ProtoWriter, event: ReadableSpan['events'][number]): void {
  to.byte((11 << 3) | LENGTH);
  const start = to.begin();
  to.byte((1 << 3) | FIXED64);
  to.nanoseconds(event.time);
  to.byte((2 << 3) | LENGTH);
  to.name(event.name);
  writeAttributes(to, (3 << 3) | LENGTH, event.attributes);
  writeCount(to, (4 << 3) | VARINT, event.droppedAttributesCount);
  to.end(start);
}

function writeLink(to: ProtoWriter, link: ReadableSpan['links'][number]): void {
  const { traceId, spanId, traceFlags, traceState } = link.context;
  to.byte((13 << 3) | LENGTH);
  const start = to.begin();
  to.byte((1 << 3) | LENGTH);
  to.hex(traceId);
  to.byte((2 << 3) | LENGTH);
  to.hex(spanId);
  writeText(to, (3 << 3) | LENGTH, traceState?.serialize());
  writeAttributes(to, (4 << 3) | LENGTH, link.attributes);
  writeCount(to, (5 << 3) | VARINT, link.droppedAttributesCount);
  to.byte((6 << 3) | FIXED32);
  to.fixed32(flagsOf(traceFlags, link.context));
  to.end(start);
}

function writeStatus(to: ProtoWriter, { code, message }: ReadableSpan['status']): void {
  if (!code && !message) return;
  to.byte((15 << 3) | LENGTH);
  const start = to.begin();
  writeText(to, (2 << 3) | LENGTH, message);
  if (code) {
    to.byte((3 << 3) | VARINT);
    to.varint(code);
  }
  to.end(start);
}

/** Writes the fields of a `LogRecord`. */
export function writeLogRecord(to: ProtoWriter, record: ReadableLogRecord): void {
  const { spanContext } = record;
  to.byte((1 << 3) | FIXED64);
  to.nanoseconds(record.hrTime);
  if (record.severityNumber) {
    to.byte((2 << 3) | VARINT);
    to.varint(record.severityNumber);
  }
  writeText(to, (3 << 3) | LENGTH, record.severityText);
  if (record.body !== undefined && record.body !== null) {
    to.byte((5 << 3) | LENGTH);
    const start = to.begin();
    writeValue(to, record.body);
    to.end(start);
  }
  writeAttributes(to, (6 << 3) | LENGTH, record.attributes);
  writeCount(to, (7 << 3) | VARINT, record.droppedAttributesCount);
  if (spanContext !== undefined) {
    to.byte((8 << 3) | FIXED32);
    to.fixed32(spanContext.traceFlags);
    to.byte((9 << 3) | LENGTH);
    to.hex(spanContext.traceId);
    to.byte((10 << 3) | LENGTH);
    to.hex(spanContext.spanId);
  }
  to.byte((11 << 3) | FIXED64);
  to.nanoseconds(record.hrTimeObserved);
  writeText(to, (12 << 3) | LENGTH, record.eventName);
}

function writeText(to: ProtoWriter, tag: number, text: string | undefined): void {
  if (text === undefined || text === '') return;
  to.byte(tag);
  to.text(text);
}

function writeCount(to: ProtoWriter, tag: number, count: number | undefined): void {
  if (!count) return;
  to.byte(tag);
  to.varint(count);
}
