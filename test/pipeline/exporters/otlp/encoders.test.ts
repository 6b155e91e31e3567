import { type Attributes, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import { EncodedBatch } from '../../../../src/pipeline/batches/encoded-batch.ts';
import type { ItemEncoder } from '../../../../src/pipeline/exporters/item-encoder.ts';
import * as json from '../../../../src/pipeline/exporters/otlp/json-encoder.ts';
import * as proto from '../../../../src/pipeline/exporters/otlp/proto-encoder.ts';
import { REQUESTS } from '../../../support/otlp/messages.ts';
import { decode } from '../../../support/otlp/wire.ts';

const resource = resourceFromAttributes({ 'service.name': 'shop', 'host.cpus': 4 });
const other = resourceFromAttributes({ 'service.name': 'other' });
const scope = { name: '@x/llm-otel/openai', version: '1.2.3', schemaUrl: 'https://opentelemetry.io/schemas/1.42.0' };
const plain = { name: 'by hand' };

const VALUES: Attributes = {
  empty: '',
  ascii: 'gpt-4o',
  long: 'x'.repeat(40_000),
  accents: 'Größe – 你好 👋',
  'lone surrogate': 'a\ud800b',
  zero: 0,
  small: 127,
  two: 128,
  negative: -1,
  large: Number.MAX_SAFE_INTEGER,
  larger: 2 ** 60,
  'very negative': -(2 ** 53),
  half: 0.5,
  nan: Number.NaN,
  infinite: Number.POSITIVE_INFINITY,
  yes: true,
  no: false,
  texts: ['a', '', 'ü'],
  numbers: [1, 2.5, -3],
  flags: [true, false],
  none: [],
};

function span(change: Partial<ReadableSpan> & { traceState?: string; flags?: number } = {}): ReadableSpan {
  const { traceState, flags = TraceFlags.SAMPLED, ...rest } = change;
  return {
    name: 'chat gpt-4o',
    kind: SpanKind.CLIENT,
    spanContext: () => ({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'B7AD6B7169203331'.toLowerCase(),
      traceFlags: flags,
      ...(traceState === undefined ? {} : { traceState: { serialize: () => traceState } as never }),
    }),
    startTime: [1_790_000_000, 999_999_999],
    endTime: [1_790_000_001, 0],
    duration: [0, 1],
    ended: true,
    status: { code: SpanStatusCode.UNSET },
    attributes: {},
    links: [],
    events: [],
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...rest,
  };
}

const context = { traceId: 'f'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 };

/** Spans by what is special about them. */
const SPANS: Readonly<Record<string, ReadableSpan>> = {
  bare: span(),
  'with every kind of value': span({ attributes: VALUES }),
  'with nested values': span({
    attributes: { map: { a: { b: [1, { c: null }] } }, bytes: new Uint8Array([1, 2, 255]) } as never,
  }),
  'with a parent here': span({ parentSpanContext: context }),
  'with a remote parent': span({ parentSpanContext: { ...context, isRemote: true } }),
  'with an error': span({ status: { code: SpanStatusCode.ERROR, message: 'boom' } }),
  'with a trace state': span({ traceState: 'a=b,c=d' }),
  'that is not sampled': span({ flags: TraceFlags.NONE }),
  'with events': span({
    events: [
      { name: 'llm_otel.stream.chunk', time: [1_790_000_000, 5], attributes: { 'llm_otel.chunk.index': 0 } },
      { name: 'bare', time: [1_790_000_000, 6] },
      { name: 'cut', time: [0, 0], attributes: { text: 'y'.repeat(200) }, droppedAttributesCount: 3 },
    ],
    droppedEventsCount: 7,
  }),
  'with links': span({
    links: [
      { context },
      { context: { ...context, isRemote: true }, attributes: { why: 'retry' }, droppedAttributesCount: 1 },
    ],
    droppedLinksCount: 2,
  }),
  'with dropped attributes': span({ droppedAttributesCount: 300 }),
  'of another kind': span({ kind: SpanKind.CONSUMER, name: 'ü'.repeat(300) }),
  'of another scope': span({ instrumentationScope: plain }),
  'of another resource': span({ resource: other }),
};

function record(change: Partial<ReadableLogRecord> = {}): ReadableLogRecord {
  return {
    hrTime: [1_790_000_000, 1],
    hrTimeObserved: [1_790_000_000, 2],
    attributes: {},
    droppedAttributesCount: 0,
    resource,
    instrumentationScope: scope,
    ...change,
  };
}

/** Log records by what is special about them. */
const RECORDS: Readonly<Record<string, ReadableLogRecord>> = {
  bare: record(),
  'with a severity': record({ severityNumber: 13, severityText: 'WARN' }),
  'with a text': record({ body: 'something' }),
  'with a structured body': record({ body: { messages: [{ role: 'user', parts: ['a', 1, null] }] } as never }),
  'of an event in a span': record({
    eventName: 'gen_ai.client.inference.operation.details',
    spanContext: context,
    attributes: VALUES,
  }),
  'of another scope': record({ instrumentationScope: plain }),
};

const bodyOf = <Item>(encoder: ItemEncoder<Item>, items: readonly Item[]): Uint8Array =>
  new EncodedBatch(encoder.encode(items), encoder.frame).body();

/** The serializer writes an empty value for a record without a body. */
const asJson = (bytes: Uint8Array | undefined): unknown =>
  JSON.parse(
    Buffer.from(bytes ?? [])
      .toString()
      .replaceAll('"body":{},', ''),
  );
const DEFAULTS = /^(?:dropped\w+Count|code|message|severityNumber)$/;

/** Without fields that hold the default of protobuf: a writer may leave the fields out. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const entries = Object.entries(value)
    .map(([key, one]) => [key, withoutDefaults(one)] as const)
    .filter(([key, one]) => !(DEFAULTS.test(key) && (one === 0 || one === '')))
    .filter(([key, one]) => !(key === 'status' && Object.keys(one as object).length === 0));
  return Object.fromEntries(entries);
}

const asTraces = (bytes: Uint8Array | undefined): unknown =>
  withoutDefaults(decode(REQUESTS.traces, Buffer.from(bytes ?? [])));
const asLogs = (bytes: Uint8Array | undefined): unknown =>
  withoutDefaults(decode(REQUESTS.logs, Buffer.from(bytes ?? [])));

describe('a span is encoded as by the serializers of OpenTelemetry', () => {
  test.each(Object.entries(SPANS))('%s, protobuf', (_what, one) => {
    expect(asTraces(bodyOf(proto.createSpanEncoder(), [one]))).toEqual(
      asTraces(ProtobufTraceSerializer.serializeRequest([one])),
    );
  });

  test.each(Object.entries(SPANS).filter(([what]) => what !== 'with every kind of value'))('%s, JSON', (_what, one) => {
    expect(asJson(bodyOf(json.createSpanEncoder(), [one]))).toEqual(
      asJson(JsonTraceSerializer.serializeRequest([one])),
    );
  });

  test('all together, by resource and scope', () => {
    const all = Object.values(SPANS);
    expect(asTraces(bodyOf(proto.createSpanEncoder(), all))).toEqual(
      asTraces(ProtobufTraceSerializer.serializeRequest(all)),
    );
  });
});

describe('a log record is encoded as by the serializers of OpenTelemetry', () => {
  test.each(Object.entries(RECORDS))('%s, protobuf', (_what, one) => {
    expect(asLogs(bodyOf(proto.createLogEncoder(), [one]))).toEqual(
      asLogs(ProtobufLogsSerializer.serializeRequest([one])),
    );
  });

  test.each(Object.entries(RECORDS).filter(([what]) => what !== 'of an event in a span'))('%s, JSON', (_what, one) => {
    expect(asJson(bodyOf(json.createLogEncoder(), [one]))).toMatchObject(
      asJson(JsonLogsSerializer.serializeRequest([one])) as object,
    );
  });
});

describe.each([
  ['protobuf', proto.createSpanEncoder, asTraces],
  ['JSON', json.createSpanEncoder, asJson],
] as const)('a batch in %s', (_name, create, read) => {
  const named = (count: number, from = 0): ReadableSpan[] =>
    Array.from({ length: count }, (_, i) =>
      span({
        name: `s${from + i}`,
        attributes: { text: 'z'.repeat((from + i) * 7) },
        ...((from + i) % 3 === 0 ? { instrumentationScope: plain } : {}),
        ...((from + i) % 4 === 0 ? { resource: other } : {}),
      }),
    );
  const namesIn = (body: Uint8Array): string[] =>
    [...JSON.stringify(read(body), (_key, value) => (typeof value === 'bigint' ? 0 : value)).matchAll(/"(s\d+)"/g)]
      .map(([, name]) => name ?? '')
      .sort();
  const sorted = (spans: readonly ReadableSpan[]): string[] => spans.map(({ name }) => name).sort();

  test('is halved, before and after it was framed, down to single spans', () => {
    const encoder = create();
    const spans = named(9);
    for (const framed of [false, true]) {
      let pieces = [new EncodedBatch(encoder.encode(spans), encoder.frame)];
      if (framed) pieces[0]?.body();
      while (pieces.some(({ count }) => count > 1))
        pieces = pieces.flatMap((one) => (one.count > 1 ? [...one.halves()] : [one]));
      expect(pieces.map(({ count }) => count)).toEqual(Array(9).fill(1));
      expect(pieces.flatMap((one) => namesIn(one.body())).sort()).toEqual(sorted(spans));
    }
  });

  test('is joined with others, also with halves that were framed', () => {
    const encoder = create();
    const one = new EncodedBatch(encoder.encode(named(4)), encoder.frame);
    one.body();
    const [first, second] = one.halves();
    const two = new EncodedBatch(encoder.encode(named(5, 4)), encoder.frame);
    const all = second.joined([two, first]);
    expect(all.count).toBe(9);
    expect(namesIn(all.body())).toEqual(sorted(named(9)));
    expect(all.bytes).toBeGreaterThanOrEqual(all.body().length - 64);
  });
});
