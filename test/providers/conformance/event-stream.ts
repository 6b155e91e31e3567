/**
 * The binary frames of streams of AWS: lengths, checksums, headers, payload.
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { crc32 } from 'node:zlib';

/** The value type of a header that is a text. */
const STRING = 7;

function header(name: string, value: string): Buffer {
  const head = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([STRING, 0, 0])]);
  head.writeUInt16BE(Buffer.byteLength(value), head.length - 2);
  return Buffer.concat([head, Buffer.from(value)]);
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** One frame. The name of an exception ends with `Exception`. */
export function encodeEvent({ event = 'chunk', data }: { readonly event?: string; readonly data: unknown }): Buffer {
  const payload = Buffer.from(typeof data === 'string' ? data : JSON.stringify(data));
  const kind = event.endsWith('Exception') ? 'exception' : 'event';
  const headers = Buffer.concat([
    header(`:${kind}-type`, event),
    header(':content-type', 'application/json'),
    header(':message-type', kind),
  ]);
  const prelude = Buffer.concat([uint32(headers.length + payload.length + 16), uint32(headers.length)]);
  const message = Buffer.concat([prelude, uint32(crc32(prelude)), headers, payload]);
  return Buffer.concat([message, uint32(crc32(message))]);
}
