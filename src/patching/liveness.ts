import type { Operation } from '../telemetry/operation.ts';

/**
 * Ends operations whose answer nobody can read any more. Every object that the application may hold of a call
 * (promise, raw response, stream, iterator), and every piece of work in flight, holds the call's token; when the last
 * of them is collected, so is the token. One registration a call, however many objects there are.
 *
 * The operation is the held value: it must never lead back to the token. Nothing is unregistered, because the token of
 * an ended call is garbage soon and ending twice does nothing.
 */
/** Not every edge runtime has one: there a stream that is lost stays open. */
const registry =
  typeof FinalizationRegistry === 'undefined'
    ? undefined
    : new FinalizationRegistry<Pick<Operation, 'abandon'>>((operation) => operation.abandon());

/** Ends `operation` as abandoned once `token` is collected. */
export function abandonWithout(token: WeakKey, operation: Pick<Operation, 'abandon'>): void {
  registry?.register(token, operation);
}

/** `value`. A closure that calls this holds `token`, and so does whatever holds the closure. */
export function holding<T>(_token: object, value: T): T {
  return value;
}
