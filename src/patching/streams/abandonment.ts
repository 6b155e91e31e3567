import { startTimer } from '../../runtime/platform.ts';
import type { Operation } from '../../telemetry/call/operation.ts';

/**
 * Ends operations whose answer nobody can read any more. Every call has a token. Every object of the call that the
 * application may hold (promise, raw response, stream, iterator) and all work in flight hold the token, so the token is
 * collected with the last of these objects. A call needs one registration, for any number of objects.
 *
 * The operation is the held value of the registration, so the operation must never reference the token. Nothing is
 * unregistered: the token of an ended call is garbage soon, and ending a call twice does nothing.
 *
 * Some edge runtimes have no registry. In such a runtime an abandoned stream stays open.
 */
const registry =
  typeof FinalizationRegistry === 'undefined'
    ? undefined
    : new FinalizationRegistry<Pick<Operation, 'abandon'>>((operation) => operation.abandon());

/** Ends `operation` as abandoned when `token` is collected. */
export function abandonWhenCollected(token: WeakKey, operation: Pick<Operation, 'abandon'>): void {
  registry?.register(token, operation);
}

/** Returns `value`. The call exists only so that the calling closure references `token` and keeps `token` alive. */
export function keepAlive<T>(_token: object, value: T): T {
  return value;
}

/** A call that is registered with the garbage collector only if the call is still open after {@link IDLE_CHECK_MS}. */
export interface IdleCandidate {
  /**
   * Index in the list of candidates; -1 outside of the list. Set by {@link scheduleIdleCheck} and
   * {@link cancelIdleCheck} only.
   */
  listIndex: number;
  /**
   * Called after {@link IDLE_CHECK_MS}. `true`: check again later; `false`: the call has ended or is registered now.
   */
  checkIdle(): boolean;
}

/** Idle milliseconds after which a call is registered with the `FinalizationRegistry`. */
const IDLE_CHECK_MS = 20;
const candidates: IdleCandidate[] = [];
let checkScheduled = false;

/**
 * Checks `candidate` after {@link IDLE_CHECK_MS}, and holds `candidate` until then. A registered object, with
 * everything reachable from the object, survives the small collections of the young generation. An answer that is read
 * at once should not pay for a registration.
 */
export function scheduleIdleCheck(candidate: IdleCandidate): void {
  candidate.listIndex = candidates.push(candidate) - 1;
  if (checkScheduled) return;
  checkScheduled = true;
  startTimer(checkAll, IDLE_CHECK_MS, undefined);
}

/**
 * Takes an ended call off the list. Not left to the timer: a busy event loop runs the timer late, and the list holds
 * every candidate until then.
 */
export function cancelIdleCheck(candidate: IdleCandidate): void {
  const { listIndex } = candidate;
  if (listIndex < 0) return;
  candidate.listIndex = -1;
  const last = candidates.pop() as IdleCandidate;
  if (last === candidate) return;
  candidates[listIndex] = last;
  last.listIndex = listIndex;
}

function checkAll(): void {
  checkScheduled = false;
  for (const candidate of candidates.splice(0)) {
    candidate.listIndex = -1;
    if (candidate.checkIdle()) scheduleIdleCheck(candidate);
  }
}
