import type { ReadRequest, Signal } from './read-request.ts';

/** Names of the counts of refused items: https://opentelemetry.io/docs/specs/otlp/#partial-success */
const REFUSED = { traces: 'rejectedSpans', metrics: 'rejectedDataPoints', logs: 'rejectedLogRecords' } as const;

/** An export response in JSON. */
export function jsonAnswer(signal: Signal, { refused, reason = '' }: ReadRequest): object {
  return refused === 0 ? {} : { partialSuccess: { [REFUSED[signal]]: String(refused), errorMessage: reason } };
}

/** An export response in protobuf: field 1 is `partial_success` with the count in field 1 and the message in field 2. */
export function protoAnswer({ refused, reason = '' }: ReadRequest): Buffer {
  if (refused === 0) return Buffer.alloc(0);
  const text = Buffer.from(reason);
  const partial = Buffer.concat([Buffer.of(0x08, ...varint(refused), 0x12, ...varint(text.length)), text]);
  return Buffer.concat([Buffer.of(0x0a, ...varint(partial.length)), partial]);
}

/** A `google.rpc.Status` with a message in field 2. */
export function protoStatus(message: string): Buffer {
  const text = Buffer.from(message);
  return Buffer.concat([Buffer.of(0x12, ...varint(text.length)), text]);
}

function varint(number: number): number[] {
  const bytes: number[] = [];
  for (let rest = number; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}
