/**
 * Calls that resolve to an answer, or to an answer whose field `stream` is a `ReadableStream` (models of the Vercel AI
 * SDK). An observed stream replaces the field, see observed-stream.ts.
 */
import { readSafely, swallow } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { failBySignal } from '../streams/fail-by-signal.ts';
import { type IsChunk, observedStream } from '../streams/observed-stream.ts';
import { StreamState } from '../streams/stream-state.ts';
import { callFollowed } from '../wrapping/follow-result.ts';
import type { MakeCall } from '../wrapping/patcher.ts';
import { type SignalOf, signalFrom } from './async-calls.ts';

/** The application's call that makes the model call, of an agent for example. */
export interface EnclosingCall {
  /** The model call has failed with `error`. */
  failed(error: unknown): void;
  /** The stream of the model call was cancelled or abandoned: the enclosing call is over, too. */
  end(): void;
}

/** Makes recorded calls of methods that resolve to an answer or to an answer with a stream. */
export function streamFieldCalls(signalOf: SignalOf, isChunk: IsChunk, enclosing?: EnclosingCall): MakeCall {
  return (operation, method, self, args) => {
    const signal = signalFrom(signalOf, self, args);
    return callFollowed(operation, method, self, args, {
      answered(value) {
        const makeState = (): ModelStreamState => new ModelStreamState(operation, signal, enclosing);
        if (!replaceStream(value, operation, makeState, isChunk)) operation.end(value);
        return value;
      },
      failed(error) {
        failBySignal(operation, error, signal);
        enclosing?.failed(error);
      },
    });
  };
}

class ModelStreamState extends StreamState {
  readonly #enclosing: EnclosingCall | undefined;

  constructor(operation: Operation, signal: AbortSignal | undefined, enclosing: EnclosingCall | undefined) {
    super(operation, signal, failBySignal);
    this.#enclosing = enclosing;
  }

  override cancel(): void {
    const { ended } = this.operation;
    super.cancel();
    if (!ended) this.#enclosing?.end();
  }

  /** Also called for a stream that has been read to its end, when the stream is collected: the enclosing call goes on. */
  override abandon(): void {
    const { ended } = this.operation;
    super.abandon();
    if (!ended) this.#enclosing?.end();
  }
}

/** Replaces the stream of `answer` by an observed stream; `false` if `answer` has no stream. */
function replaceStream(
  answer: unknown,
  operation: Operation,
  makeState: () => ModelStreamState,
  isChunk: IsChunk,
): boolean {
  const source = readSafely(() => (answer as { readonly stream?: unknown } | null | undefined)?.stream, undefined);
  if (!isReadableStream(source) || source.locked) return false;
  if (!operation.stream()) return false;
  const state = makeState();
  try {
    (answer as { stream: unknown }).stream = observedStream(source, state, isChunk);
  } catch (error) {
    swallow(error); // a frozen answer
    operation.detach();
    return true;
  }
  if (state.aborted) state.cancel();
  return true;
}

function isReadableStream(value: unknown): value is ReadableStream {
  const stream = value as Partial<ReadableStream> | null | undefined;
  return typeof stream?.getReader === 'function' && typeof stream.pipeThrough === 'function';
}
