/** OTLP in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. Ids in hex, 64-bit integers as text. */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { EncodedGroup, Framed } from '../../batches/encoded-batch.ts';
import { type ItemEncoder, jsonItems } from '../item-encoder.ts';
import { byResource, Envelopes, groupByEnvelope, type Scoped, viewOf } from './envelopes.ts';
import { toJsonLogRecord, toJsonResource, toJsonScope, toJsonSpan } from './json-items.ts';

/** Names of the lists of one signal. */
interface Names {
  readonly resources: string;
  readonly scopes: string;
  readonly items: string;
}

const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

class JsonEncoder<Item extends Scoped> implements ItemEncoder<Item> {
  readonly #names: Names;
  readonly #toJson: (item: Item) => object;
  readonly #envelopes = new Envelopes({
    resource: (resource) => bytesOf(toJsonResource(resource)),
    scope: (scope) => bytesOf(toJsonScope(scope)),
  });

  constructor(names: Names, toJson: (item: Item) => object) {
    this.#names = names;
    this.#toJson = toJson;
  }

  encode(items: readonly Item[]): EncodedGroup[] {
    return [...groupByEnvelope(items, this.#envelopes)].map(([envelope, group]) => ({
      envelope,
      ...jsonItems(group.map((item) => this.#toJson(item))),
    }));
  }

  readonly frame = (groups: readonly EncodedGroup[]): Framed => {
    const { resources, scopes, items } = this.#names;
    const pieces: Uint8Array[] = [];
    const places: { readonly group: EncodedGroup; readonly at: number }[] = [];
    let length = 0;
    const add = (piece: Uint8Array | string): void => {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
      pieces.push(bytes);
      length += bytes.length;
    };
    add(`{"${resources}":[`);
    let comma = '';
    for (const { resource, resourceSchemaUrl, envelopes } of byResource(groups)) {
      add(`${comma}{"resource":`);
      add(resource);
      add(`${url(resourceSchemaUrl)},"${scopes}":`);
      for (const [i, { envelope, groups: same }] of envelopes.entries()) {
        add(`${i === 0 ? '[' : ','}{"scope":`);
        add(envelope.scope);
        add(`${url(envelope.schemaUrl)},"${items}":[`);
        for (const [j, group] of same.entries()) {
          // The byte in front of an item stands for the comma; the first item of the list has the bracket there.
          if (j > 0) add(',');
          places.push({ group, at: length - 1 });
          add(group.items.subarray(1));
        }
        add(']}');
      }
      add(']}');
      comma = ',';
    }
    add(']}');
    const body = Buffer.concat(pieces, length);
    return { body, groups: places.map(({ group, at }) => viewOf(group, body, at)) };
  };
}

const url = (text: string | undefined): string =>
  text === undefined || text === '' ? '' : `,"schemaUrl":${JSON.stringify(text)}`;

/** Encodes spans as OTLP JSON. */
export const createSpanEncoder = (): ItemEncoder<ReadableSpan> =>
  new JsonEncoder({ resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans' }, toJsonSpan);
/** Encodes log records as OTLP JSON. */
export const createLogEncoder = (): ItemEncoder<ReadableLogRecord> =>
  new JsonEncoder({ resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' }, toJsonLogRecord);
