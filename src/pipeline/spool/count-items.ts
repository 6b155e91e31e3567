import { ProtoReader } from '../transport/proto-reader.ts';

/**
 * Number of spans or log records in an OTLP request. In protobuf the request, ResourceSpans and ScopeSpans hold the lists in
 * fields 1, 2 and 2; the messages of logs have the same numbers. Throws at a request that is cut.
 */
export function countItems(body: Uint8Array, format: 'pb' | 'json'): number {
  return format === 'pb' ? countProto(body, [1, 2, 2]) : countJson(body);
}

/** The same; 0 for a request that cannot be read. */
export function countReadable(body: Uint8Array, format: 'pb' | 'json'): number {
  try {
    return countItems(body, format);
  } catch {
    return 0;
  }
}

function countProto(message: Uint8Array, [field, ...deeper]: readonly number[]): number {
  let count = 0;
  for (const one of new ProtoReader(message).fields())
    if (one.field === field && one.bytes !== undefined)
      count += deeper.length === 0 ? 1 : countProto(one.bytes, deeper);
  return count;
}

type Lists = Readonly<Record<string, readonly Readonly<Record<string, readonly unknown[]>>[] | undefined>>;

function countJson(body: Uint8Array): number {
  const { resourceSpans, resourceLogs } = JSON.parse(Buffer.from(body).toString('utf8')) as {
    resourceSpans?: readonly Lists[];
    resourceLogs?: readonly Lists[];
  };
  let count = 0;
  for (const { scopeSpans, scopeLogs } of resourceSpans ?? resourceLogs ?? [])
    for (const { spans, logRecords } of scopeSpans ?? scopeLogs ?? []) count += (spans ?? logRecords ?? []).length;
  return count;
}
