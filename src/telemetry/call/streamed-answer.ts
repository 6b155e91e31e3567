import type { Attributes, Span } from '@opentelemetry/api';
import type { Config } from '../../config/options.ts';
import type { RequestFacts, ResponseFacts, StreamReader } from '../../facts/call.ts';
import { RESPONSE_TIME_TO_FIRST_CHUNK, STREAM_CHUNKS } from '../../facts/semconv.ts';
import { now } from '../../runtime/clock.ts';
import { swallow } from '../../runtime/guard.ts';
import { isInference, Metrics } from '../signals/metrics.ts';
import { ChunkEvents } from './chunk-events.ts';

/** A streamed answer as it comes in: what its chunks say, how many there were and when they came. */
export class StreamedAnswer {
  readonly reader: StreamReader;
  /** Number of chunks so far. */
  chunks = 0;
  /** When the first chunk came, in milliseconds of {@link now}. */
  firstChunk = 0;
  /** Index of the next chunk whose time is wanted without metrics: the first, then those that become events. */
  #next = 0;
  readonly #events: ChunkEvents | undefined;
  readonly #request: RequestFacts;
  readonly #metrics: Metrics | undefined;
  #lastChunk = 0;
  #attributes: Attributes | undefined;

  /** `recording`: there is a span for the chunk events. `metrics`: where the times between chunks go. */
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

  /** A chunk reached the application, just now or `at`. */
  chunk(value: unknown, at?: number): void {
    const index = this.chunks++;
    this.reader.read(value);
    if (index === this.#next || this.#metrics !== undefined) this.#stamp(index, value, at ?? now());
  }

  #stamp(index: number, value: unknown, time: number): void {
    if (index === 0) this.firstChunk = time;
    else this.#metrics?.chunk((time - this.#lastChunk) / 1000, this.#metricAttributes());
    this.#lastChunk = time;
    if (index !== this.#next) return;
    this.#events?.add(index, time, this.reader.kind(value));
    this.#next = this.#events?.next ?? Number.POSITIVE_INFINITY;
  }

  /** A chunk came that does not reach the application: it counts as none. */
  hidden(value: unknown): void {
    try {
      this.reader.read(value);
    } catch (error) {
      swallow(error);
    }
  }

  /** Attributes of the chunk metrics: built once the answer's model is known. */
  #metricAttributes(): Attributes {
    if (this.#attributes !== undefined) return this.#attributes;
    const { model } = this.reader;
    const attributes = Metrics.attributes(this.#request, model);
    if (model !== undefined) this.#attributes = attributes;
    return attributes;
  }

  /** When the first chunk came, if one has. */
  get first(): number | undefined {
    return this.chunks > 0 ? this.firstChunk : undefined;
  }

  /** What is known so far. `complete`: the stream came to its end. */
  facts(complete: boolean): ResponseFacts | undefined {
    try {
      return this.reader.facts(complete);
    } catch (error) {
      swallow(error);
      return undefined;
    }
  }

  /** Adds what the stream itself says about the call, which started at `started`. */
  addTo(attributes: Attributes, started: number): void {
    attributes[STREAM_CHUNKS] = this.chunks;
    if (this.chunks > 0) attributes[RESPONSE_TIME_TO_FIRST_CHUNK] = (this.firstChunk - started) / 1000;
  }

  /** Adds the chunk events to the span. */
  addEventsTo(span: Span): void {
    this.#events?.addTo(span);
  }
}
