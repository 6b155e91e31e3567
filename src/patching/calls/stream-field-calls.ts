/**
 * Calls that resolve to an answer, or to an answer whose `stream` is a `ReadableStream` (models of the Vercel AI SDK). That
 * stream is piped on inside the SDK, where nobody can look, so it is passed through one of ours.
 */
import { swallow } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { abandonWhenCollected, keepAlive } from '../streams/abandonment.ts';
import { failBySignal } from '../streams/fail-by-signal.ts';
import { StreamState } from '../streams/stream-state.ts';
import { callFollowed } from '../wrapping/follow-result.ts';
import type { MakeCall } from '../wrapping/patcher.ts';
import { type SignalOf, signalFrom } from './async-calls.ts';

/** Is this part of a stream what the model said, rather than a mark that the SDK puts in? */
export type IsChunk = (part: unknown) => boolean;

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

/** What the source may know of the stream that reads it: a source lives as long as its connection. */
interface Link {
  /** The source has ended or failed by itself. */
  over(failed: boolean, error?: unknown): void;
}

/** A stream that gives what `source` gives, when it gives it: it asks for a part when it is asked, and keeps none. */
function observedStream(source: ReadableStream, state: ModelState, isChunk: IsChunk): ReadableStream {
  const reader = source.getReader() as ReadableStreamDefaultReader<unknown>;
  let controller: ReadableStreamDefaultController<unknown> | undefined;
  let over = false;
  let last = false;
  const finish = (failed: boolean, error?: unknown): void => {
    if (over) return;
    over = true;
    if (failed) {
      state.failed(error);
      controller?.error(error);
    } else {
      state.done();
      controller?.close();
    }
  };
  const link: Link = {
    over(failed, error) {
      // A source is closed before the read of its last part has come back.
      if (failed || state.inFlight === 0) finish(failed, error);
      else last = true;
    },
  };
  const stream = new ReadableStream<unknown>(
    {
      start(given) {
        controller = given;
      },
      async pull() {
        state.inFlight++;
        let result: Awaited<ReturnType<typeof reader.read>>;
        try {
          result = await reader.read();
        } catch (error) {
          state.inFlight--;
          finish(true, error);
          return keepAlive(link, undefined);
        }
        state.inFlight--;
        if (over) return;
        if (result.done) {
          finish(false);
          return;
        }
        if (isChunk(result.value)) state.chunk(result.value);
        controller?.enqueue(result.value);
        if (last) finish(false);
      },
      cancel(reason) {
        over = true;
        state.cancel();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  watch(reader, link);
  abandonWhenCollected(link, state);
  return stream;
}

/** Apart from the above: what waits for the source must not hold what reads it. */
function watch(reader: ReadableStreamDefaultReader<unknown>, link: Link): void {
  const weak = new WeakRef(link);
  reader.closed.then(
    () => weak.deref()?.over(false),
    (error: unknown) => weak.deref()?.over(true, error),
  );
}
