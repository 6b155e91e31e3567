/** Attributes, scopes and resources of OTLP in protobuf: opentelemetry/proto/common/v1/common.proto, OTLP 1.x. */
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ProtoWriter } from './proto-writer.ts';

/** Wire type of a varint; a tag is `number << 3 | type`. */
export const VARINT = 0;
/** Wire type of eight bytes. */
export const FIXED64 = 1;
/** Wire type of a length and so many bytes. */
export const LENGTH = 2;
/** Wire type of four bytes. */
export const FIXED32 = 5;

/** Values nested deeper are left out. */
const DEEPEST = 32;

/** Attributes by name. */
export type AttributeMap = Readonly<Record<string, unknown>>;

/** Writes each attribute as a `KeyValue` field with `tag`. */
export function writeAttributes(to: ProtoWriter, tag: number, attributes: AttributeMap | undefined, depth = 0): void {
  for (const name in attributes) {
    const value = attributes[name];
    to.byte(tag);
    const start = to.begin();
    to.byte((1 << 3) | LENGTH);
    to.name(name);
    to.byte((2 << 3) | LENGTH);
    const inner = to.begin();
    writeValue(to, value, depth);
    to.end(inner);
    to.end(start);
  }
}

/** Writes the fields of an `AnyValue`; nothing for null, undefined and functions. */
export function writeValue(to: ProtoWriter, value: unknown, depth = 0): void {
  if (typeof value === 'string') {
    to.byte((1 << 3) | LENGTH);
    to.text(value);
  } else if (typeof value === 'boolean') {
    to.byte((2 << 3) | VARINT);
    to.byte(value ? 1 : 0);
  } else if (typeof value === 'number') writeNumber(to, value);
  else if (typeof value === 'object' && value !== null && depth <= DEEPEST) writeObject(to, value, depth);
}

function writeNumber(to: ProtoWriter, value: number): void {
  if (Number.isInteger(value)) {
    to.byte((3 << 3) | VARINT);
    to.int64(value);
  } else {
    to.byte((4 << 3) | FIXED64);
    to.double(value);
  }
}

function writeObject(to: ProtoWriter, value: object, depth: number): void {
  if (value instanceof Uint8Array) {
    to.byte((7 << 3) | LENGTH);
    to.bytes(value);
    return;
  }
  const isArray = Array.isArray(value);
  to.byte(((isArray ? 5 : 6) << 3) | LENGTH);
  const start = to.begin();
  if (isArray)
    for (const one of value) {
      to.byte((1 << 3) | LENGTH);
      const inner = to.begin();
      writeValue(to, one, depth + 1);
      to.end(inner);
    }
  else writeAttributes(to, (1 << 3) | LENGTH, value as AttributeMap, depth + 1);
  to.end(start);
}

/** A scope as the SDKs keep one; 2.x and 3.x may add attributes. */
export interface ScopeLike extends InstrumentationScope {
  readonly attributes?: AttributeMap | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** Writes the fields of an `InstrumentationScope`. */
export function writeScope(to: ProtoWriter, scope: ScopeLike): void {
  to.byte((1 << 3) | LENGTH);
  to.name(scope.name);
  if (scope.version !== undefined && scope.version !== '') {
    to.byte((2 << 3) | LENGTH);
    to.name(scope.version);
  }
  writeAttributes(to, (3 << 3) | LENGTH, scope.attributes);
  if (scope.droppedAttributesCount) {
    to.byte((4 << 3) | VARINT);
    to.varint(scope.droppedAttributesCount);
  }
}

/** Writes the fields of a `Resource`. */
export function writeResource(to: ProtoWriter, resource: Pick<Resource, 'attributes'>): void {
  writeAttributes(to, (1 << 3) | LENGTH, resource.attributes);
}
