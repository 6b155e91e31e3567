import { shownUrl, type Target } from '../../config/sdk/export-target.ts';
import type { Batch } from '../batches/batch.ts';
import type { Destination } from '../batches/destination.ts';
import { EncodedBatch } from '../batches/encoded-batch.ts';
import { load } from '../load.ts';
import type { SendOutcome } from '../transport/outcome.ts';
import type { ItemEncoder } from './item-encoder.ts';
import { withoutTracing } from './without-tracing.ts';

/** What differs between the kinds of exporters that send requests. */
export interface RequestKind<Item> {
  /** `otel.component.type` */
  readonly type: string;
  readonly target: Target;
  readonly advice: Destination<Item>['advice'];
  /** Called at the first batch, so that the code of the encoder costs no time at start. */
  encoder(): ItemEncoder<Item>;
}

type Sender = typeof import('../transport/send.ts');

const sender = (): Sender => load<Sender>('pipeline-send');

/** Loads what requests to `target` need: see transport/send.ts. */
export function prepare(target: Target): void {
  sender().prepare(target);
}

/** Sends the bytes of a request. */
export function sendBody(target: Target, body: Uint8Array, timeoutMs: number): Promise<SendOutcome> {
  return withoutTracing(() => sender().send(target, body, timeoutMs));
}

/** The destination of an exporter that sends requests. */
export function requestDestination<Item>({ type, target, advice, encoder }: RequestKind<Item>): Destination<Item> {
  let loaded: ItemEncoder<Item> | undefined;
  return {
    type,
    advice,
    endpoint: shownUrl(target.url),
    timeoutMs: target.timeoutMs,
    encode(items) {
      loaded ??= encoder();
      return new EncodedBatch(loaded.encode(items), loaded.frame);
    },
    send: (batch, timeoutMs) => sendBody(target, bodyOf(batch), timeoutMs),
    sendBody: (body, format, timeoutMs) => sendBody(inFormat(target, format), body, timeoutMs),
    takes: (format) => format === 'pb' || target.transport === 'http',
    request: (batch) => ({ target, body: bodyOf(batch) }),
  };
}

/** A file from before a change of the protocol keeps its format. gRPC takes one format, and names the format by itself. */
function inFormat(target: Target, format: 'pb' | 'json'): Target {
  if (target.transport === 'grpc') return target;
  const type = format === 'json' ? 'application/json' : 'application/x-protobuf';
  return { ...target, headers: { ...target.headers, 'content-type': type } };
}

const bodyOf = (batch: Batch): Uint8Array => (batch as EncodedBatch).body();
