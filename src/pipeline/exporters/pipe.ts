import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Target } from '../../config/sdk/export-target.ts';
import { firstLine, warnOnce } from '../../runtime/log.ts';
import { accepts, post } from '../queue/outbox.ts';
import type { SendOutcome } from '../transport/outcome.ts';

/** Turns items into bytes and sends the bytes to one target. */
export interface Pipe<T> {
  readonly target: Target;
  /** False if the target has the most requests in flight already. */
  readonly accepts: () => boolean;
  /** Starts sending at once; never rejects. */
  readonly send: (items: T) => Promise<SendOutcome>;
}

/** Serializes items into the body of a request; undefined if there is no body to send. */
export type Serialize<T> = (items: T) => Uint8Array | undefined;

/** Makes a pipe to `target`. `encoder` is called at the first batch, so that the code it loads costs no time at start. */
export function createPipe<T>(target: Target, encoder: () => Serialize<T>): Pipe<T> {
  let serialize: Serialize<T> | undefined;
  return {
    target,
    accepts: () => accepts(target),
    send: async (items) => {
      try {
        serialize ??= encoder();
        const body = serialize(items);
        if (body === undefined) return { ok: true };
        // An instrumentation of node:http must not make spans of our own requests.
        return await context.with(suppressTracing(context.active()), post, undefined, target, body);
      } catch (error) {
        warnOnce(`${target.signal} could not be encoded: ${firstLine(error)}`);
        return { ok: false, reason: firstLine(error), retryable: false, answered: false };
      }
    },
  };
}

/** Hands a batch to a pipe. Returns false, and sends nothing, if the pipe accepts no further request. */
export function handOver<T>(pipe: Pipe<readonly T[]>, items: readonly T[]): boolean {
  if (!pipe.accepts()) return false;
  void pipe.send(items);
  return true;
}
