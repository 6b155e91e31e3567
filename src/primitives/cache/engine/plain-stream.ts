/** The stream that a caller gets, whether the chunks are new, shared or recorded. */

/** Reads one place of a source of chunks. */
export interface ChunkReader<C> {
  /** The next chunk. Calls may overlap, and are answered in their order. */
  next(): Promise<IteratorResult<C, undefined>>;
  /** The reader reads no more; waiting calls of `next` are answered as the end. Does nothing after the end. */
  leave(): void;
  /** Ends the reader with `reason`, which the waiting calls of `next` reject with. Does nothing after the end. */
  abort(reason: unknown): void;
}

/** Leaves streams that an application has dropped without reading their end. */
const dropped = new FinalizationRegistry<ChunkReader<unknown>>((reader) => reader.leave());

/**
 * A plain async iterator over the chunks of a reader. Not a generator: `return()` of a generator waits for a pending `next()`,
 * and would wait without an end for a source that is silent.
 */
export class PlainStream<C> implements AsyncIterableIterator<C, undefined> {
  readonly #reader: ChunkReader<C>;

  constructor(reader: ChunkReader<C>) {
    this.#reader = reader;
    dropped.register(this, reader as ChunkReader<unknown>, this);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<C, undefined>> {
    return this.#reader.next();
  }

  async return(): Promise<IteratorResult<C, undefined>> {
    this.#leave();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<C, undefined>> {
    this.#leave();
    throw error;
  }

  #leave(): void {
    dropped.unregister(this);
    this.#reader.leave();
  }
}
