/**
 * What comes of a function of the application: the very same value, promise or stream, observed until it is complete.
 */
import type { Context } from '@opentelemetry/api';
import { callWith } from '../otel/globals.ts';
import { isReadable, observeReadable } from '../patching/calls/readable-calls.ts';
import { readIn } from '../patching/calls/run-in-context.ts';
import { abandonWhenCollected, keepAlive } from '../patching/streams/abandonment.ts';
import { type Iterator, type Observed, observeIterator } from '../patching/streams/observed-iterator.ts';
import { defineHidden } from '../patching/wrapping/define-hidden.ts';
import { isThenable } from '../patching/wrapping/follow-result.ts';
import type { AnyFunction } from '../runtime/any-function.ts';
import { swallow } from '../runtime/guard.ts';
import { isAbort } from '../telemetry/error.ts';

/**
 * What is told of how a function ends: {@link end} for a value, the others for what is read in pieces. Held by the net of
 * the garbage collector, so nothing in it may lead to the result.
 */
export interface ObservedRun extends Observed {
  readonly context: Context;
  readonly ended: boolean;
  /** The result is read in pieces. */
  streams?(): void;
  /** It gave `result`. */
  end(result: unknown): void;
  /** Nobody can read the rest. */
  abandon(): void;
}

/** Runs `fn` inside `run`, which ends with what comes of it: a value, a promise, or the last chunk of a stream. */
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
    const given = observed(result, run, token) as T;
    if (!run.ended) abandonWhenCollected(token, run);
    return given;
  } catch (error) {
    swallow(error); // a proxy whose traps throw
    run.end(undefined);
    return result;
  }
}

/** `token` is held by everything that can still bring something of the result; see liveness.ts. */
function observed(result: unknown, run: ObservedRun, token: object): unknown {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) run.end(result);
  else if (isThenable(result)) return observedPromise(result, run, token);
  else observeObject(result, run, token);
  return result;
}

/**
 * A plain promise is continued: what is observed has to be passed on, or its rejection would count as handled. One with
 * methods of its own, or one that starts its work when it is asked, is observed in place.
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

/** A stream of Node's: reading it by iteration is one way of many. No listener for `error`, which would handle it. */
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

/** A generator does its work while it is read, so that is done in the context of its run. */
function observeInContext(iterator: Iterator, run: ObservedRun, token: object): void {
  readIn(run.context, iterator);
  observeIterator(iterator, run, token);
}

function isEmitter(value: object): value is Emitter {
  const { pipe, once } = value as Partial<Emitter>;
  return typeof pipe === 'function' && typeof once === 'function';
}

function isIterable(value: object): value is Iterable {
  return typeof (value as Partial<Iterable>)[Symbol.asyncIterator] === 'function';
}

/** What cannot be observed counts as complete. */
function quietly(observe: () => void, run: ObservedRun): void {
  try {
    observe();
  } catch (error) {
    swallow(error);
    run.end(undefined);
  }
}
