import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Env } from '../../config/env.ts';
import type { Signal, Target } from '../../config/export-target.ts';
import { otlpTarget } from '../../config/otlp-endpoint.ts';
import { inOneLine, warnOnce } from '../../runtime/log.ts';
import { load } from '../load.ts';
import { accepts, post } from '../queue/outbox.ts';
import type { Outcome } from '../transport/outcome.ts';

/** Turns items into bytes and sends them. */
export interface Pipe<T> {
  readonly target: Target;
  /** False if too much is on its way already. */
  readonly accepts: () => boolean;
  /** Starts sending at once; never rejects. */
  readonly send: (items: T) => Promise<Outcome>;
}

/** Of items into the bytes of a request; undefined if there is nothing to send. */
export type Serialize<T> = (items: T) => Uint8Array | undefined;

/** A pipe to `target`. `serializer` is called at the first batch, so that what it loads costs no time at start. */
export function pipe<T>(target: Target, serializer: () => Serialize<T>): Pipe<T> {
  let serialize: Serialize<T> | undefined;
  return {
    target,
    accepts: () => accepts(target),
    send: async (items) => {
      try {
        serialize ??= serializer();
        const body = serialize(items);
        if (body === undefined) return { ok: true };
        // An instrumentation of node:http must not make spans of our own requests.
        return await context.with(suppressTracing(context.active()), post, undefined, target, body);
      } catch (error) {
        warnOnce(`${target.signal} could not be encoded: ${inOneLine(error)}`);
        return { ok: false, reason: inOneLine(error), retryable: false, answered: false };
      }
    },
  };
}

/** The OTLP pipe of a signal. */
export function otlpPipe<T>(env: Env, signal: Signal): Pipe<T> {
  const { protocol, target } = otlpTarget(env, signal);
  return pipe<T>(target, () => {
    const parts = protocol === 'http/json' ? load('register-otlp-json') : load('register-otlp-proto');
    const serializer = parts[signal] as { serializeRequest(items: T): Uint8Array | undefined };
    return (items) => serializer.serializeRequest(items);
  });
}

/** Hands a batch to a pipe unless too much is on its way. */
export function handOver<T>(to: Pipe<readonly T[]>, items: readonly T[]): boolean {
  if (!to.accepts()) return false;
  void to.send(items);
  return true;
}
