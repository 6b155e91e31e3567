/** The protobuf wire format, as much of it as OTLP uses. https://protobuf.dev/programming-guides/encoding/ */

/** How a field's bytes are read. */
export type Scalar =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'uint'
  | 'int64'
  | 'sint'
  | 'double'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed64';

/** One field: its JSON name, its type (a scalar or another message, lazily because messages nest) and whether it repeats. */
export interface Field {
  readonly name: string;
  readonly type: Scalar | (() => Message);
  readonly repeated?: boolean;
}

/** A message: field number to field. Numbers that are not listed are skipped. */
export type Message = Readonly<Record<number, Field>>;

/** A decoded message, in the shape of OTLP's JSON encoding; ids and bytes stay bytes, 64-bit integers are bigints. */
export type Decoded = Record<string, unknown>;

class Reader {
  private at = 0;
  private readonly buffer: Buffer;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  get done(): boolean {
    return this.at >= this.buffer.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.buffer[this.at++];
      if (byte === undefined) throw new RangeError('protobuf: truncated varint');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  take(length: number): Buffer {
    if (this.at + length > this.buffer.length) throw new RangeError('protobuf: truncated field');
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }

  /** The raw bytes of a field, or the varint's value. */
  payload(wireType: number): Buffer | bigint {
    if (wireType === 0) return this.varint();
    if (wireType === 1) return this.take(8);
    if (wireType === 2) return this.take(Number(this.varint()));
    if (wireType === 5) return this.take(4);
    throw new RangeError(`protobuf: wire type ${wireType}`);
  }
}

const WIRE: Readonly<Record<Scalar, 0 | 1 | 2 | 5>> = {
  string: 2,
  bytes: 2,
  bool: 0,
  uint: 0,
  int64: 0,
  sint: 0,
  double: 1,
  fixed32: 5,
  fixed64: 1,
  sfixed64: 1,
};

function scalar(type: Scalar, raw: Buffer | bigint): unknown {
  if (typeof raw === 'bigint') {
    if (type === 'bool') return raw !== 0n;
    if (type === 'int64') return BigInt.asIntN(64, raw);
    if (type === 'sint') return Number((raw >> 1n) ^ -(raw & 1n));
    return Number(raw);
  }
  if (type === 'string') return raw.toString('utf8');
  if (type === 'double') return raw.readDoubleLE();
  if (type === 'fixed32') return raw.readUInt32LE();
  if (type === 'fixed64') return raw.readBigUInt64LE();
  if (type === 'sfixed64') return raw.readBigInt64LE();
  return raw;
}

/** Decodes one message. Throws a RangeError when the bytes are cut or are no protobuf. */
export function decode(message: Message, bytes: Buffer): Decoded {
  const reader = new Reader(bytes);
  const out: Decoded = {};
  while (!reader.done) {
    const tag = Number(reader.varint());
    const raw = reader.payload(tag & 7);
    const field = message[tag >> 3];
    if (field === undefined) continue;
    const values = read(field.type, raw, tag & 7);
    if (field.repeated) out[field.name] = [...((out[field.name] as unknown[] | undefined) ?? []), ...values];
    else out[field.name] = values.at(-1);
  }
  return out;
}

function read(type: Field['type'], raw: Buffer | bigint, wireType: number): unknown[] {
  if (typeof type === 'function') return [decode(type(), raw as Buffer)];
  // Packed: a repeated number comes as one length-delimited field.
  if (wireType === 2 && WIRE[type] !== 2) {
    const reader = new Reader(raw as Buffer);
    const values: unknown[] = [];
    while (!reader.done) values.push(scalar(type, reader.payload(WIRE[type])));
    return values;
  }
  return [scalar(type, raw)];
}
