import { readSafely } from '../../runtime/guard.ts';

/** For results and errors that nobody waits for any more. */
const ignore = (): void => {};

/** Is `value` a stream: an async iterable? */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    readSafely(() => typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function', false)
  );
}

/** Closes an iterator that nobody reads any more. The end of the iterator is not awaited: the iterator may hang. */
export function closeIterator(iterator: AsyncIterator<unknown>): void {
  try {
    Promise.resolve(iterator.return?.()).then(ignore, ignore);
  } catch {
    // `return` of the application may throw
  }
}

/** Closes a result that came after its call was given up: nobody else would. */
export function discardResult(value: unknown): void {
  try {
    if (value instanceof Response) value.body?.cancel().then(ignore, ignore);
    else if (isAsyncIterable(value)) closeIterator(value[Symbol.asyncIterator]());
  } catch {
    // a body that is read already, an iterator of the application
  }
}

/** A promise for `work` that can be ended earlier. */
export interface Interruptible<T> {
  readonly promise: Promise<T>;
  /** Rejects the promise now, unless the promise is settled. The later result of the work is closed, the later error ignored. */
  interrupt(error: unknown): void;
  /** Settles the promise by `other` in place of the work. */
  replaceBy(other: Promise<T>): void;
}

/** Makes `work` interruptible. Each call has a promise of its own: `Promise.race` against one promise keeps all results. */
export function interruptible<T>(work: Promise<T>): Interruptible<T> {
  let isOpen = true;
  let resolve: (value: T | Promise<T>) => void = ignore;
  let reject: (error: unknown) => void = ignore;
  const promise = new Promise<T>((onResult, onError) => {
    resolve = onResult;
    reject = onError;
  });
  work.then(
    (value) => {
      if (isOpen) resolve(value);
      else discardResult(value);
      isOpen = false;
    },
    (error: unknown) => {
      if (isOpen) reject(error);
      isOpen = false;
    },
  );
  return {
    promise,
    interrupt(error) {
      isOpen = false;
      reject(error);
    },
    replaceBy(other) {
      isOpen = false;
      resolve(other);
    },
  };
}

/** The result of `run` as a promise: what `run` throws rejects the promise. */
export async function startWork<T>(run: () => T): Promise<Awaited<T>> {
  return await run();
}
