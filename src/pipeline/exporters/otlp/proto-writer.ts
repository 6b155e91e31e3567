/** Texts up to this length are written character by character, which costs less than a call into native code. */
const SHORT = 32;
const LEAST_CAPACITY = 16_384;
/** Encoded names are kept for this many different names. */
const MOST_NAMES = 4096;
const LONGEST_NAME = 256;

const TWO_32 = 4_294_967_296;

/** Writes protobuf messages into one buffer that grows. See https://protobuf.dev/programming-guides/encoding/. */
export class ProtoWriter {
  #buffer: Buffer = Buffer.allocUnsafe(LEAST_CAPACITY);
  #at = 0;
  readonly #names = new Map<string, Uint8Array>();

  /** Bytes written since the last {@link take}. */
  get length(): number {
    return this.#at;
  }

  /** A copy of all bytes; the writer is empty again. */
  take(): Uint8Array {
    const bytes = new Uint8Array(this.#at);
    bytes.set(this.#buffer.subarray(0, this.#at));
    this.reset();
    return bytes;
  }

  /** Drops all bytes, and a buffer that has grown large. */
  reset(): void {
    this.#at = 0;
    if (this.#buffer.length > LEAST_CAPACITY * 256) this.#buffer = Buffer.allocUnsafe(LEAST_CAPACITY);
  }

  /** One byte: a tag, or a small number. */
  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#at++] = value;
  }

  /** An unsigned integer up to 2^53, as a varint. */
  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#at++] = rest;
  }

  /** A signed 64-bit integer, as a varint. Numbers past 2^53 are as exact as the number is. */
  int64(value: number): void {
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      this.varint(value);
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    this.#reserve(10);
    while (rest >= 0x80n) {
      this.#buffer[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#at++] = Number(rest);
  }

  /** A 64-bit floating-point number. */
  double(value: number): void {
    this.#reserve(8);
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }

  /** A 32-bit unsigned integer of fixed length. */
  fixed32(value: number): void {
    this.#reserve(4);
    this.#uint32(value);
  }

  /** Nanoseconds since 1970 as 64 bits, from seconds and nanoseconds. */
  nanoseconds([seconds, nanos]: readonly [number, number]): void {
    this.#reserve(8);
    // seconds * 10^9 + nanos in 16-bit pieces, because the product does not fit into 53 bits: 10^9 = 15,258 * 2^16 + 51,712.
    const low = Math.trunc(seconds) * 51_712 + Math.trunc(nanos);
    const middle = Math.trunc(seconds) * 15_258 + Math.floor(low / 65_536);
    this.#uint32((low % 65_536) + (middle % 65_536) * 65_536);
    this.#uint32(Math.floor(middle / 65_536) % TWO_32);
  }

  /** The bytes of a hexadecimal text, with their length. */
  hex(text: string): void {
    const length = text.length >> 1;
    this.#reserve(length + 5);
    this.varint(length);
    for (let i = 0; i < text.length; i += 2)
      this.#buffer[this.#at++] = (digit(text.charCodeAt(i)) << 4) | digit(text.charCodeAt(i + 1));
  }

  /** A text in UTF-8, with its length. Lone surrogates become the replacement character. */
  text(text: string): void {
    const { length } = text;
    if (length <= SHORT && this.#ascii(text)) return;
    const bytes = Buffer.byteLength(text, 'utf8');
    this.#reserve(bytes + 5);
    this.varint(bytes);
    this.#at += this.#buffer.write(text, this.#at, 'utf8');
  }

  /** A text that comes again and again: its bytes are kept. */
  name(text: string): void {
    let bytes = this.#names.get(text);
    if (bytes === undefined) {
      const start = this.#at;
      this.text(text);
      if (text.length > LONGEST_NAME || this.#names.size >= MOST_NAMES) return;
      bytes = Uint8Array.prototype.slice.call(this.#buffer, start, this.#at);
      this.#names.set(text, bytes);
      return;
    }
    this.raw(bytes);
  }

  /** Bytes, with their length. */
  bytes(bytes: Uint8Array): void {
    this.varint(bytes.byteLength);
    this.raw(bytes);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#reserve(length);
    if (length > SHORT * 2) this.#buffer.set(bytes, this.#at);
    else for (let i = 0; i < length; i++) this.#buffer[this.#at + i] = bytes[i] as number;
    this.#at += length;
  }

  /**
   * Begins a message whose length is not known yet; pass the result to {@link end}.
   * @param room bytes of the length: 1 is enough for 127 bytes, as in nearly all attributes; 2 for 16,383
   */
  begin(room: 1 | 2 = 1): number {
    this.#reserve(room);
    this.#at += room;
    return this.#at;
  }

  /** Ends a message that began at `start`: writes the length in front, and moves the message if the length needs other room. */
  end(start: number, reserved: 1 | 2 = 1): void {
    const length = this.#at - start;
    if (length < 0x80 && reserved === 1) {
      this.#buffer[start - 1] = length;
      return;
    }
    const room = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : length < 0x1000_0000 ? 4 : 5;
    if (room !== reserved) {
      this.#reserve(room);
      this.#buffer.copyWithin(start + room - reserved, start, this.#at);
    }
    const end = start + room - reserved + length;
    this.#at = start - reserved;
    this.varint(length);
    this.#at = end;
  }

  #ascii(text: string): boolean {
    const { length } = text;
    this.#reserve(length + 1);
    const start = this.#at;
    const buffer = this.#buffer;
    buffer[start] = length;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return false;
      buffer[start + 1 + i] = code;
    }
    this.#at = start + 1 + length;
    return true;
  }

  #uint32(value: number): void {
    this.#buffer[this.#at++] = value & 0xff;
    this.#buffer[this.#at++] = (value >>> 8) & 0xff;
    this.#buffer[this.#at++] = (value >>> 16) & 0xff;
    this.#buffer[this.#at++] = (value >>> 24) & 0xff;
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#at));
    this.#buffer = larger;
  }
}

/** Value of a hexadecimal digit. */
function digit(code: number): number {
  if (code <= 0x39) return code - 0x30;
  return code <= 0x46 ? code - 0x37 : code - 0x57;
}
