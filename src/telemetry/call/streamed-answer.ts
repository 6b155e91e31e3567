import type { Attributes, Span } from '@opentelemetry/api';
import type { Config } from '../../config/options.ts';
import type { RequestFacts, ResponseFacts, StreamOutcome, StreamReader } from '../../facts/call.ts';
import { RESPONSE_TIME_TO_FIRST_CHUNK, STREAM_CHUNKS } from '../../facts/semconv.ts';
import { now } from '../../runtime/clock.ts';
import { swallow } from '../../runtime/guard.ts';
import { readOnce } from '../content/read-once.ts';
import { isInference, Metrics } from '../signals/metrics.ts';
import { ChunkEvents } from './chunk-events.ts';

/** The counts of a stream that was left early are lower bounds: the provider goes on counting, so no cost is known. */
export const isLeft = (outcome: StreamOutcome | undefined): boolean =>
  outcome === 'cancelled' || outcome === 'abandoned';

/** A streamed answer while the chunks come in: content, number and times of the chunks. */
export class StreamedAnswer {
  readonly reader: StreamReader;
  /** Number of chunks so far. */
  chunks = 0;
  /** In milliseconds of {@link now}; 0 before the first chunk. */
  #firstChunk = 0;
  /** Index of the next chunk whose time is needed for the span: chunk 0, then every chunk that becomes an event. */
  #nextTimed = 0;
  readonly #events: ChunkEvents | undefined;
  readonly #request: RequestFacts;
  readonly #metrics: Metrics | undefined;
  #lastChunk = 0;
  #attributes: Attributes | undefined;

  /** `recording`: the span takes chunk events. `metrics`: where the times between chunks go. */
  constructor(
    reader: StreamReader,
    request: RequestFacts,
    config: Config,
    recording: boolean,
    metrics: Metrics | undefined,
  ) {
    this.reader = reader;
    this.#request = request;
    this.#metrics = isInference(request.operation) ? metrics : undefined;
    this.#events = recording && config.chunkEvents > 0 ? new ChunkEvents(config.chunkEvents) : undefined;
  }

  /** A chunk reached the application, just now or at the time `at`. */
  chunk(value: unknown, at?: number): void {
    const index = this.chunks++;
    const seen = index === this.#nextTimed ? readOnce(value) : value; // read again for its kind
    this.reader.read(seen);
    if (index === this.#nextTimed || this.#metrics !== undefined) this.#recordTime(index, seen, at ?? now());
  }

  #recordTime(index: number, value: unknown, time: number): void {
    if (index === 0) this.#firstChunk = time;
    else this.#metrics?.chunk((time - this.#lastChunk) / 1000, this.#metricAttributes());
    this.#lastChunk = time;
    if (index !== this.#nextTimed) return;
    this.#events?.add(index, time, this.reader.kind(value));
    this.#nextTimed = this.#events?.next ?? Number.POSITIVE_INFINITY;
  }

  /** Reads a chunk that does not reach the application: the chunk is not counted. */
  readHiddenChunk(value: unknown): void {
    try {
      this.reader.read(value);
    } catch (error) {
      swallow(error);
    }
  }

  /** The application is done with the last chunk and asks for the next chunk. */
  processed(): void {
    try {
      if (this.chunks > 0) this.#metrics?.chunkProcessing((now() - this.#lastChunk) / 1000, this.#metricAttributes());
    } catch (error) {
      swallow(error);
    }
  }

  /** Attributes of the chunk metrics, kept from the moment when the answer has named its model. */
  #metricAttributes(): Attributes {
    if (this.#attributes !== undefined) return this.#attributes;
    const { model } = this.reader;
    const attributes = Metrics.attributes(this.#request, model);
    if (model !== undefined) this.#attributes = attributes;
    return attributes;
  }

  /** When the first chunk came; `undefined` before the first chunk. */
  get firstChunkTime(): number | undefined {
    return this.chunks > 0 ? this.#firstChunk : undefined;
  }

  /** Facts of the chunks so far. `complete`: the stream came to its end. */
  facts(complete: boolean): ResponseFacts | undefined {
    try {
      return this.reader.facts(complete);
    } catch (error) {
      swallow(error);
      return undefined;
    }
  }

  /** Adds the chunk count and the time to the first chunk of a call that started at `startTime`. */
  addTo(attributes: Attributes, startTime: number): void {
    attributes[STREAM_CHUNKS] = this.chunks;
    if (this.chunks > 0) attributes[RESPONSE_TIME_TO_FIRST_CHUNK] = (this.#firstChunk - startTime) / 1000;
  }

  /** Adds the chunk events to the span. */
  addEventsTo(span: Span): void {
    this.#events?.addTo(span);
  }
}
