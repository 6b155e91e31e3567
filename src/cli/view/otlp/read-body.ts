import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Bytes of a request, packed and unpacked: the default bound of the Collector is 20 MiB for HTTP. */
const MOST_REQUEST_BYTES = 64 * 1024 * 1024;

/** A request that cannot be read, with the HTTP status that says why. */
export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const unzip = promisify(gunzip);

const tooLarge = (): RequestError => new RequestError(413, `larger than ${MOST_REQUEST_BYTES} bytes`);

/** Reads a body. Throws {@link RequestError} 413 at a body that is too large. */
export async function readBody(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += (chunk as Buffer).length;
    if (length > MOST_REQUEST_BYTES) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, length);
}

/** Unpacks a body. Throws {@link RequestError}: 413 at too many bytes, 415 at an unknown encoding, 400 at bytes that are none of it. */
export async function unpack(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new RequestError(415, `content-encoding ${encoding}: expected gzip`);
  try {
    return await unzip(body, { maxOutputLength: MOST_REQUEST_BYTES });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? tooLarge()
      : new RequestError(400, 'not gzip');
  }
}
