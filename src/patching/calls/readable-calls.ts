/**
 * Calls that resolve to an answer or to a `ReadableStream` of events (interactions of genai 2.x and 3.x). The stream stays
 * the SDK's; own methods on it observe how the application reads it.
 */

import type { AnyFunction } from '../../runtime/any-function.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { type Iterator, type Observed, observeIterator } from '../streams/observed-iterator.ts';
import { StreamState } from '../streams/stream-state.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { callFollowed } from '../wrapping/follow-result.ts';
import type { MakeCall } from '../wrapping/patcher.ts';
import { type SignalOf, signalFrom } from './async-calls.ts';

/** What is used of a `ReadableStream`. */
export type Readable = Readonly<Record<'getReader' | 'tee' | 'cancel' | 'pipeTo' | 'pipeThrough', AnyFunction>> & {
  [Symbol.asyncIterator]: AnyFunction;
};

/** Makes recorded calls of such methods. */
export function readableCalls(signalOf: SignalOf): MakeCall {
  return (operation, method, self, args) => {
    const signal = signalFrom(signalOf, self, args);
    return callFollowed(operation, method, self, args, {
      answered(value) {
        if (isReadable(value)) observe(value, operation, signal);
        else operation.end(value);
        return value;
      },
      failed(error) {
        operation.failOrCancel(error);
      },
    });
  };
}

/** Is this a `ReadableStream`, of whichever realm or polyfill? */
export function isReadable(value: unknown): value is Readable {
  const stream = value as Partial<Readable> | null | undefined;
  return typeof stream?.getReader === 'function' && typeof stream[Symbol.asyncIterator] === 'function';
}

function observe(stream: Readable, operation: Operation, signal: AbortSignal | undefined): void {
  if (!operation.stream()) {
    operation.end(undefined);
    return;
  }
  const state = new StreamState(operation, signal);
  const token = {};
  state.abandonWithout(token);
  if (state.aborted) state.cancel();
  observeReadable(stream, state, token);
}

/** Observes how `stream` is read. `token` is held by the stream's own methods and by what they give. */
export function observeReadable(stream: Readable, state: Observed, token: object): void {
  const { getReader, tee, cancel, pipeTo, pipeThrough } = stream;
  const iterate = stream[Symbol.asyncIterator];
  const own: { readonly [name: string | symbol]: AnyFunction } = {
    [Symbol.asyncIterator](...args: unknown[]): unknown {
      const iterator = Reflect.apply(iterate, stream, args) as Iterator;
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
      const branches = Reflect.apply(tee, stream, args) as [Readable, Readable];
      const fork = new Fork(state, branches.length);
      for (const branch of branches) observeReadable(branch, new Branch(fork), token);
      return branches;
    },
    // What is piped is read inside the runtime, where nobody can look.
    pipeTo: (...args: unknown[]): unknown => {
      state.operation.detach();
      return Reflect.apply(pipeTo, stream, args);
    },
    pipeThrough: (...args: unknown[]): unknown => {
      state.operation.detach();
      return Reflect.apply(pipeThrough, stream, args);
    },
  };
  for (const name of Reflect.ownKeys(own)) defineHidden(stream, name, own[name]);
}

type Reader = { read: AnyFunction; cancel: AnyFunction };

function observeReader(reader: Reader, state: Observed, token: object): void {
  const { read, cancel } = reader;
  const iterator: Iterator = { next: () => Reflect.apply(read, reader, []) as unknown };
  observeIterator(iterator, state, token);
  const own = {
    read: () => iterator.next() as unknown,
    cancel: (...args: unknown[]): unknown => {
      state.cancel();
      return Reflect.apply(cancel, reader, args);
    },
  };
  for (const [name, value] of Object.entries(own)) defineHidden(reader, name, value);
}

/** Two branches of one stream: the chunks of whichever is ahead count, and only leaving both is leaving. */
class Fork {
  readonly state: Observed;
  seen = 0;
  left: number;

  constructor(state: Observed, branches: number) {
    this.state = state;
    this.left = branches;
  }
}

class Branch implements Observed {
  readonly #fork: Fork;
  #seen = 0;
  #gone = false;

  constructor(fork: Fork) {
    this.#fork = fork;
  }

  get operation(): Observed['operation'] {
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
    if (this.#gone) return;
    this.#gone = true;
    if (--this.#fork.left === 0) this.#fork.state.cancel();
  }
}
