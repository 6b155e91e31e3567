import { decodeProto } from './decode-proto.ts';
import { EXPORT_REQUESTS } from './proto-schema.ts';
import { RequestError } from './read-body.ts';
import { listsOf, type ReadRequest, type Signal } from './read-request.ts';

/** Takes requests in the shape of OTLP's JSON encoding. */
export type Receive = (signal: Signal, request: object) => ReadRequest;

/** Reads the bytes of a request and hands the request on. Throws {@link RequestError} 400 if the bytes are no request. */
export function receiveBytes(receive: Receive, signal: Signal, body: Buffer, format: 'json' | 'proto'): ReadRequest {
  try {
    const request =
      format === 'json' ? (JSON.parse(body.toString('utf8')) as object) : decodeProto(EXPORT_REQUESTS[signal], body);
    return receive(signal, request);
  } catch (error) {
    throw new RequestError(
      400,
      `not an OTLP request for ${signal} (${listsOf(signal)[0]}): ${(error as Error).message}`,
    );
  }
}
