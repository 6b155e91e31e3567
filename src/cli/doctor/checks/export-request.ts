import { randomBytes } from 'node:crypto';
import type { Signal } from '../../../config/sdk/export-target.ts';

const NAME = 'llm-otel doctor';
const EMPTY: Readonly<Record<Signal, string>> = {
  traces: '{"resourceSpans":[]}',
  metrics: '{"resourceMetrics":[]}',
  logs: '{"resourceLogs":[]}',
};

/** A request of OTLP with nothing, or with the span `llm-otel doctor`. */
export function exportRequest(signal: Signal, isJson: boolean, withSpan: boolean): Uint8Array {
  if (!withSpan) return isJson ? Buffer.from(EMPTY[signal]) : new Uint8Array();
  return isJson ? jsonSpan() : protoSpan();
}

function jsonSpan(): Uint8Array {
  const now = `${Date.now()}000000`;
  const span = {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: NAME,
    kind: 1,
    startTimeUnixNano: now,
    endTimeUnixNano: now,
  };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: NAME } }] };
  return Buffer.from(
    JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: NAME }, spans: [span] }] }] }),
  );
}

/** A field with a length: https://protobuf.dev/programming-guides/encoding. All lengths here are below 128. */
const field = (number: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(number * 8 + 2, bytes.length), bytes]);
};

const text = (number: number, value: string): Uint8Array => field(number, Buffer.from(value));

function fixed64(number: number, value: bigint): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes[0] = number * 8 + 1;
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
}

/** Numbers of the fields: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto */
function protoSpan(): Uint8Array {
  const now = BigInt(Date.now()) * 1_000_000n;
  const ids = [field(1, randomBytes(16)), field(2, randomBytes(8))];
  const span = [...ids, text(5, NAME), Uint8Array.of(6 * 8, 1), fixed64(7, now), fixed64(8, now)];
  const resource = field(1, field(1, text(1, 'service.name'), field(2, text(1, NAME))));
  return field(1, resource, field(2, field(1, text(1, NAME)), field(2, ...span)));
}
