/**
 * Observes the return value of an application's function until the value is complete. The application gets the same value,
 * promise or stream.
 */
import type { Context } from '@opentelemetry/api';
import { callWith } from '../otel/globals.ts';
import { isReadable, observeReadable } from '../patching/calls/readable-calls.ts';
import { readInContext } from '../patching/calls/run-in-context.ts';
import { abandonWhenCollected, keepAlive } from '../patching/streams/abandonment.ts';
import { type Iterator, observeIterator, type StreamObserver } from '../patching/streams/observed-iterator.ts';
import { defineHidden } from '../patching/wrapping/define-hidden.ts';
import type { AnyFunction } from '../runtime/any-function.ts';
import { isThenable } from '../runtime/follow.ts';
import { swallow } from '../runtime/guard.ts';
import { isAbort } from '../telemetry/error.ts';

/**
 * Receives the end of a function: {@link end} for a value, the other methods for a stream. The FinalizationRegistry of
 * abandonment.ts holds the run, so a run must not reference the result.
 */
export interface ObservedRun extends StreamObserver {
  readonly context: Context;
  readonly ended: boolean;
  /** Called if the result is a stream. */
  streams?(): void;
  /** Called with a complete `result`. */
  end(result: unknown): void;
  /** Called when the rest of the result was collected unread. */
  abandon(): void;
}

/** Runs `fn` in the context of `run`. A value, the end of a promise or the last chunk of a stream ends `run`. */
export function runObserved<T>(run: ObservedRun, fn: () => T): T {
  let result: T;
  try {
    result = callWith(run.context, fn, undefined, []) as T;
  } catch (error) {
    run.failed(error);
    throw error;
  }
  try {
    const token = {};
    const returned = observed(result, run, token) as T;
    if (!run.ended) abandonWhenCollected(token, run);
    return returned;
  } catch (error) {
    swallow(error); // the traps of a proxy may throw
    run.end(undefined);
    return result;
  }
}

/** Everything that can still deliver a part of the result references `token`; see abandonment.ts. */
function observed(result: unknown, run: ObservedRun, token: object): unknown {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) run.end(result);
  else if (isThenable(result)) return observedPromise(result, run, token);
  else observeObject(result, run, token);
  return result;
}

/**
 * A plain promise is replaced by `then()` of the promise: a handler beside the returned promise would mark a rejection as
 * handled. A promise with extra methods, or a promise that starts its work in `then()`, is observed in place.
 */
function observedPromise(promise: PromiseLike<unknown>, run: ObservedRun, token: object): PromiseLike<unknown> {
  const fulfilled = (value: unknown): unknown => {
    quietly(() => observed(value, run, token), run);
    return value;
  };
  const rejected = (error: unknown): void => run.failed(error);
  const plain = Object.getPrototypeOf(promise) === Promise.prototype && !Object.hasOwn(promise, 'then');
  if (plain || !Object.isExtensible(promise))
    return promise.then(fulfilled, (error: unknown) => {
      rejected(error);
      throw error;
    });
  const then: AnyFunction = promise.then;
  defineHidden(promise, 'then', (onFulfilled?: unknown, onRejected?: unknown, ...rest: unknown[]): unknown => {
    const handlers = [
      (value: unknown): unknown => {
        fulfilled(value);
        return typeof onFulfilled === 'function' ? onFulfilled(value) : value;
      },
      (error: unknown): unknown => {
        rejected(error);
        if (typeof onRejected === 'function') return onRejected(error);
        throw error;
      },
    ];
    return Reflect.apply(then, promise, [...handlers, ...rest]);
  });
  return promise;
}

type Emitter = { pipe: AnyFunction; once: AnyFunction; readonly errored?: unknown };
type Iterable = Partial<Iterator> & { [Symbol.asyncIterator]: AnyFunction };

function observeObject(value: object, run: ObservedRun, token: object): void {
  if (!Object.isExtensible(value)) run.end(value);
  else if (isEmitter(value)) observeEmitter(value, run, token);
  else if (isReadable(value)) {
    run.streams?.();
    observeReadable(value, run, token);
  } else if (isIterable(value)) observeIterable(value, run, token);
  else run.end(value);
}

/**
 * A stream of Node.js is observed by events, because iteration is only one way to read. A listener for `error` would mark
 * the error as handled.
 */
function observeEmitter(stream: Emitter, run: ObservedRun, token: object): void {
  run.streams?.();
  const end = (): void => run.done();
  const close = (): void => {
    const error = keepAlive(token, stream.errored);
    if (!error) run.done();
    else if (isAbort(error)) run.cancel();
    else run.failed(error);
  };
  Reflect.apply(stream.once, stream, ['end', end]);
  Reflect.apply(stream.once, stream, ['close', close]);
}

function observeIterable(value: Iterable, run: ObservedRun, token: object): void {
  run.streams?.();
  if (typeof value.next === 'function') {
    observeInContext(value as Iterator, run, token);
    return;
  }
  const iterate = value[Symbol.asyncIterator];
  defineHidden(value, Symbol.asyncIterator, (...args: unknown[]): unknown => {
    const iterator: unknown = Reflect.apply(iterate, value, args);
    quietly(() => observeInContext(iterator as Iterator, run, token), run);
    return iterator;
  });
}

/** A generator works while the application reads, so every read runs in the context of the run. */
function observeInContext(iterator: Iterator, run: ObservedRun, token: object): void {
  readInContext(run.context, iterator);
  observeIterator(iterator, run, token);
}

function isEmitter(value: object): value is Emitter {
  const { pipe, once } = value as Partial<Emitter>;
  return typeof pipe === 'function' && typeof once === 'function';
}

function isIterable(value: object): value is Iterable {
  return typeof (value as Partial<Iterable>)[Symbol.asyncIterator] === 'function';
}

/** A result that cannot be observed counts as complete. */
function quietly(observe: () => void, run: ObservedRun): void {
  try {
    observe();
  } catch (error) {
    swallow(error);
    run.end(undefined);
  }
}
