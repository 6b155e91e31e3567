/**
 * `{stream, response}` of `@google/generative-ai`. The SDK reads the body into both fields, whether or not the
 * application reads. So the generator is drained as the body arrives, and the drained chunks answer the application's
 * `next()`. The drain buffers no more than the SDK's own tee. `response` is never touched: `response` settles together
 * with the generator, and unhandled rejections of `response` stay as they are.
 *
 * The call is over when the body has arrived. But an application that is still reading gets time to read on, so that
 * the span tells which chunks reached the application, and when, and whether the application left early.
 */

import type { AnyFunction } from '../../runtime/any-function.ts';
import { now } from '../../runtime/clock.ts';
import { readSafely } from '../../runtime/guard.ts';
import { callSoon, startTimer, stopTimer, type Timer } from '../../runtime/platform.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { abandonWhenCollected } from './abandonment.ts';
import { failBySignal } from './fail-by-signal.ts';
import type { Iterator } from './observed-iterator.ts';

/** How long after the last `next()` an application still counts as reading a stream whose body has arrived in full. */
const READING_MS = 1000;

interface Pair {
  readonly stream: Iterator;
  readonly response: Promise<unknown>;
}

type Result = IteratorResult<unknown, unknown>;

/** A waiting `next()` of the application. */
interface WaitingRead {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const DONE: Result = { value: undefined, done: true };

/** Is `value` the pair that `generateContentStream` of generative-ai resolves to? */
export function isPair(value: unknown): value is Pair {
  const pair = value as Partial<Pair> | null | undefined;
  return readSafely(() => typeof pair?.stream?.next === 'function' && typeof pair.response?.then === 'function', false);
}

/** Observes the pair of one call. Every object that can still bring chunks holds `token`. */
export function observePair(
  { stream }: Pair,
  operation: Operation,
  signal: AbortSignal | undefined,
  token: object,
): void {
  if (!operation.stream()) {
    operation.end(undefined);
    return;
  }
  abandonWhenCollected(token, operation);
  const drain = new Drain(stream.next.bind(stream), operation, signal, token);
  // In a list, where functions get no names: the methods of the SDK's generator have no names either.
  const [next, close, raise]: readonly AnyFunction[] = [
    () => drain.next(),
    (value?: unknown) => drain.close(() => Promise.resolve({ value, done: true })),
    (error?: unknown) => drain.close(() => Promise.reject(error)),
  ];
  for (const [name, value] of Object.entries({ next, return: close, throw: raise })) defineHidden(stream, name, value);
  drain.start();
}

/** Takes the chunks out of the SDK's generator, and answers the application's `next()` with the chunks. */
class Drain {
  /** `next()` of the SDK's generator. */
  readonly #sdkNext: AnyFunction;
  readonly #operation: Operation;
  readonly #signal: AbortSignal | undefined;
  /** Chunks that the application has not read yet. */
  readonly #unread: { readonly result: Result; readonly at: number }[] = [];
  readonly #waiting: WaitingRead[] = [];
  #lastNext: Promise<unknown> | undefined;
  /** The next result of the SDK's generator. */
  #upcoming: Promise<Result> | undefined;
  /** The application holds the promise {@link #upcoming}, as the answer to a `next()`. */
  #upcomingIsShared = false;
  /** How the generator ended. */
  #end: { readonly error?: unknown; readonly failed: boolean } | undefined;
  /** The application has received the error of the generator. */
  #errorReceived = false;
  /** The application has called `next()`. */
  #reading = false;
  #closed = false;
  #timer: Timer | undefined;
  readonly token: object;

  constructor(sdkNext: AnyFunction, operation: Operation, signal: AbortSignal | undefined, token: object) {
    this.token = token;
    this.#sdkNext = sdkNext;
    this.#operation = operation;
    this.#signal = signal;
  }

  start(): void {
    const idleTimeout = this.#operation.config.streamIdleTimeout;
    if (idleTimeout > 0) this.#timer = startTimer((operation) => operation.abandon(), idleTimeout, this.#operation);
    this.#takeNext();
  }

  #takeNext(): void {
    this.#upcoming = (this.#sdkNext() as Promise<Result>).then(this.#onResult, this.#onError);
  }

  readonly #onResult = (result: Result): Result => {
    const shared = this.#upcomingIsShared;
    this.#upcomingIsShared = false;
    if (this.#closed) return DONE;
    if (result.done) {
      this.#generatorEnded({ failed: false }, shared);
      return result;
    }
    const waiting = shared ? undefined : this.#waiting.shift();
    if (shared || waiting !== undefined) this.#operation.chunk(result.value);
    else this.#unread.push({ result, at: now() });
    waiting?.resolve(result);
    this.#timer?.refresh();
    this.#takeNext();
    return result;
  };

  readonly #onError = (error: unknown): Result => {
    const shared = this.#upcomingIsShared;
    this.#upcomingIsShared = false;
    if (!this.#closed) this.#generatorEnded({ failed: true, error }, shared);
    if (!shared) return DONE;
    throw error;
  };

  /** `shared`: the application already holds the promise that settles with `end`. */
  #generatorEnded(end: { readonly error?: unknown; readonly failed: boolean }, shared: boolean): void {
    this.#end = end;
    stopTimer(this.#timer);
    this.#timer = undefined;
    if (shared) {
      this.#errorReceived = end.failed;
      this.#endCall();
    }
    for (const waiting of this.#waiting.splice(0)) this.#answerWithEnd(waiting);
    if (!this.#operation.ended) this.#operation.endWithReceived = () => this.#endCall();
    // The application may be about to read: a short answer arrives in full in the turn of the first `next()`.
    if (!this.#reading) callSoon(() => this.#reading || this.#endCall());
    else if (end.failed && this.#unread.length === 0) this.#endCall();
    else if (!this.#operation.ended) this.#endCallAfterReading();
  }

  /** Answers a `next()` with the end of the stream. Like a generator, rejects only once with the error. */
  #answerWithEnd({ resolve, reject }: WaitingRead): void {
    this.#endCall();
    if (this.#end?.failed === true && !this.#errorReceived) {
      this.#errorReceived = true;
      reject(this.#end.error);
    } else resolve({ value: undefined, done: true });
  }

  /**
   * Ends the call with the body received. Unread chunks count with the time of arrival, if the application never read.
   */
  #endCall(): void {
    stopTimer(this.#timer);
    if (this.#operation.ended || this.#end === undefined) return;
    for (const { result, at } of this.#unread) this.#operation.chunk(result.value, this.#reading ? undefined : at);
    if (this.#end.failed) failBySignal(this.#operation, this.#end.error, this.#signal);
    else this.#operation.complete();
  }

  #endCallAfterReading(): void {
    if (this.#timer === undefined) this.#timer = startTimer((drain) => drain.#endCall(), READING_MS, this);
    else this.#timer.refresh();
  }

  next(): Promise<Result> {
    this.#reading = true;
    const unread = this.#unread.shift();
    if (unread !== undefined) {
      this.#operation.chunk(unread.result.value);
      if (this.#end !== undefined && !this.#operation.ended) this.#endCallAfterReading();
      return Promise.resolve(unread.result);
    }
    if (this.#end === undefined && !this.#closed && !this.#upcomingIsShared && this.#upcoming !== undefined) {
      this.#upcomingIsShared = true;
      this.#lastNext = this.#upcoming;
      return this.#upcoming;
    }
    const next = new Promise<Result>((resolve, reject) => {
      const waiting = { resolve, reject };
      if (this.#closed) resolve({ value: undefined, done: true });
      else if (this.#end === undefined) this.#waiting.push(waiting);
      else this.#answerWithEnd(waiting);
    });
    this.#lastNext = next;
    return next;
  }

  /** `return()` and `throw()`: as in a generator, run after the waiting calls of `next()`. */
  close(result: () => Promise<Result>): Promise<Result> {
    const close = (): Promise<Result> => {
      this.#operation.cancel();
      this.#closed = true;
      this.#unread.length = 0;
      stopTimer(this.#timer);
      return result();
    };
    return this.#waiting.length === 0 && !this.#upcomingIsShared
      ? close()
      : (this.#lastNext as Promise<unknown>).then(close, close);
  }
}
