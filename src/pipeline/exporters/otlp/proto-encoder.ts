import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { EncodedGroup, Framed } from '../../batches/encoded-batch.ts';
import type { ItemEncoder } from '../item-encoder.ts';
import {
  byResource,
  Envelopes,
  groupByEnvelope,
  type OtlpEnvelope,
  type ResourceGroups,
  type Scoped,
  viewOf,
} from './envelopes.ts';
import { writeLogRecord, writeSpan } from './proto-items.ts';
import { LENGTH, writeResource, writeScope } from './proto-values.ts';
import { ProtoWriter } from './proto-writer.ts';

/** Encodes items of one kind as fields `spans` of ScopeSpans, or `log_records` of ScopeLogs: field 2 of both. */
class ProtoEncoder<Item extends Scoped> implements ItemEncoder<Item> {
  readonly #write: (to: ProtoWriter, item: Item) => void;
  readonly #writer = new ProtoWriter();
  readonly #envelopes = new Envelopes({
    resource: (resource) => this.#encoded(() => writeResource(this.#writer, resource)),
    scope: (scope) => this.#encoded(() => writeScope(this.#writer, scope)),
  });

  constructor(write: (to: ProtoWriter, item: Item) => void) {
    this.#write = write;
  }

  encode(items: readonly Item[]): EncodedGroup[] {
    return [...groupByEnvelope(items, this.#envelopes)].map(([envelope, group]) => this.#group(envelope, group));
  }

  /** Messages are framed from the outside in: the lengths of the inner messages are summed first. */
  readonly frame = (groups: readonly EncodedGroup[]): Framed => {
    const writer = this.#writer;
    writer.reset();
    const places: { readonly group: EncodedGroup; readonly at: number }[] = [];
    for (const { resource, resourceSchemaUrl, envelopes } of byResource(groups)) {
      const lengths = envelopes.map(scopeLength);
      const inner = lengths.reduce((sum, length) => sum + fieldLength(length), 0);
      writer.byte((1 << 3) | LENGTH);
      writer.varint(fieldLength(resource.length) + inner + urlLength(resourceSchemaUrl));
      writer.byte((1 << 3) | LENGTH);
      writer.bytes(resource);
      for (const [i, { envelope, groups: same }] of envelopes.entries()) {
        writer.byte((2 << 3) | LENGTH);
        writer.varint(lengths[i] ?? 0);
        writer.byte((1 << 3) | LENGTH);
        writer.bytes(envelope.scope);
        for (const group of same) {
          places.push({ group, at: writer.length });
          writer.raw(group.items);
        }
        writeUrl(writer, envelope.schemaUrl);
      }
      writeUrl(writer, resourceSchemaUrl);
    }
    const body = writer.take();
    return { body, groups: places.map(({ group, at }) => viewOf(group, body, at)) };
  };

  #group(envelope: OtlpEnvelope, items: readonly Item[]): EncodedGroup {
    const writer = this.#writer;
    writer.reset();
    const ends: number[] = [];
    for (const item of items) {
      writer.byte((2 << 3) | LENGTH);
      const start = writer.begin(2);
      this.#write(writer, item);
      writer.end(start, 2);
      ends.push(writer.length);
    }
    return { envelope, items: writer.take(), ends };
  }

  #encoded(write: () => void): Uint8Array {
    this.#writer.reset();
    write();
    return this.#writer.take();
  }
}

/** Bytes of a ScopeSpans or ScopeLogs. */
function scopeLength({ envelope, groups }: ResourceGroups['envelopes'][number]): number {
  const items = groups.reduce((sum, group) => sum + group.items.length, 0);
  return fieldLength(envelope.scope.length) + items + urlLength(envelope.schemaUrl);
}

/** Bytes of a field with a one-byte tag and `length` bytes of content. */
function fieldLength(length: number): number {
  let bytes = 2;
  for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes + length;
}

const urlLength = (url: string | undefined): number =>
  url === undefined || url === '' ? 0 : fieldLength(Buffer.byteLength(url, 'utf8'));

/** Field 3, `schema_url`, of ScopeSpans, ScopeLogs and the messages around. */
function writeUrl(to: ProtoWriter, url: string | undefined): void {
  if (url === undefined || url === '') return;
  to.byte((3 << 3) | LENGTH);
  to.text(url);
}

/** Encodes spans as OTLP protobuf. */
export const createSpanEncoder = (): ItemEncoder<ReadableSpan> => new ProtoEncoder(writeSpan);
/** Encodes log records as OTLP protobuf. */
export const createLogEncoder = (): ItemEncoder<ReadableLogRecord> => new ProtoEncoder(writeLogRecord);
