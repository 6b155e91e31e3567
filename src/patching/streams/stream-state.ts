import type { AnyFunction } from '../../runtime/any-function.ts';
import { startTimer, stopTimer, type Timer } from '../../runtime/platform.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { abandonWhenCollected, cancelIdleCheck, type IdleCandidate, scheduleIdleCheck } from './abandonment.ts';
import { type Hides, type Observed, observedIterator } from './observed-iterator.ts';

/** Observes a stream object of an SDK in place: what makes its iterators makes observed ones. */

interface StreamLike {
  iterator?: unknown;
  readonly controller?: { readonly signal?: AbortSignal };
  [Symbol.asyncIterator]: AnyFunction;
}

/** Ends a call whose SDK threw `error`; `signal` is the one that can abort it. */
export type FailCall = (operation: Operation, error: unknown, signal: AbortSignal | undefined) => void;

/** How long an abort waits for a `next()` in flight to tell how the stream ended; some SDKs never settle it. */
const ABORT_GRACE_MS = 1000;

/** Is this an SDK's stream object, rather than a parsed body or a page of results? */
export function isStream(value: unknown): value is StreamLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    'controller' in value &&
    typeof (value as Partial<StreamLike>)[Symbol.asyncIterator] === 'function'
  );
}

/**
 * What an abort listener may know: no stream, no iterator, no token. The signal is reachable from the socket, so
 * anything the listener holds lives as long as the connection, and the net of the garbage collector would have a hole. The
 * token is here only as long as {@link scheduleIdleCheck} holds the state anyway.
 */
export class StreamState implements Observed, IdleCandidate {
  readonly operation: Operation;
  readonly #signal: AbortSignal | undefined;
  readonly #fail: FailCall;
  readonly #idle: Timer | undefined;
  inFlight = 0;
  bound = false;
  listIndex = -1;
  /** Something has been read since the last look. */
  #active = false;
  #token: object | undefined;
  #lost: Pick<Operation, 'abandon'> = this;

  /** `fail` tells failures from aborts; without it the class of the error does. */
  constructor(operation: Operation, signal: AbortSignal | undefined, fail: FailCall = failOrCancel) {
    this.operation = operation;
    this.#signal = signal;
    this.#fail = fail;
    signal?.addEventListener('abort', this);
    const idleTimeout = operation.config.streamIdleTimeout;
    if (idleTimeout > 0) this.#idle = startTimer(abandon, idleTimeout, this);
  }

  /**
   * Abandons the stream when `token` is lost. `lost` is what is told then, where the state itself may lead back to the
   * token.
   */
  abandonWithout(token: object, lost: Pick<Operation, 'abandon'> = this): void {
    this.#token = token;
    this.#lost = lost;
    scheduleIdleCheck(this);
  }

  /** A stream that is being read is left alone. */
  checkIdle(): boolean {
    const { ended } = this.operation;
    if (this.#active && !ended) {
      this.#active = false;
      return true;
    }
    if (this.#token !== undefined && !ended) abandonWhenCollected(this.#token, this.#lost);
    this.#token = undefined;
    return false;
  }

  get aborted(): boolean {
    return this.#signal?.aborted === true;
  }

  /** EventListener. The SDK also aborts by itself, before a failing `next()` rejects: then that says how it ended. */
  handleEvent(): void {
    if (this.inFlight === 0) this.cancel();
    else startTimer(cancel, ABORT_GRACE_MS, this);
  }

  chunk(value: unknown): void {
    this.#active = true;
    this.operation.chunk(value);
    this.#idle?.refresh();
  }

  done(): void {
    this.#release();
    if (this.aborted) this.operation.cancel();
    else this.operation.complete();
  }

  failed(error: unknown): void {
    this.#release();
    this.#fail(this.operation, error, this.#signal);
  }

  cancel(): void {
    this.#release();
    this.operation.cancel();
  }

  /** Nobody holds the stream any more, or nothing comes. */
  abandon(): void {
    this.#release();
    this.operation.abandon();
  }

  #release(): void {
    cancelIdleCheck(this);
    this.#token = undefined;
    this.#signal?.removeEventListener('abort', this);
    stopTimer(this.#idle);
  }
}

function cancel(state: StreamState): void {
  state.cancel();
}

function abandon(state: StreamState): void {
  state.abandon();
}

function failOrCancel(operation: Operation, error: unknown): void {
  operation.failOrCancel(error);
}

/**
 * Observes `stream` for `operation`. `token` is held by everything that can still bring chunks to the application.
 *
 * Overriding the own `iterator` covers `for await`, `tee()` and `toReadableStream()` of all Stainless SDKs; openai
 * before 4.16 has none, there it is `Symbol.asyncIterator`.
 */
export function observeStream(stream: StreamLike, operation: Operation, token: object, hides?: Hides): void {
  if (!operation.stream()) {
    operation.end(undefined);
    if (hides === undefined) return;
  }
  const state = new StreamState(operation, stream.controller?.signal);
  // Not the state: it knows the controller's signal, and a listener of the application's there may hold the stream.
  state.abandonWithout(token, operation);
  if (state.aborted) state.cancel();
  if (typeof stream.iterator === 'function') {
    stream.iterator = observedFactory(stream.iterator, state, token, hides);
    return;
  }
  defineHidden(stream, Symbol.asyncIterator, observedFactory(stream[Symbol.asyncIterator], state, token, hides));
}

function observedFactory(factory: AnyFunction, state: StreamState, token: object, hides?: Hides): AnyFunction {
  return function iterator(this: unknown, ...args: unknown[]): unknown {
    return observedIterator(Reflect.apply(factory, this, args), state, token, hides);
  };
}
