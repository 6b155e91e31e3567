/**
 * Iterators whose results pass through untouched while they are observed. A generator that a stream object of an SDK makes
 * is represented by an object of ours: the function that makes it is a new one for every stream, and so are the hidden
 * classes of what it makes, which methods put on it would multiply. Where the application gets the iterator itself, it
 * stays that one and is given methods.
 */

import type { AnyFunction } from '../../runtime/any-function.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { follow } from '../wrapping/follow-result.ts';
import { keepAlive } from './abandonment.ts';

/** An async iterator, of a generator or written by hand. */
export type Iterator = { next: AnyFunction; return?: AnyFunction | undefined; throw?: AnyFunction | undefined };

/** Takes from a chunk what the application is not to see. `true`: all of it, it gets the next one instead. */
export type Hides = (chunk: unknown) => boolean;

/** What is told of how a stream is read. */
export interface Observed {
  readonly operation: Pick<Operation, 'detach'>;
  /** Reads that have not come back. */
  inFlight: number;
  /** An iterator is being read: that one brings the chunks. */
  bound?: boolean;
  chunk(value: unknown): void;
  done(): void;
  failed(error: unknown): void;
  cancel(): void;
}

/** Is this what a generator function returns? */
export function isIterator(value: unknown): value is Iterator {
  const iterator = value as (Partial<Iterator> & { [Symbol.asyncIterator]?: unknown }) | null | undefined;
  return typeof iterator?.next === 'function' && typeof iterator[Symbol.asyncIterator] === 'function';
}

/** What all async generators of this realm inherit from. */
const GENERATOR = Object.getPrototypeOf(async function* () {}).prototype as Readonly<
  Record<'next' | 'return' | 'throw', AnyFunction>
>;

/**
 * An async generator, observed: it inherits what the generator does and has nothing of its own that can be seen. Of
 * several for one stream, the one that is read first brings the chunks; the SDK makes the others throw.
 */
class ObservedIterator {
  readonly #iterator: Iterator;
  /** Of the iterator, not looked up there: the generators of different streams are of different hidden classes. */
  readonly #methods: Iterator;
  readonly #state: Observed;
  /** Held by everything that can still bring chunks: this is one of those. */
  readonly #token: object;
  readonly #hides: Hides | undefined;
  #reads = false;

  constructor(iterator: Iterator, methods: Iterator, state: Observed, token: object, hides: Hides | undefined) {
    this.#iterator = iterator;
    this.#methods = methods;
    this.#state = state;
    this.#token = token;
    this.#hides = hides;
  }

  /** A method may have been taken off and called on something else. */
  static #is(value: unknown): value is ObservedIterator {
    return typeof value === 'object' && value !== null && #iterator in value;
  }

  next(value?: unknown): unknown {
    if (!ObservedIterator.#is(this)) return Reflect.apply(GENERATOR.next, this, [value]);
    // The number of arguments matters to nobody but a hand-written iterator; a value does.
    const result: unknown =
      value === undefined ? this.#methods.next.call(this.#iterator) : this.#methods.next.call(this.#iterator, value);
    if (!this.#reads) {
      if (this.#state.bound) return result;
      this.#state.bound = this.#reads = true;
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
    if (this.#hides !== undefined && result.done !== true && this.#hides(result.value))
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

  #close(method: AnyFunction, args: unknown[]): unknown {
    const state = this.#state;
    const result: unknown = Reflect.apply(method, this.#iterator, args);
    if (state.bound && !this.#reads) return result;
    // A generator answers the reads that were asked for before it closes: how those end, the call ends.
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
Reflect.deleteProperty(ObservedIterator.prototype, 'constructor'); // inherited, as a generator's is

/**
 * What stands for `made`, which a stream of an SDK has just made to be read by. A generator on which somebody has put
 * something stays itself.
 */
export function observedIterator(made: unknown, state: Observed, token: object, hides?: Hides): unknown {
  const iterator = made as Iterator | null | undefined;
  const next = iterator?.next;
  if (next === GENERATOR.next && Reflect.ownKeys(made as Iterator).length === 0)
    return new ObservedIterator(made as Iterator, GENERATOR, state, token, hides);
  if (typeof next === 'function') observeIterator(made as Iterator, state, token, hides);
  return made;
}

/** Observes `iterator` itself: gives it methods that enumeration does not show. */
export function observeIterator(iterator: Iterator, state: Observed, token: object, hides?: Hides): void {
  const { next, return: close, throw: raise } = iterator;
  const observed = new ObservedIterator(iterator, { next, return: close, throw: raise }, state, token, hides);
  defineHidden(iterator, 'next', (value?: unknown): unknown => observed.next(value));
  if (typeof close === 'function')
    defineHidden(iterator, 'return', (...args: unknown[]): unknown => observed.return(...args));
  if (typeof raise === 'function')
    defineHidden(iterator, 'throw', (...args: unknown[]): unknown => observed.throw(...args));
}
