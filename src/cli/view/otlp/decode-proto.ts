import { ProtoReader } from '../../../pipeline/transport/proto-reader.ts';
import type { ProtoFieldSchema, ProtoSchema, Scalar } from './proto-schema.ts';

/** Messages inside messages: values of attributes nest as deep as their maker likes. */
const MOST_DEPTH = 100;

/** A message as an object of OTLP's JSON encoding. */
export type DecodedMessage = Record<string, unknown>;

/** Decodes a message. Throws a RangeError if the bytes are cut, are no protobuf, or nest too deep. */
export function decodeProto(schema: ProtoSchema, bytes: Uint8Array, depth = 0): DecodedMessage {
  if (depth > MOST_DEPTH) throw new RangeError('messages nest too deep');
  const decoded: DecodedMessage = {};
  for (const { field, number, bytes: content, whole } of new ProtoReader(bytes).fields()) {
    const row = schema[field];
    if (row === undefined) continue;
    if (content === undefined) add(decoded, row, readVarint(row.type, number, whole));
    else if (typeof row.type === 'function') add(decoded, row, decodeProto(row.type(), content, depth + 1));
    else if (row.isList && row.type in PACKED) for (const value of unpack(row.type, content)) add(decoded, row, value);
    else add(decoded, row, readBytes(row.type, content));
  }
  return decoded;
}

function add(message: DecodedMessage, { name, isList }: ProtoFieldSchema, value: unknown): void {
  if (!isList) message[name] = value;
  else if (Array.isArray(message[name])) message[name].push(value);
  else message[name] = [value];
}

/** The value of a varint. Above 2^53 a number is not exact: the bytes behind the tag are read once more. */
function readVarint(type: ProtoFieldSchema['type'], number: number, whole: Uint8Array): unknown {
  switch (type) {
    case 'bool':
      return number !== 0;
    case 'int64':
      return String(Number.isSafeInteger(number) ? number : BigInt.asIntN(64, exactVarint(whole)));
    case 'uint64':
      return String(Number.isSafeInteger(number) ? number : BigInt.asUintN(64, exactVarint(whole)));
    case 'uint':
      return number;
    case 'sint':
      return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
    default:
      throw new RangeError('a field of another wire type');
  }
}

/** The varint behind the tag, which is a varint too. */
function exactVarint(whole: Uint8Array): bigint {
  const start = whole.findIndex((byte) => byte < 128) + 1;
  let value = 0n;
  for (const [i, byte] of whole.subarray(start).entries()) value |= BigInt(byte & 127) << BigInt(7 * i);
  return value;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** JSON has no words for the numbers that are none; the JSON encoding of protobuf has. */
const jsonNumber = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

function readBytes(type: Scalar, bytes: Uint8Array): unknown {
  switch (type) {
    case 'string':
      return bufferOf(bytes).toString('utf8');
    case 'bytes':
      return bufferOf(bytes).toString('base64');
    case 'id':
      return bufferOf(bytes).toString('hex');
    case 'double':
      return jsonNumber(viewOf(bytes).getFloat64(0, true));
    case 'fixed32':
      return viewOf(bytes).getUint32(0, true);
    case 'fixed64':
      return String(viewOf(bytes).getBigUint64(0, true));
    case 'sfixed64':
      return String(viewOf(bytes).getBigInt64(0, true));
    default:
      throw new RangeError('a field of another wire type');
  }
}

/** Bytes of a number in a packed list; 0 for a varint. */
const PACKED: Partial<Record<Scalar, number>> = { double: 8, fixed64: 8, uint64: 0 };

function* unpack(type: Scalar, bytes: Uint8Array): Generator<unknown> {
  const size = PACKED[type] ?? 0;
  if (size > 0) for (let at = 0; at < bytes.length; at += size) yield readBytes(type, bytes.subarray(at, at + size));
  else
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.findIndex((byte, i) => i >= at && byte < 128) + 1;
      if (end === 0) throw new RangeError('a message that is cut');
      yield String(exactVarint(Uint8Array.of(0, ...bytes.subarray(at, end))));
      at = end;
    }
}
