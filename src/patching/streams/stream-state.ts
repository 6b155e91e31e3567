import type { AnyFunction } from '../../runtime/any-function.ts';
import { readSafely } from '../../runtime/guard.ts';
import { startTimer, stopTimer, type Timer } from '../../runtime/platform.ts';
import { measuresChunkProcessing } from '../../telemetry/call/chunk-processing.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { abandonWhenCollected, cancelIdleCheck, type IdleCandidate, scheduleIdleCheck } from './abandonment.ts';
import { observedIterator, type RemovesChunk, type StreamObserver } from './observed-iterator.ts';

/** Observes a stream object of an SDK in place: the method that makes iterators makes observed iterators. */

interface StreamLike {
  iterator?: unknown;
  readonly controller?: { readonly signal?: AbortSignal };
  [Symbol.asyncIterator]: AnyFunction;
}

/** Ends a call whose SDK threw `error`. `signal` can abort the call. */
export type FailCall = (operation: Operation, error: unknown, signal: AbortSignal | undefined) => void;

/**
 * How long an abort waits for a `next()` in flight, which tells how the stream ended. In some SDKs the `next()` never
 * settles.
 */
const ABORT_GRACE_MS = 1000;

/** Is `value` a stream object of an SDK, and not a parsed body or a page of results? */
export function isStream(value: unknown): value is StreamLike {
  if (typeof value !== 'object' || value === null) return false;
  return readSafely(
    () => 'controller' in value && typeof (value as Partial<StreamLike>)[Symbol.asyncIterator] === 'function',
    false, // an answer of the application's `fetch`, with traps that throw
  );
}

/**
 * State of a stream, and the stream's abort listener. The socket references the signal, and the signal references the
 * listener: every object that this state references lives as long as the connection. So the state must not reference
 * the stream, the iterators or the token, or an abandoned stream would never be collected. The state holds the token
 * only as long as {@link scheduleIdleCheck} holds the state anyway.
 */
export class StreamState implements StreamObserver, IdleCandidate {
  readonly operation: Operation;
  readonly #signal: AbortSignal | undefined;
  readonly #fail: FailCall;
  /** Abandons a stream without chunks for `streamIdleTimeout`. */
  readonly #idleTimer: Timer | undefined;
  inFlight = 0;
  bound = false;
  readonly chunkProcessed: (() => void) | undefined;
  listIndex = -1;
  /** A chunk was read since the last idle check. */
  #active = false;
  #token: object | undefined;
  /** Abandoned when the token is collected. */
  #abandoned: Pick<Operation, 'abandon'> = this;

  /** `fail` distinguishes failures from aborts. The default goes by the class of the error. */
  constructor(operation: Operation, signal: AbortSignal | undefined, fail: FailCall = failOrCancel) {
    this.operation = operation;
    this.#signal = signal;
    this.#fail = fail;
    signal?.addEventListener('abort', this);
    this.chunkProcessed = measuresChunkProcessing() ? () => operation.chunkProcessed() : undefined;
    const idleTimeout = operation.config.streamIdleTimeout;
    if (idleTimeout > 0) this.#idleTimer = startTimer(abandonState, idleTimeout, this);
  }

  /**
   * Abandons the stream when `token` is collected: `abandoned` instead of this state, if this state could reference
   * `token`.
   */
  watchToken(token: object, abandoned: Pick<Operation, 'abandon'> = this): void {
    this.#token = token;
    this.#abandoned = abandoned;
    scheduleIdleCheck(this);
  }

  /** Registers the token, unless the application is reading the stream. */
  checkIdle(): boolean {
    const { ended } = this.operation;
    if (this.#active && !ended) {
      this.#active = false;
      return true;
    }
    if (this.#token !== undefined && !ended) abandonWhenCollected(this.#token, this.#abandoned);
    this.#token = undefined;
    return false;
  }

  get aborted(): boolean {
    return this.#signal?.aborted === true;
  }

  /**
   * The abort listener. The SDK also aborts the signal before a failing `next()` rejects, so a `next()` in flight says
   * how the stream ended.
   */
  handleEvent(): void {
    if (this.inFlight === 0) this.cancel();
    else startTimer(cancelState, ABORT_GRACE_MS, this);
  }

  chunk(value: unknown): void {
    this.#active = true;
    this.operation.chunk(value);
    this.#idleTimer?.refresh();
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

  /** Nobody holds the stream any more, or no chunk came for `streamIdleTimeout`. */
  abandon(): void {
    this.#release();
    this.operation.abandon();
  }

  #release(): void {
    cancelIdleCheck(this);
    this.#token = undefined;
    this.#signal?.removeEventListener('abort', this);
    stopTimer(this.#idleTimer);
  }
}

function cancelState(state: StreamState): void {
  state.cancel();
}

function abandonState(state: StreamState): void {
  state.abandon();
}

/** An error that is the reason of the abort is the abort: the application may give any value as the reason. */
function failOrCancel(operation: Operation, error: unknown, signal: AbortSignal | undefined): void {
  if (signal?.aborted === true && signal.reason === error) operation.cancel();
  else operation.failOrCancel(error);
}

/**
 * Observes `stream` for `operation`. Every object that can still bring chunks to the application holds `token`.
 *
 * In all Stainless SDKs `for await`, `tee()` and `toReadableStream()` go through the stream's own method `iterator`. In
 * openai before 4.16, which has no `iterator`, `Symbol.asyncIterator` is replaced.
 */
export function observeStream(
  stream: StreamLike,
  operation: Operation,
  token: object,
  removesChunk?: RemovesChunk,
): void {
  if (!operation.stream()) {
    operation.end(undefined);
    if (removesChunk === undefined) return;
  }
  const state = new StreamState(operation, stream.controller?.signal);
  // Not the state: the state references the controller's signal, and a listener of the application may hold the stream.
  state.watchToken(token, operation);
  if (state.aborted) state.cancel();
  if (typeof stream.iterator === 'function') {
    stream.iterator = observedFactory(stream.iterator, state, token, removesChunk);
    return;
  }
  defineHidden(stream, Symbol.asyncIterator, observedFactory(stream[Symbol.asyncIterator], state, token, removesChunk));
}

function observedFactory(
  factory: AnyFunction,
  state: StreamState,
  token: object,
  removesChunk?: RemovesChunk,
): AnyFunction {
  return function iterator(this: unknown, ...args: unknown[]): unknown {
    return observedIterator(Reflect.apply(factory, this, args), state, token, removesChunk);
  };
}
