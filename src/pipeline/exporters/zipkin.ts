/** Zipkin's JSON format, version 2: https://zipkin.io/zipkin-api/, by https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/. */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { EncodedGroup, Framed } from '../batches/encoded-batch.ts';
import { type ItemEncoder, jsonItems } from './item-encoder.ts';

const KINDS: Readonly<Partial<Record<SpanKind, string>>> = {
  [SpanKind.CLIENT]: 'CLIENT',
  [SpanKind.SERVER]: 'SERVER',
  [SpanKind.CONSUMER]: 'CONSUMER',
  [SpanKind.PRODUCER]: 'PRODUCER',
};

/** Attributes that name the other side, the most telling first. */
const PEERS = ['peer.service', 'server.address', 'net.peer.name', 'server.socket.domain', 'db.name'] as const;

const microseconds = ([seconds, nanos]: readonly [number, number]): number =>
  Math.round(seconds * 1_000_000 + nanos / 1000);

/** Tags are texts: everything else becomes JSON. */
const asTag = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

function tagsOf(span: ReadableSpan): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const [name, value] of Object.entries(span.resource.attributes))
    if (name !== 'service.name') tags[name] = asTag(value);
  for (const [name, value] of Object.entries(span.attributes)) tags[name] = asTag(value);
  const { name, version } = span.instrumentationScope;
  tags['otel.scope.name'] = name;
  if (version) tags['otel.scope.version'] = version;
  if (span.status.code === SpanStatusCode.OK) tags['otel.status_code'] = 'OK';
  if (span.status.code === SpanStatusCode.ERROR) {
    tags['otel.status_code'] = 'ERROR';
    tags.error = span.status.message ?? '';
  }
  for (const [what, count] of [
    ['attributes', span.droppedAttributesCount],
    ['events', span.droppedEventsCount],
    ['links', span.droppedLinksCount],
  ] as const)
    if (count) tags[`otel.dropped_${what}_count`] = String(count);
  return tags;
}

function remoteEndpointOf({ kind, attributes }: ReadableSpan): object | undefined {
  if (kind !== SpanKind.CLIENT && kind !== SpanKind.PRODUCER) return undefined;
  const peer = PEERS.find((name) => typeof attributes[name] === 'string' && attributes[name] !== '');
  if (peer === undefined) return undefined;
  const port = attributes['server.port'] ?? attributes['net.peer.port'];
  return { serviceName: attributes[peer], ...(typeof port === 'number' ? { port } : {}) };
}

/** A span in Zipkin's format. */
export function toZipkinSpan(span: ReadableSpan): object {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    parentId: span.parentSpanContext?.spanId,
    id: spanId,
    name: span.name,
    kind: KINDS[span.kind],
    timestamp: microseconds(span.startTime),
    // Zipkin takes a duration of 0 for an unknown one.
    duration: Math.max(1, microseconds(span.duration)),
    localEndpoint: { serviceName: asTag(span.resource.attributes['service.name'] ?? 'unknown_service') },
    remoteEndpoint: remoteEndpointOf(span),
    annotations: span.events.map(({ name, time, attributes }) => ({
      timestamp: microseconds(time),
      value:
        attributes === undefined || Object.keys(attributes).length === 0
          ? name
          : `${JSON.stringify(name)}: ${JSON.stringify(attributes)}`,
    })),
    tags: tagsOf(span),
  };
}

const ENVELOPE = { bytes: 2 };

/** Encodes spans as a list in JSON. Each item has a comma in front; the bracket takes the place of the first comma. */
export function createSpanEncoder(): ItemEncoder<ReadableSpan> {
  return {
    encode(spans) {
      return [{ envelope: ENVELOPE, ...jsonItems(spans.map(toZipkinSpan)) }];
    },
    frame(groups): Framed {
      const length = groups.reduce((sum, { items }) => sum + items.length, 0);
      const body = Buffer.concat([...groups.map(({ items }) => items), Buffer.from(']')], length + 1);
      let at = 0;
      const views = groups.map(({ envelope, items, ends }): EncodedGroup => {
        const view = { envelope, items: body.subarray(at, at + items.length), ends };
        // The first byte of a group that was framed before may be the bracket of another request.
        body[at] = at === 0 ? 0x5b : 0x2c;
        at += items.length;
        return view;
      });
      if (groups.length === 0) return { body: Buffer.from('[]'), groups: views };
      return { body, groups: views };
    },
  };
}
