/**
 * Calls of SDKs whose methods are async functions: they return a promise of an answer, of a generator, or of a
 * `{stream, response}` pair. The application gets the SDK's own objects.
 */
import { swallow } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { isPair, observePair } from '../streams/eager-stream-pair.ts';
import { failBySignal } from '../streams/fail-by-signal.ts';
import { type Iterator, isIterator, observeIterator } from '../streams/observed-iterator.ts';
import { StreamState } from '../streams/stream-state.ts';
import { callFollowed, type ResultHandlers } from '../wrapping/follow-result.ts';
import type { MakeCall } from '../wrapping/patcher.ts';

/** The signal of the application's that can abort a call. */
export type SignalOf = (self: unknown, args: readonly unknown[]) => AbortSignal | undefined;

/**
 * The token of one streamed call (see liveness.ts): held by what can still bring chunks. A call that has not been answered
 * needs none, because the request in flight brings an answer or an error to it, whoever waits; and a registration costs
 * more, at the next garbage collection, than all else that is done for a call.
 */
class AsyncCall implements ResultHandlers {
  readonly #operation: Operation;
  readonly #signal: AbortSignal | undefined;
  /** genai 1.x takes no notice of a signal that was aborted before the call; from 2.0 on it throws. */
  readonly #abortedBefore: boolean;

  constructor(operation: Operation, signal: AbortSignal | undefined) {
    this.#operation = operation;
    this.#abortedBefore = signal?.aborted === true;
    this.#signal = this.#abortedBefore ? undefined : signal;
  }

  /** The SDK's promise was resolved. Returns the value untouched. */
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
    // The state, not the operation: it has to leave the signal, which may live as long as the process.
    state.abandonWithout(this);
    if (state.aborted) state.cancel();
    observeIterator(iterator, state, this);
  }
}

/** Makes recorded calls of methods that are async functions. */
export function asyncCalls(signalOf: SignalOf): MakeCall {
  return (operation, method, self, args) => {
    const call = new AsyncCall(operation, signalFrom(signalOf, self, args));
    return callFollowed(operation, method, self, args, call);
  };
}

/** Asks `signalOf`, which reads arguments that may be anything. */
export function signalFrom(signalOf: SignalOf, self: unknown, args: readonly unknown[]): AbortSignal | undefined {
  try {
    return signalOf(self, args);
  } catch (error) {
    swallow(error);
    return undefined;
  }
}
