/**
 * Observes iterators; their results pass through untouched.
 *
 * For a generator that a stream object of an SDK creates, the application gets an {@link ObservedIterator}. Methods on
 * the generator would be slow: every stream creates a new generator function, V8 has separate hidden classes for the
 * generators of every function, and methods would multiply the hidden classes. An iterator that the application gets
 * from the SDK directly keeps its identity and gets observing methods.
 */

import type { AnyFunction } from '../../runtime/any-function.ts';
import { follow } from '../../runtime/follow.ts';
import { readSafely, swallow } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { keepAlive } from './abandonment.ts';

/** An async iterator: a generator, or an object written by hand. */
export type Iterator = { next: AnyFunction; return?: AnyFunction | undefined; throw?: AnyFunction | undefined };

/**
 * Removes the parts of `chunk` that the application must not see. Returns `true` to drop the whole chunk; the
 * application then receives the next chunk.
 */
export type RemovesChunk = (chunk: unknown) => boolean;

/** Gets every event of a stream that is read. */
export interface StreamObserver {
  readonly operation: Pick<Operation, 'detach'>;
  /** Reads without a result yet. */
  inFlight: number;
  /** An iterator is being read. Only the chunks of the first iterator read count. */
  bound?: boolean;
  chunk(value: unknown): void;
  /** The application is done with the last chunk. Undefined where the time of the application is not measured. */
  readonly chunkProcessed?: (() => void) | undefined;
  done(): void;
  failed(error: unknown): void;
  cancel(): void;
}

/** Is `value` an async iterator, as an async generator function returns? */
export function isIterator(value: unknown): value is Iterator {
  const iterator = value as (Partial<Iterator> & { [Symbol.asyncIterator]?: unknown }) | null | undefined;
  return readSafely(
    () => typeof iterator?.next === 'function' && typeof iterator[Symbol.asyncIterator] === 'function',
    false,
  );
}

/** The prototype of all async generators of this realm. */
const GENERATOR = Object.getPrototypeOf(async function* () {}).prototype as Readonly<
  Record<'next' | 'return' | 'throw', AnyFunction>
>;

/**
 * Stands for an async generator and observes the reads. Inherits from the prototype of generators and has no visible
 * properties, so the application sees a generator. If a stream has several iterators, only the iterator read first
 * counts; the SDK makes the reads of every further iterator throw.
 */
class ObservedIterator {
  readonly #iterator: Iterator;
  /**
   * Methods of the iterator, looked up once: generators of two streams have different hidden classes, so lookups are
   * slow.
   */
  readonly #methods: Iterator;
  readonly #state: StreamObserver;
  /** The token of the call, see abandonment.ts. An iterator can still bring chunks, so an iterator holds the token. */
  readonly #token: object;
  readonly #removesChunk: RemovesChunk | undefined;
  /** This iterator is the first iterator read. */
  #isReader = false;

  constructor(
    iterator: Iterator,
    methods: Iterator,
    state: StreamObserver,
    token: object,
    removesChunk: RemovesChunk | undefined,
  ) {
    this.#iterator = iterator;
    this.#methods = methods;
    this.#state = state;
    this.#token = token;
    this.#removesChunk = removesChunk;
  }

  /** `false` if the application took a method off and calls the method on a different object. */
  static #is(value: unknown): value is ObservedIterator {
    return typeof value === 'object' && value !== null && #iterator in value;
  }

  next(value?: unknown): unknown {
    if (!ObservedIterator.#is(this)) return Reflect.apply(GENERATOR.next, this, [value]);
    if (this.#isReader) this.#endProcessing();
    // The number of arguments matters to a hand-written iterator only; a value matters to every iterator.
    const result: unknown =
      value === undefined ? this.#methods.next.call(this.#iterator) : this.#methods.next.call(this.#iterator, value);
    if (!this.#isReader) {
      if (this.#state.bound) return result;
      this.#state.bound = this.#isReader = true;
    }
    if (!(result instanceof Promise)) return result;
    this.#state.inFlight++;
    return result.then(this.#onResult, this.#onError);
  }

  return(...args: unknown[]): unknown {
    if (!ObservedIterator.#is(this)) return Reflect.apply(GENERATOR.return, this, args);
    return this.#close(this.#methods.return as AnyFunction, args);
  }

  throw(...args: unknown[]): unknown {
    if (!ObservedIterator.#is(this)) return Reflect.apply(GENERATOR.throw, this, args);
    return this.#close(this.#methods.throw as AnyFunction, args);
  }

  readonly #onResult = (result: IteratorResult<unknown>): unknown => {
    if (this.#removesChunk !== undefined && result.done !== true && this.#removesChunk(result.value))
      return (this.#methods.next.call(this.#iterator) as Promise<IteratorResult<unknown>>).then(
        this.#onResult,
        this.#onError,
      );
    this.#state.inFlight--;
    if (result.done) this.#state.done();
    else this.#state.chunk(result.value);
    return result;
  };

  readonly #onError = (error: unknown): never => {
    this.#state.inFlight--;
    this.#state.failed(error);
    throw error;
  };

  /** With a read in flight the application reads ahead, and works on no chunk alone. */
  #endProcessing(): void {
    if (this.#state.chunkProcessed !== undefined && this.#state.inFlight === 0) this.#state.chunkProcessed();
  }

  #close(method: AnyFunction, args: unknown[]): unknown {
    const state = this.#state;
    if (this.#isReader) this.#endProcessing();
    const result: unknown = Reflect.apply(method, this.#iterator, args);
    if (state.bound && !this.#isReader) return result;
    // A generator answers all pending reads before closing. The call ends as these reads end.
    if (state.inFlight > 0 && result instanceof Promise) {
      const cancel = (value: unknown): unknown => {
        state.cancel();
        return value;
      };
      return follow(result, { answered: cancel, failed: cancel });
    }
    state.cancel();
    return keepAlive(this.#token, result);
  }
}

Reflect.setPrototypeOf(ObservedIterator.prototype, GENERATOR);
Reflect.deleteProperty(ObservedIterator.prototype, 'constructor'); // inherited, like the constructor of a generator

/**
 * Returns the iterator that the application gets instead of `created`, which a stream of an SDK has just created. A
 * generator that already has own properties keeps its identity.
 */
export function observedIterator(
  created: unknown,
  state: StreamObserver,
  token: object,
  removesChunk?: RemovesChunk,
): unknown {
  const iterator = created as Iterator | null | undefined;
  const next = iterator?.next;
  if (next === GENERATOR.next && Reflect.ownKeys(created as Iterator).length === 0)
    return new ObservedIterator(created as Iterator, GENERATOR, state, token, removesChunk);
  try {
    if (typeof next === 'function') observeIterator(created as Iterator, state, token, removesChunk);
  } catch (error) {
    swallow(error); // a frozen iterator
    state.operation.detach();
  }
  return created;
}

/** Observes `iterator` in place, by methods that enumeration does not show. */
export function observeIterator(
  iterator: Iterator,
  state: StreamObserver,
  token: object,
  removesChunk?: RemovesChunk,
): void {
  const { next, return: close, throw: raise } = iterator;
  const observed = new ObservedIterator(iterator, { next, return: close, throw: raise }, state, token, removesChunk);
  defineHidden(iterator, 'next', (value?: unknown): unknown => observed.next(value));
  if (typeof close === 'function')
    defineHidden(iterator, 'return', (...args: unknown[]): unknown => observed.return(...args));
  if (typeof raise === 'function')
    defineHidden(iterator, 'throw', (...args: unknown[]): unknown => observed.throw(...args));
}
