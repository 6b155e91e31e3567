/**
 * Calls of SDKs whose methods are async functions. A method returns a promise of an answer, of a generator, or of a
 * `{stream, response}` pair. The application gets the SDK's own objects.
 */
import type { RequestFacts } from '../../facts/call.ts';
import type { ResultHandlers } from '../../runtime/follow.ts';
import { swallow } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { isPair, observePair } from '../streams/eager-stream-pair.ts';
import { failBySignal } from '../streams/fail-by-signal.ts';
import { type Iterator, isIterator, observeIterator } from '../streams/observed-iterator.ts';
import { StreamState } from '../streams/stream-state.ts';
import { callFollowed } from '../wrapping/follow-result.ts';
import type { MakeCall } from '../wrapping/patcher.ts';

/** Finds the application's abort signal among the arguments of a call. `request`: what the reader has made of the arguments. */
export type SignalOf = (self: unknown, args: readonly unknown[], request?: RequestFacts) => AbortSignal | undefined;

/**
 * The token of one streamed call (see abandonment.ts), held by every object that can still bring chunks. A call without
 * an answer needs no token: the request in flight ends the call with an answer or an error, even if nobody waits. A
 * registration with the garbage collector would cost more, at the next collection, than the rest of the recording.
 */
class AsyncCall implements ResultHandlers {
  readonly #operation: Operation;
  readonly #signal: AbortSignal | undefined;
  /** genai 1.x ignores a signal that was aborted before the call; genai 2.0 and later throw. */
  readonly #abortedBefore: boolean;

  constructor(operation: Operation, signal: AbortSignal | undefined) {
    this.#operation = operation;
    this.#abortedBefore = signal?.aborted === true;
    this.#signal = this.#abortedBefore ? undefined : signal;
  }

  /** The SDK's promise was resolved with `value`. Returns `value` untouched. */
  answered<T>(value: T): T {
    if (isPair(value)) observePair(value, this.#operation, this.#signal, this);
    else if (isIterator(value)) this.#observe(value);
    else this.#operation.end(value);
    return value;
  }

  failed(error: unknown): void {
    if (this.#abortedBefore) this.#operation.failOrCancel(error);
    else failBySignal(this.#operation, error, this.#signal);
  }

  #observe(iterator: Iterator): void {
    if (!this.#operation.stream()) {
      this.#operation.end(undefined);
      return;
    }
    const state = new StreamState(this.#operation, this.#signal, failBySignal);
    // Abandons the state and not only the operation: the state also removes its listener from the signal, which may
    // live as long as the process.
    state.watchToken(this);
    if (state.aborted) state.cancel();
    observeIterator(iterator, state, this);
  }
}

/** Makes recorded calls of methods that are async functions. */
export function asyncCalls(signalOf: SignalOf): MakeCall {
  return (operation, method, self, args) => {
    const call = new AsyncCall(operation, signalFrom(signalOf, self, args, operation.request));
    return callFollowed(operation, method, self, args, call);
  };
}

/** Calls `signalOf` guarded, because reading the application's arguments may throw. */
export function signalFrom(
  signalOf: SignalOf,
  self: unknown,
  args: readonly unknown[],
  request?: RequestFacts,
): AbortSignal | undefined {
  try {
    const signal = signalOf(self, args, request);
    // An object that only looks like a signal: the SDK decides what becomes of the call.
    return typeof signal?.addEventListener === 'function' && typeof signal.aborted === 'boolean' ? signal : undefined;
  } catch (error) {
    swallow(error);
    return undefined;
  }
}
