import { swallow } from '../../runtime/guard.ts';
import { closeIterator } from './async-values.ts';

/** How a stream ended: read to its end, by an error, by its reader (`break`, or nobody held the stream). */
export type StreamEnd = 'completed' | 'failed' | 'left';

/** What a layer does while its stream is read. No method may refer to the stream: a stream that nobody holds is to be found. */
export interface StreamWatcher<C> {
  /** The reader waits for a chunk. */
  waiting?(): void;
  /** A chunk is about to reach the reader. */
  chunk?(chunk: C): void;
  /** Called once. The layer removes its listeners and timers here; `left`: and aborts its signal. */
  ended(end: StreamEnd, error?: unknown): void;
}

/** Parts of a stream. */
export interface CallStreamParts<C> {
  readonly source: AsyncIterator<C>;
  readonly watcher: StreamWatcher<C>;
  /** Calls a function in the context of the layer: the code of a generator runs while the generator is read. */
  run<T>(fn: () => T): T;
}

interface Reader<C> {
  resolve(result: IteratorResult<C>): void;
  reject(error: unknown): void;
}

/**
 * A reference to a stream for timers and listeners: strong while a reader waits, because a source that hangs holds nothing,
 * and weak between reads, so that a stream that nobody reads on can be collected.
 */
export class StreamHandle<C> {
  readonly #stream: WeakRef<CallStream<C>>;
  #read: CallStream<C> | undefined;

  constructor(stream: CallStream<C>) {
    this.#stream = new WeakRef(stream);
  }

  /** Keeps the stream alive while a reader waits; undefined ends the wait. */
  hold(stream: CallStream<C> | undefined): void {
    this.#read = stream;
  }

  /** The stream, unless the stream was collected. */
  get stream(): CallStream<C> | undefined {
    return this.#read ?? this.#stream.deref();
  }
}

/** Ends the watch of a stream that was collected before its end. */
const abandoned = new FinalizationRegistry<StreamWatcher<never>>((watcher) => {
  try {
    watcher.ended('left');
  } catch (error) {
    swallow(error);
  }
});

/**
 * The stream of a wrapped function: a plain async iterator around the source. Reads are answered in order. No promise lives
 * longer than the wait for one chunk, so that nothing grows with the stream.
 */
export class CallStream<C> implements AsyncIterableIterator<C> {
  #source: AsyncIterator<C>;
  readonly #watcher: StreamWatcher<C>;
  readonly #run: CallStreamParts<C>['run'];
  #reader: Reader<C> | undefined;
  readonly #waitingReaders: Reader<C>[] = [];
  /** For timers and listeners. */
  readonly handle: StreamHandle<C> = new StreamHandle(this);
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  constructor({ source, watcher, run }: CallStreamParts<C>) {
    this.#source = source;
    this.#watcher = watcher;
    this.#run = run;
    abandoned.register(this, watcher as StreamWatcher<never>, this);
  }

  /** The next chunk. */
  next(): Promise<IteratorResult<C>> {
    return new Promise((resolve, reject) => {
      const reader = { resolve, reject };
      if (this.#reader === undefined) this.#read(reader);
      else this.#waitingReaders.push(reader);
    });
  }

  /** Closes the source, as `break` does. */
  async return(value?: unknown): Promise<IteratorResult<C>> {
    const result: IteratorResult<C> = { done: true, value };
    this.#failure = undefined;
    if (this.#ended) return result;
    const reader = this.#reader;
    const source = this.#source;
    const closing = reader !== undefined ? closeIterator(source) : this.#run(() => source.return?.());
    this.#end('left');
    reader?.resolve({ done: true, value: undefined });
    this.#answerWaiting();
    // Not during a read: the source may never answer.
    await closing;
    return result;
  }

  /** Closes the source, and throws `error`. */
  async throw(error?: unknown): Promise<IteratorResult<C>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the stream with `error`: a waiting reader gets the error now, else the next read. The source is closed. */
  stop(error: unknown): void {
    if (this.#ended) return;
    const reader = this.#reader;
    this.#end('failed', error);
    if (reader === undefined) this.#failure = { error };
    else reader.reject(error);
    this.#answerWaiting();
    closeIterator(this.#source);
  }

  /** Goes on with another source; a waiting reader waits for the new source. */
  replaceSource(source: AsyncIterator<C>): void {
    if (this.#ended) return;
    const before = this.#source;
    this.#source = source;
    closeIterator(before);
    if (this.#reader !== undefined) this.#readSource(source);
  }

  #read(reader: Reader<C>): void {
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      reader.reject(error);
    } else if (this.#ended) reader.resolve({ done: true, value: undefined });
    else {
      this.#reader = reader;
      this.handle.hold(this);
      this.#watcher.waiting?.();
      this.#readSource(this.#source);
    }
  }

  #readSource(source: AsyncIterator<C>): void {
    try {
      Promise.resolve(this.#run(() => source.next())).then(
        (result) => this.#receive(source, result),
        (error: unknown) => this.#fail(source, error),
      );
    } catch (error) {
      this.#fail(source, error);
    }
  }

  #receive(source: AsyncIterator<C>, result: IteratorResult<C>): void {
    const reader = this.#reader;
    if (this.#ended || source !== this.#source || reader === undefined) return;
    if (result.done === true) this.#end('completed');
    else {
      this.#reader = undefined;
      this.handle.hold(undefined);
      this.#watcher.chunk?.(result.value);
    }
    reader.resolve(result);
    this.#answerWaiting();
  }

  #fail(source: AsyncIterator<C>, error: unknown): void {
    const reader = this.#reader;
    if (this.#ended || source !== this.#source) return;
    this.#end('failed', error);
    reader?.reject(error);
    this.#answerWaiting();
  }

  #answerWaiting(): void {
    while (this.#reader === undefined) {
      const next = this.#waitingReaders.shift();
      if (next === undefined) return;
      this.#read(next);
    }
  }

  #end(end: StreamEnd, error?: unknown): void {
    this.#ended = true;
    this.#reader = undefined;
    this.handle.hold(undefined);
    abandoned.unregister(this);
    this.#watcher.ended(end, error);
  }
}
