/**
 * Calls that resolve to an answer, or to an answer whose `stream` is a `ReadableStream` (models of the Vercel AI SDK). That
 * stream is piped on inside the SDK, where nobody can look, so it is passed through one of ours.
 */
import { swallow } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { failBySignal } from '../streams/fail-by-signal.ts';
import { type IsChunk, observedStream } from '../streams/observed-stream.ts';
import { StreamState } from '../streams/stream-state.ts';
import { callFollowed } from '../wrapping/follow-result.ts';
import type { MakeCall } from '../wrapping/patcher.ts';
import { type SignalOf, signalFrom } from './async-calls.ts';

/** What a call is part of. */
export interface Around {
  /** The call has failed with `error`. */
  failed(error: unknown): void;
  /** Its answer was left, and nothing more will come of the whole. */
  end(): void;
}

/** Makes recorded calls of such methods. */
export function modelCalls(signalOf: SignalOf, isChunk: IsChunk, around?: Around): MakeCall {
  return (operation, method, self, args) => {
    const signal = signalFrom(signalOf, self, args);
    return callFollowed(operation, method, self, args, {
      answered(value) {
        const state = (): ModelState => new ModelState(operation, signal, around);
        if (!streamed(value, operation, state, isChunk)) operation.end(value);
        return value;
      },
      failed(error) {
        failBySignal(operation, error, signal);
        around?.failed(error);
      },
    });
  };
}

class ModelState extends StreamState {
  readonly #around: Around | undefined;

  constructor(operation: Operation, signal: AbortSignal | undefined, around: Around | undefined) {
    super(operation, signal, failBySignal);
    this.#around = around;
  }

  override cancel(): void {
    super.cancel();
    this.#around?.end();
  }

  override abandon(): void {
    super.abandon();
    this.#around?.end();
  }
}

/** Puts a stream that observes into `answer`; `false` if there is none in it. */
function streamed(answer: unknown, operation: Operation, makeState: () => ModelState, isChunk: IsChunk): boolean {
  const given = (answer as { readonly stream?: unknown } | null | undefined)?.stream;
  if (!isReadable(given) || given.locked) return false;
  if (!operation.stream()) return false;
  const state = makeState();
  try {
    (answer as { stream: unknown }).stream = observedStream(given, state, isChunk);
  } catch (error) {
    swallow(error); // a frozen answer
    operation.detach();
    return true;
  }
  if (state.aborted) state.cancel();
  return true;
}

function isReadable(value: unknown): value is ReadableStream {
  const stream = value as Partial<ReadableStream> | null | undefined;
  return typeof stream?.getReader === 'function' && typeof stream.pipeThrough === 'function';
}
