/**
 * The wait in `google.rpc.RetryInfo` of `grpc-status-details-bin`, which is a `google.rpc.Status` in base64: field 3 holds
 * details of type Any (1: type URL, 2: value); RetryInfo's field 1 is a Duration (1: seconds, 2: nanoseconds).
 */
import { ProtoReader } from './proto-reader.ts';

const TYPE = 'type.googleapis.com/google.rpc.RetryInfo';

/** Milliseconds, or undefined where there is no RetryInfo that can be read. */
export function retryInfoMs(header: unknown): number | undefined {
  if (typeof header !== 'string') return undefined;
  try {
    for (const { field, bytes } of new ProtoReader(Buffer.from(header, 'base64')).fields())
      if (field === 3 && bytes !== undefined) {
        const ms = waitOf(bytes);
        if (ms !== undefined) return ms;
      }
  } catch {
    // details that cannot be read say nothing
  }
  return undefined;
}

function waitOf(any: Uint8Array): number | undefined {
  const fields = [...new ProtoReader(any).fields()];
  const type = fields.find(({ field }) => field === 1)?.bytes;
  const value = fields.find(({ field }) => field === 2)?.bytes;
  if (type === undefined || value === undefined || Buffer.from(type).toString() !== TYPE) return undefined;
  const duration = [...new ProtoReader(value).fields()].find(({ field }) => field === 1)?.bytes;
  if (duration === undefined) return undefined;
  let ms = 0;
  for (const { field, number } of new ProtoReader(duration).fields())
    ms += field === 1 ? number * 1000 : field === 2 ? number / 1_000_000 : 0;
  return ms >= 0 && ms < Number.MAX_SAFE_INTEGER ? ms : undefined;
}
