/**
 * `{stream, response}` of `@google/generative-ai`: the SDK reads the body by itself, into both, whether or not the
 * application reads either. So the generator is drained as the body comes, which buffers nothing that the SDK's tee does
 * not, and the application's `next()` is served from there. `response` is never touched: it settles when the generator
 * does, and its unhandled rejections stay exactly what they are.
 *
 * The call is over when the body is. But an application that is reading the stream is given the time to read on, so that
 * the span tells what reached it and when, and whether it left early.
 */

import type { AnyFunction } from '../../runtime/any-function.ts';
import { now } from '../../runtime/clock.ts';
import { callSoon, startTimer, stopTimer, type Timer } from '../../runtime/platform.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { abandonWhenCollected } from './abandonment.ts';
import { failBySignal } from './fail-by-signal.ts';
import type { Iterator } from './observed-iterator.ts';

/** How long after its last `next()` an application counts as reading a stream that has been received in full. */
const READING_MS = 1000;

interface Pair {
  readonly stream: Iterator;
  readonly response: Promise<unknown>;
}

type Result = IteratorResult<unknown, unknown>;

interface Waiting {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const DONE: Result = { value: undefined, done: true };

/** Is this what `generateContentStream` of generative-ai resolves to? */
export function isPair(value: unknown): value is Pair {
  const pair = value as Partial<Pair> | null | undefined;
  return typeof pair?.stream?.next === 'function' && typeof pair.response?.then === 'function';
}

/** Observes the pair of one call. `token` is held by everything that can still bring chunks. */
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
  // In a list, because the methods of this generator have no names.
  const [next, close, raise]: readonly AnyFunction[] = [
    () => drain.next(),
    (value?: unknown) => drain.close(() => Promise.resolve({ value, done: true })),
    (error?: unknown) => drain.close(() => Promise.reject(error)),
  ];
  for (const [name, value] of Object.entries({ next, return: close, throw: raise })) defineHidden(stream, name, value);
  drain.start();
}

/** Takes the chunks out of the SDK's generator and hands them to the application's `next()`. */
class Drain {
  readonly #pull: AnyFunction;
  readonly #operation: Operation;
  readonly #signal: AbortSignal | undefined;
  readonly #arrived: { readonly result: Result; readonly at: number }[] = [];
  readonly #waiting: Waiting[] = [];
  #lastNext: Promise<unknown> | undefined;
  /** The chunk that is being waited for, and whether the application waits for it by this very promise. */
  #taking: Promise<Result> | undefined;
  #given = false;
  /** How the generator ended. */
  #end: { readonly error?: unknown; readonly failed: boolean } | undefined;
  #thrown = false;
  #reading = false;
  #closed = false;
  #timer: Timer | undefined;
  readonly token: object;

  constructor(pull: AnyFunction, operation: Operation, signal: AbortSignal | undefined, token: object) {
    this.token = token;
    this.#pull = pull;
    this.#operation = operation;
    this.#signal = signal;
  }

  start(): void {
    const idleTimeout = this.#operation.config.streamIdleTimeout;
    if (idleTimeout > 0) this.#timer = startTimer((operation) => operation.abandon(), idleTimeout, this.#operation);
    this.#take();
  }

  #take(): void {
    this.#taking = (this.#pull() as Promise<Result>).then(this.#onResult, this.#onError);
  }

  readonly #onResult = (result: Result): Result => {
    const given = this.#given;
    this.#given = false;
    if (this.#closed) return DONE;
    if (result.done) {
      this.#over({ failed: false }, given);
      return result;
    }
    const waiting = given ? undefined : this.#waiting.shift();
    if (given || waiting !== undefined) this.#operation.chunk(result.value);
    else this.#arrived.push({ result, at: now() });
    waiting?.resolve(result);
    this.#timer?.refresh();
    this.#take();
    return result;
  };

  readonly #onError = (error: unknown): Result => {
    const given = this.#given;
    this.#given = false;
    if (!this.#closed) this.#over({ failed: true, error }, given);
    if (!given) return DONE;
    throw error;
  };

  /** `given`: the application is told by the promise it was given. */
  #over(end: { readonly error?: unknown; readonly failed: boolean }, given: boolean): void {
    this.#end = end;
    stopTimer(this.#timer);
    this.#timer = undefined;
    if (given) {
      this.#thrown = end.failed;
      this.#settle();
    }
    for (const waiting of this.#waiting.splice(0)) this.#finish(waiting);
    if (!this.#operation.ended) this.#operation.endWithReceived = () => this.#settle();
    // The application may be about to read: it gets here in the same turn as a short answer.
    if (!this.#reading) callSoon(() => this.#reading || this.#settle());
    else if (end.failed && this.#arrived.length === 0) this.#settle();
    else if (!this.#operation.ended) this.#wait();
  }

  /** Gives the application the end of the stream: the error once, as a generator does. */
  #finish({ resolve, reject }: Waiting): void {
    this.#settle();
    if (this.#end?.failed === true && !this.#thrown) {
      this.#thrown = true;
      reject(this.#end.error);
    } else resolve({ value: undefined, done: true });
  }

  /** Ends the call by what came of the body; chunks that nobody has read count as they arrived. */
  #settle(): void {
    stopTimer(this.#timer);
    if (this.#operation.ended || this.#end === undefined) return;
    for (const { result, at } of this.#arrived) this.#operation.chunk(result.value, this.#reading ? undefined : at);
    if (this.#end.failed) failBySignal(this.#operation, this.#end.error, this.#signal);
    else this.#operation.complete();
  }

  #wait(): void {
    if (this.#timer === undefined) this.#timer = startTimer((drain) => drain.#settle(), READING_MS, this);
    else this.#timer.refresh();
  }

  next(): Promise<Result> {
    this.#reading = true;
    const arrived = this.#arrived.shift();
    if (arrived !== undefined) {
      this.#operation.chunk(arrived.result.value);
      if (this.#end !== undefined && !this.#operation.ended) this.#wait();
      return Promise.resolve(arrived.result);
    }
    if (this.#end === undefined && !this.#closed && !this.#given && this.#taking !== undefined) {
      this.#given = true;
      this.#lastNext = this.#taking;
      return this.#taking;
    }
    const next = new Promise<Result>((resolve, reject) => {
      const waiting = { resolve, reject };
      if (this.#closed) resolve({ value: undefined, done: true });
      else if (this.#end === undefined) this.#waiting.push(waiting);
      else this.#finish(waiting);
    });
    this.#lastNext = next;
    return next;
  }

  /** `return()` and `throw()`: behind the calls of `next()` that wait, as in a generator. */
  close(result: () => Promise<Result>): Promise<Result> {
    const close = (): Promise<Result> => {
      this.#operation.cancel();
      this.#closed = true;
      this.#arrived.length = 0;
      stopTimer(this.#timer);
      return result();
    };
    return this.#waiting.length === 0 && !this.#given
      ? close()
      : (this.#lastNext as Promise<unknown>).then(close, close);
  }
}
