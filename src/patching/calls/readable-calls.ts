/**
 * Calls that resolve to an answer or to a `ReadableStream` of events (interactions of genai 2.x and 3.x). The
 * application gets the SDK's stream. Methods put on the stream observe how the application reads.
 */

import type { AnyFunction } from '../../runtime/any-function.ts';
import { readSafely } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { failBySignal } from '../streams/fail-by-signal.ts';
import { type Iterator, observeIterator, type StreamObserver } from '../streams/observed-iterator.ts';
import { StreamState } from '../streams/stream-state.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { callFollowed } from '../wrapping/follow-result.ts';
import type { MakeCall } from '../wrapping/patcher.ts';
import { type SignalOf, signalFrom } from './async-calls.ts';

/** The methods of a `ReadableStream` that are observed. */
export type ReadableStreamLike = Readonly<
  Record<'getReader' | 'tee' | 'cancel' | 'pipeTo' | 'pipeThrough', AnyFunction>
> & {
  [Symbol.asyncIterator]: AnyFunction;
};

/** Makes recorded calls of methods that resolve to an answer or to a `ReadableStream`. */
export function readableCalls(signalOf: SignalOf): MakeCall {
  return (operation, method, self, args) => {
    const signal = signalFrom(signalOf, self, args);
    return callFollowed(operation, method, self, args, {
      answered(value) {
        if (isReadable(value)) observeAnswer(value, operation, signal);
        else operation.end(value);
        return value;
      },
      failed(error) {
        failBySignal(operation, error, signal);
      },
    });
  };
}

/** Is `value` a `ReadableStream`, of any realm or polyfill? */
export function isReadable(value: unknown): value is ReadableStreamLike {
  const stream = value as Partial<ReadableStreamLike> | null | undefined;
  return readSafely(
    () => typeof stream?.getReader === 'function' && typeof stream[Symbol.asyncIterator] === 'function',
    false,
  );
}

function observeAnswer(stream: ReadableStreamLike, operation: Operation, signal: AbortSignal | undefined): void {
  if (!operation.stream()) {
    operation.end(undefined);
    return;
  }
  const state = new StreamState(operation, signal, failBySignal);
  const token = {};
  state.watchToken(token);
  if (state.aborted) state.cancel();
  observeReadable(stream, state, token);
}

/**
 * Observes how `stream` is read. The methods put on the stream hold `token`, and so do the readers and iterators that
 * the stream makes.
 */
export function observeReadable(stream: ReadableStreamLike, state: StreamObserver, token: object): void {
  const { getReader, tee, cancel, pipeTo, pipeThrough } = stream;
  const iterate = stream[Symbol.asyncIterator];
  const iterateBelow = iteratorMethodBelow(stream) ?? iterate;
  let opening = false;
  const methods: { readonly [name: string | symbol]: AnyFunction } = {
    [Symbol.asyncIterator](...args: unknown[]): unknown {
      if (opening) return Reflect.apply(iterateBelow, this, args);
      opening = true;
      let iterator: Iterator;
      try {
        iterator = Reflect.apply(iterate, stream, args) as Iterator;
      } finally {
        opening = false;
      }
      observeIterator(iterator, state, token);
      return iterator;
    },
    getReader(...args: unknown[]): unknown {
      const reader = Reflect.apply(getReader, stream, args) as Reader;
      observeReader(reader, state, token);
      return reader;
    },
    cancel(...args: unknown[]): unknown {
      state.cancel();
      return Reflect.apply(cancel, stream, args);
    },
    tee(...args: unknown[]): unknown {
      const branches = Reflect.apply(tee, stream, args) as [ReadableStreamLike, ReadableStreamLike];
      const fork = new Fork(state, branches.length);
      for (const branch of branches) observeReadable(branch, new Branch(fork), token);
      return branches;
    },
    // A pipe reads inside the runtime, out of sight.
    pipeTo: (...args: unknown[]): unknown => {
      state.operation.detach();
      return Reflect.apply(pipeTo, stream, args);
    },
    pipeThrough: (...args: unknown[]): unknown => {
      state.operation.detach();
      return Reflect.apply(pipeThrough, stream, args);
    },
  };
  for (const name of Reflect.ownKeys(methods)) defineHidden(stream, name, methods[name]);
}

/**
 * The method that makes iterators of the stream below a proxy. Streams of genai 3.x may be proxies: a method put on the proxy
 * lands on the stream below, and the iterator of the proxy calls the method there.
 */
function iteratorMethodBelow(stream: object): AnyFunction | undefined {
  const own: unknown = Object.getOwnPropertyDescriptor(stream, Symbol.asyncIterator)?.value;
  const method = own ?? (Object.getPrototypeOf(stream) as Partial<ReadableStreamLike> | null)?.[Symbol.asyncIterator];
  return typeof method === 'function' ? (method as AnyFunction) : undefined;
}

type Reader = { read: AnyFunction; cancel: AnyFunction };

function observeReader(reader: Reader, state: StreamObserver, token: object): void {
  const { read, cancel } = reader;
  const iterator: Iterator = { next: () => Reflect.apply(read, reader, []) as unknown };
  observeIterator(iterator, state, token);
  const methods = {
    read: () => iterator.next() as unknown,
    cancel: (...args: unknown[]): unknown => {
      state.cancel();
      return Reflect.apply(cancel, reader, args);
    },
  };
  for (const [name, value] of Object.entries(methods)) defineHidden(reader, name, value);
}

/**
 * The branches of one `tee()`: the chunks of the branch ahead count, and the call is cancelled when both branches are.
 */
class Fork {
  readonly state: StreamObserver;
  /** Chunks read by the branch ahead. */
  seen = 0;
  /** Branches that are not cancelled. */
  remaining: number;

  constructor(state: StreamObserver, branches: number) {
    this.state = state;
    this.remaining = branches;
  }
}

class Branch implements StreamObserver {
  readonly #fork: Fork;
  #seen = 0;
  #cancelled = false;

  constructor(fork: Fork) {
    this.#fork = fork;
  }

  get operation(): StreamObserver['operation'] {
    return this.#fork.state.operation;
  }

  get inFlight(): number {
    return this.#fork.state.inFlight;
  }

  set inFlight(count: number) {
    this.#fork.state.inFlight = count;
  }

  chunk(value: unknown): void {
    if (++this.#seen <= this.#fork.seen) return;
    this.#fork.seen = this.#seen;
    this.#fork.state.chunk(value);
  }

  done(): void {
    this.#fork.state.done();
  }

  failed(error: unknown): void {
    this.#fork.state.failed(error);
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    if (--this.#fork.remaining === 0) this.#fork.state.cancel();
  }
}
