/** One field of a protobuf message: a number for varints, bytes for everything else. */
export interface ProtoField {
  readonly field: number;
  readonly number: number;
  readonly bytes: Uint8Array | undefined;
  /** The field as the message holds the field, with its tag. */
  readonly whole: Uint8Array;
}

/** Reads the fields of a protobuf message. Throws at a message that is cut. */
export class ProtoReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** All fields, in the order in which the message holds them. */
  *fields(): Generator<ProtoField> {
    while (this.#at < this.#bytes.length) {
      const start = this.#at;
      const field = this.#next();
      yield { ...field, whole: this.#bytes.subarray(start, this.#at) };
    }
  }

  #next(): Omit<ProtoField, 'whole'> {
    const tag = this.#varint();
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        return { field, number: this.#varint(), bytes: undefined };
      case 1:
        return { field, number: 0, bytes: this.#take(8) };
      case 2:
        return { field, number: 0, bytes: this.#take(this.#varint()) };
      case 5:
        return { field, number: 0, bytes: this.#take(4) };
      default:
        throw new RangeError('an unknown wire type');
    }
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || factor > 2 ** 63) throw new RangeError('a message that is cut');
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('a message that is cut');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}
