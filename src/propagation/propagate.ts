import type { Context } from '@opentelemetry/api';
import { activeContext, callWith, globalPropagator } from '../otel/globals.ts';
import { debug } from '../runtime/log.ts';
import { CARRIER_GETTER, CARRIER_SETTER, type Carrier } from './carriers.ts';

/**
 * Writes the context into `carrier` in the formats of `OTEL_PROPAGATORS`, and returns `carrier`. Without a registered
 * propagator `carrier` stays as it is. Never throws.
 *
 * @param carrier a plain object, `Headers`, a `Map` or `Metadata` of gRPC; default: a new object
 * @param context default: the active context
 * @example
 * await fetch(url, { headers: inject({ accept: 'application/json' }) });
 */
export function inject<C extends Carrier = Record<string, string>>(carrier: C = {} as C, context?: Context): C {
  try {
    globalPropagator()?.inject(context ?? activeContext(), carrier, CARRIER_SETTER);
  } catch {
    debug('inject: the carrier cannot be written'); // a frozen object
  }
  return carrier;
}

/**
 * The context that `carrier` brings, on top of `context`. A carrier without a valid context brings nothing. Never throws.
 *
 * @param carrier a plain object, `Headers`, a `Map`, `Metadata` of gRPC, or the headers of an `IncomingMessage`
 * @param context default: the active context
 */
export function extract(carrier: Carrier | null | undefined, context: Context = activeContext()): Context {
  if (carrier === undefined || carrier === null || typeof carrier !== 'object') return context;
  try {
    return globalPropagator()?.extract(context, carrier, CARRIER_GETTER) ?? context;
  } catch {
    debug('extract: the carrier cannot be read');
    return context;
  }
}

/**
 * Runs `fn` in the context that `carrier` brings, and returns the result of `fn`: spans inside belong to the trace of the sender.
 *
 * @example
 * server.on('message', (message) => withExtracted(message.headers, () => answer(message)));
 */
export function withExtracted<Result>(carrier: Carrier | null | undefined, fn: () => Result): Result {
  return callWith(extract(carrier), fn, undefined, []) as Result;
}
