import { PendingReads, type ReaderEnd } from './pending-reads.ts';
import type { ChunkReader } from './plain-stream.ts';
import type { RecordedStream, StreamRecording } from './stream-recording.ts';

/** Chunks of one layer, as JSON and back. */
export interface ChunkForm<C> {
  /** JSON of a chunk; `undefined` if the chunk is no plain JSON. */
  pack(chunk: C): string | undefined;
  /** A fresh chunk from the parsed JSON. */
  unpack(value: unknown): C;
}

/** Where the chunks of a shared stream come from. */
export interface ChunkSource<C> {
  next(): Promise<IteratorResult<C, unknown>>;
  /** Nobody reads any more. Must not throw. */
  close(): void;
}

/** What happens to a shared stream. */
export interface SharedStreamEvents {
  /** The stream has passed to its end, or to its end mark; called before a reader gets the chunk. */
  onRecorded(recorded: RecordedStream): void;
  /** The source has ended, has failed, or nobody reads any more. */
  onClosed(end: ReaderEnd): void;
}

/** A chunk in the list of chunks. A reader holds its place: what no reader and no recording holds is free. */
interface Place<C> {
  chunk: C | undefined;
  json: string | undefined;
  /** Size of all chunks up to this chunk. */
  readonly offset: number;
  next: Place<C> | undefined;
}

/** Most bytes between the fastest and the slowest reader. A reader further back fails, so that the memory stays bounded. */
const MAX_LAG_BYTES = 16_777_216;

/** Size of a chunk that is no JSON. */
const UNKNOWN_SIZE = 1024;

/** One source of chunks for several readers, recorded while the chunks pass. The fastest reader pulls the source. */
export class SharedStream<C> {
  readonly #source: ChunkSource<C>;
  readonly #form: ChunkForm<C>;
  readonly #recording: StreamRecording<C> | undefined;
  readonly #events: SharedStreamEvents;
  readonly #readers = new Set<SharedReader<C>>();
  /** Start of the list, for readers that come later; `undefined` once the start is not kept. */
  #start: Place<C> | undefined = { chunk: undefined, json: undefined, offset: 0, next: undefined };
  #tail: Place<C> = this.#start as Place<C>;
  #isPulling = false;
  #isRecorded = false;
  #end: ReaderEnd | undefined;

  constructor(
    source: ChunkSource<C>,
    form: ChunkForm<C>,
    recording: StreamRecording<C> | undefined,
    events: SharedStreamEvents,
  ) {
    this.#source = source;
    this.#form = form;
    this.#recording = recording;
    this.#events = events;
  }

  /** May another reader begin? Yes, while the stream runs and its start is kept. */
  get canJoin(): boolean {
    return this.#end === undefined && this.#start !== undefined;
  }

  /** A reader from the start. `original`: gets the chunks of the source and no copies. Only while {@link canJoin}. */
  addReader(original: boolean, signal: AbortSignal | undefined, onEnd: (end: ReaderEnd) => void): ChunkReader<C> {
    const reader = new SharedReader(this, this.#start as Place<C>, original, onEnd);
    this.#readers.add(reader);
    reader.reads.endBy(signal);
    return reader;
  }

  /** The start is kept for a recording. Without a recording, the start is free as soon as the first readers are there. */
  closeStart(): void {
    if (this.#recording?.isKeeping !== true) this.#start = undefined;
  }

  /** A reader waits for a chunk that is not there yet. */
  pull(): void {
    if (this.#isPulling || this.#end !== undefined) return;
    this.#isPulling = true;
    this.#source.next().then(
      (result) => (result.done === true ? this.#finish({ kind: 'done' }) : this.#push(result.value)),
      (error) => this.#finish({ kind: 'error', error }),
    );
  }

  /** How the source has ended. */
  get end(): ReaderEnd | undefined {
    return this.#end;
  }

  copy(place: Place<C>): C {
    return place.json === undefined ? (place.chunk as C) : this.#form.unpack(JSON.parse(place.json));
  }

  /** `reader` is at its end. The source is closed with its last reader. */
  remove(reader: SharedReader<C>, end: ReaderEnd): void {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) this.close(end);
  }

  /** Closes the source, unless the source has ended. */
  close(end: ReaderEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#start = undefined;
    // First, so that the code of a generator after `yield` runs before the signal is aborted.
    this.#source.close();
    this.#events.onClosed(end);
  }

  #push(chunk: C): void {
    this.#isPulling = false;
    if (this.#end !== undefined) return;
    const isKeeping = this.#recording?.isKeeping === true;
    const json = isKeeping || this.#readers.size > 1 ? this.#form.pack(chunk) : undefined;
    this.#recording?.add(chunk, json);
    const offset = this.#tail.offset + (json?.length ?? UNKNOWN_SIZE);
    const place: Place<C> = { chunk, json, offset, next: undefined };
    this.#tail.next = place;
    this.#tail = place;
    this.closeStart();
    if (this.#recording?.hasEnded === true) this.#record();
    if (this.#readers.size > 1) this.#dropSlowReaders();
    for (const reader of this.#readers) reader.advance();
  }

  #record(): void {
    if (this.#isRecorded || this.#recording === undefined) return;
    this.#isRecorded = true;
    this.#events.onRecorded(this.#recording.finish());
  }

  #finish(end: ReaderEnd): void {
    this.#isPulling = false;
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#start = undefined;
    if (end.kind === 'done') this.#record();
    this.#events.onClosed(end);
    for (const reader of [...this.#readers]) reader.advance();
  }

  #dropSlowReaders(): void {
    for (const reader of [...this.#readers])
      if (this.#tail.offset - reader.offset > MAX_LAG_BYTES)
        reader.reads.end({
          kind: 'error',
          error: new Error(
            `cache: a reader of a shared stream is more than ${MAX_LAG_BYTES} bytes behind another reader`,
          ),
        });
  }
}

/** The place of one caller in a shared stream. */
class SharedReader<C> implements ChunkReader<C> {
  readonly reads: PendingReads<C>;
  readonly #stream: SharedStream<C>;
  readonly #original: boolean;
  #place: Place<C> | undefined;

  constructor(stream: SharedStream<C>, start: Place<C>, original: boolean, onEnd: (end: ReaderEnd) => void) {
    this.#stream = stream;
    this.#place = start;
    this.#original = original;
    this.reads = new PendingReads((end) => {
      this.#place = undefined;
      stream.remove(this, end);
      onEnd(end);
    });
  }

  /** Size of the chunks that the reader has got. */
  get offset(): number {
    return this.#place?.offset ?? Number.POSITIVE_INFINITY;
  }

  next(): Promise<IteratorResult<C, undefined>> {
    const result = this.reads.wait();
    this.advance();
    return result;
  }

  leave(): void {
    this.reads.end({ kind: 'left' });
  }

  abort(reason: unknown): void {
    this.reads.end({ kind: 'aborted', error: reason });
  }

  /** Answers the calls that wait, as far as chunks are there. */
  advance(): void {
    while (this.reads.isWaiting) {
      const place: Place<C> | undefined = this.#place?.next;
      if (place === undefined) {
        const { end } = this.#stream;
        if (end === undefined) this.#stream.pull();
        else this.reads.end(end);
        return;
      }
      this.#place = place;
      const chunk = this.#original ? (place.chunk as C) : this.#stream.copy(place);
      // Copies are made of the JSON: a recorded stream keeps no chunks.
      if (this.#original && place.json !== undefined) place.chunk = undefined;
      this.reads.give(chunk);
    }
  }
}
