/**
 * Calls that resolve to an answer, or to an answer with an iterable stream: an object with `[Symbol.asyncIterator]`, and neither
 * an iterator nor a `ReadableStream`. The application gets the SDK's own stream. A method put on the stream observes the
 * iterators.
 */
import type { AnyFunction } from '../../runtime/any-function.ts';
import type { ResultHandlers } from '../../runtime/follow.ts';
import { readSafely } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { failBySignal } from '../streams/fail-by-signal.ts';
import { observedIterator } from '../streams/observed-iterator.ts';
import { type FailCall, StreamState } from '../streams/stream-state.ts';
import { callFollowed } from '../wrapping/follow-result.ts';
import type { MakeCall } from '../wrapping/patcher.ts';
import { type SignalOf, signalFrom } from './async-calls.ts';

/** An object that makes async iterators. */
type AsyncIterableObject = { [Symbol.asyncIterator]: AnyFunction };

/** Where the parts of a call are in the objects of one SDK. */
export interface IterableParts {
  /** The application's abort signal among the arguments. Without it, an `AbortError` is the application's abort. */
  readonly signalOf?: SignalOf;
  /** The stream in an answer; a value without `[Symbol.asyncIterator]` is no stream. Default: the answer itself. */
  readonly streamOf?: (answer: unknown) => unknown;
  /** The signal by which the stream itself can be aborted. */
  readonly signalOfStream?: (stream: object) => AbortSignal | undefined;
}

/** Makes recorded calls of methods that resolve to an answer or to an iterable stream. */
export function iterableCalls(parts: IterableParts): MakeCall {
  return (operation, method, self, args) =>
    callFollowed(operation, method, self, args, iterableHandlers(operation, parts, self, args));
}

/** Handlers for the end of a call, for calls that do not return a promise. */
export function iterableHandlers(
  operation: Operation,
  { signalOf, streamOf, signalOfStream }: IterableParts,
  self: unknown,
  args: readonly unknown[],
): ResultHandlers {
  const signal = signalOf && signalFrom(signalOf, self, args, operation.request);
  const fail = signalOf && failBySignal;
  return {
    answered(value) {
      const stream = readSafely(() => (streamOf === undefined ? value : streamOf(value)), undefined);
      if (isIterable(stream)) observeIterable(stream, operation, { signal, signalOfStream, fail });
      else operation.end(value);
      return value;
    },
    failed(error) {
      if (fail === undefined) operation.failOrCancel(error);
      else fail(operation, error, signal);
    },
  };
}

function isIterable(value: unknown): value is AsyncIterableObject {
  if (typeof value !== 'object' || value === null) return false;
  return readSafely(() => typeof (value as Partial<AsyncIterableObject>)[Symbol.asyncIterator] === 'function', false);
}

interface Aborts {
  readonly signal: AbortSignal | undefined;
  readonly signalOfStream: IterableParts['signalOfStream'];
  readonly fail: FailCall | undefined;
}

function observeIterable(
  stream: AsyncIterableObject,
  operation: Operation,
  { signal, signalOfStream, fail }: Aborts,
): void {
  if (!operation.stream()) {
    operation.end(undefined);
    return;
  }
  const streamSignal = readSafely(() => signalOfStream?.(stream), undefined);
  const state = new StreamState(operation, streamSignal ?? signal, fail);
  const token = {};
  // A listener of the application at the stream's own signal may hold the stream: then not the state, which holds the signal.
  if (streamSignal === undefined) state.watchToken(token);
  else state.watchToken(token, operation);
  if (state.aborted) state.cancel();
  const iterate = stream[Symbol.asyncIterator];
  Object.defineProperty(stream, Symbol.asyncIterator, {
    value: observedFactory(iterate, state, token),
    configurable: true,
    writable: true,
    // Streams of AWS are plain objects with the method as an own property.
    enumerable: Object.getOwnPropertyDescriptor(stream, Symbol.asyncIterator)?.enumerable === true,
  });
}

/** Apart from the caller: the returned function must not hold more than it needs, and nothing here may hold the stream. */
function observedFactory(iterate: AnyFunction, state: StreamState, token: object): AnyFunction {
  const iterator = function (this: unknown, ...args: unknown[]): unknown {
    return observedIterator(Reflect.apply(iterate, this, args), state, token);
  };
  // A printed stream shows the name of an own method.
  return Object.defineProperty(iterator, 'name', { value: iterate.name, configurable: true });
}
