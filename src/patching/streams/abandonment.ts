import { startTimer } from '../../runtime/platform.ts';
import type { Operation } from '../../telemetry/call/operation.ts';

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
export function abandonWhenCollected(token: WeakKey, operation: Pick<Operation, 'abandon'>): void {
  registry?.register(token, operation);
}

/** `value`. A closure that calls this holds `token`, and so does whatever holds the closure. */
export function keepAlive<T>(_token: object, value: T): T {
  return value;
}

/** Something that the application may lose one day, but hardly in the next moment. */
export interface IdleCandidate {
  /** Its place among those that are looked at; -1 if it has none. Only {@link scheduleIdleCheck} and {@link cancelIdleCheck} set it. */
  listIndex: number;
  /** It has had a moment. `true`: it is to be given another one; `false`: it has ended, or is watched from now on. */
  checkIdle(): boolean;
}

/** How long something may lie still before the garbage collector is asked to tell when nobody can read it any more. */
const LOOK_MS = 20;
const lively: IdleCandidate[] = [];
let looking = false;

/**
 * Looks at `one` in a moment. It is held until then: what is registered for the garbage collector survives its small
 * collections, with all that it leads to, and an answer that is read at once should not pay for that.
 */
export function scheduleIdleCheck(one: IdleCandidate): void {
  one.listIndex = lively.push(one) - 1;
  if (looking) return;
  looking = true;
  startTimer(lookAtAll, LOOK_MS, undefined);
}

/** It is over. Said at once, because the timer comes late where the event loop does, and all are held until then. */
export function cancelIdleCheck(one: IdleCandidate): void {
  const { listIndex: place } = one;
  if (place < 0) return;
  one.listIndex = -1;
  const last = lively.pop() as IdleCandidate;
  if (last === one) return;
  lively[place] = last;
  last.listIndex = place;
}

function lookAtAll(): void {
  looking = false;
  for (const one of lively.splice(0)) {
    one.listIndex = -1;
    if (one.checkIdle()) scheduleIdleCheck(one);
  }
}
