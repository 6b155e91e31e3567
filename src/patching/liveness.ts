import { startTimer } from '../runtime.ts';
import type { Operation } from '../telemetry/operation.ts';

/**
 * Ends operations whose answer nobody can read any more. Every object that the application may hold of a call
 * (promise, raw response, stream, iterator), and every piece of work in flight, holds the call's token; when the last
 * of them is collected, so is the token. One registration a call, however many objects there are.
 *
 * The operation is the held value: it must never lead back to the token. Nothing is unregistered, because the token of
 * an ended call is garbage soon and ending twice does nothing.
 *
 * Not every edge runtime has a registry: there a stream that is lost stays open.
 */
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

/** A stream while it is read. */
export interface Read {
  /** It has ended, whatever the way. */
  readonly ended: boolean;
  /** Something of it was read; taken back by every sweep. */
  active: boolean;
  abandon(): void;
}

/** How long a stream may lie still before the garbage collector is asked to tell when nobody can read it any more. */
const SWEEP_MS = 20;
const held: { readonly token: WeakKey; readonly read: Read; readonly lost: Pick<Operation, 'abandon'> }[] = [];
let sweeping = false;

/**
 * Like {@link abandonWithout}, once nothing has been read for a moment. Until then the token is held: what is registered
 * for the garbage collector survives its small collections, with all that it leads to, and a stream that is read to its
 * end at once should not pay for that.
 *
 * `lost` is what is told, where `read` itself may lead back to the token.
 */
export function abandonWhenStill(token: WeakKey, read: Read, lost: Pick<Operation, 'abandon'> = read): void {
  held.push({ token, read, lost });
  sweepSoon();
}

function sweepSoon(): void {
  if (sweeping) return;
  sweeping = true;
  startTimer(sweepHeld, SWEEP_MS, undefined);
}

function sweepHeld(): void {
  sweeping = false;
  let kept = 0;
  for (const entry of held) {
    const { token, read, lost } = entry;
    if (read.ended) continue;
    if (read.active) {
      read.active = false;
      held[kept++] = entry;
    } else abandonWithout(token, lost);
  }
  held.length = kept;
  if (kept > 0) sweepSoon();
}
