/**
 * A stream that takes the place of the stream of a model (Vercel AI SDK). The SDK pipes the model's stream on, and a
 * pipe reads inside the runtime, where methods put on the stream see nothing. So the SDK gets an observed stream to
 * pipe.
 */
import { abandonWhenCollected } from './abandonment.ts';
import type { StreamState } from './stream-state.ts';

/** Is this part of a stream content from the model, rather than a mark that the SDK inserts? */
export type IsChunk = (part: unknown) => boolean;

/** Returns a stream with the parts of `source`. Every read reads a single part of `source`, and nothing is buffered. */
export function observedStream(source: ReadableStream, state: StreamState, isChunk: IsChunk): ReadableStream {
  const reader = source.getReader() as ReadableStreamDefaultReader<unknown>;
  const observed = new ObservedSource(reader, state, isChunk);
  const stream = new ReadableStream<unknown>(observed, { highWaterMark: 0 });
  endWithSource(reader, observed);
  abandonWhenCollected(observed, state);
  return stream;
}

/**
 * The underlying source of an observed stream, and the token of the call (see abandonment.ts): the observed stream and
 * a read in flight hold this object. A class and no closures: closures of the same function share all captured
 * variables.
 */
class ObservedSource {
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  readonly #state: StreamState;
  readonly #isChunk: IsChunk;
  #controller: ReadableStreamDefaultController<unknown> | undefined;
  /** The observed stream has ended, failed or been cancelled. */
  #ended = false;
  /** The source has closed, but the read of the last part has not come back. */
  #closesAfterRead = false;

  constructor(reader: ReadableStreamDefaultReader<unknown>, state: StreamState, isChunk: IsChunk) {
    this.#reader = reader;
    this.#state = state;
    this.#isChunk = isChunk;
  }

  start(controller: ReadableStreamDefaultController<unknown>): void {
    this.#controller = controller;
  }

  async pull(): Promise<void> {
    const state = this.#state;
    state.inFlight++;
    let result: Awaited<ReturnType<ReadableStreamDefaultReader<unknown>['read']>>;
    try {
      result = await this.#reader.read();
    } catch (error) {
      state.inFlight--;
      this.#fail(error);
      return;
    }
    state.inFlight--;
    if (this.#ended) return;
    if (result.done) {
      this.#close();
      return;
    }
    if (this.#isChunk(result.value)) state.chunk(result.value);
    this.#controller?.enqueue(result.value);
    if (this.#closesAfterRead) this.#close();
  }

  cancel(reason: unknown): Promise<void> {
    this.#ended = true;
    this.#state.cancel();
    return this.#reader.cancel(reason);
  }

  /** The source has closed. A source closes before the read of the last part comes back. */
  sourceClosed(): void {
    if (this.#state.inFlight === 0) this.#close();
    else this.#closesAfterRead = true;
  }

  /** The source has failed. */
  sourceFailed(error: unknown): void {
    this.#fail(error);
  }

  #close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#state.done();
    this.#controller?.close();
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#state.failed(error);
    this.#controller?.error(error);
  }
}

/**
 * Ends the observed stream when the source ends, also while nobody reads. A separate function: the closures here live
 * as long as the source, and so as a connection, and must not capture the observed stream.
 */
function endWithSource(reader: ReadableStreamDefaultReader<unknown>, observed: ObservedSource): void {
  const weak = new WeakRef(observed);
  reader.closed.then(
    () => weak.deref()?.sourceClosed(),
    (error: unknown) => weak.deref()?.sourceFailed(error),
  );
}
