import type { HrTime, Span } from '@opentelemetry/api';
import type { ChunkKind } from '../../facts/call.ts';
import { CHUNK_EVENT, CHUNK_INDEX, CHUNK_KIND } from '../../facts/semconv.ts';

/**
 * Keeps the times of at most `limit` chunks, spread over the whole stream, in constant memory. Every `stride`-th chunk is
 * kept; when the buffer is full, every second entry is dropped and the stride doubles. Chunk 0 stays.
 */
export class ChunkEvents {
  /** Index of the next chunk to keep. The caller compares before reading the clock and the kind of a chunk. */
  next: number;
  #stride = 1;
  #length = 0;
  readonly #times: number[] = [];
  readonly #kinds: (ChunkKind | undefined)[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.next = limit > 0 ? 0 : Number.POSITIVE_INFINITY;
  }

  /** Keeps chunk `index`, equal to {@link next}. `time` in milliseconds of {@link now}. */
  add(index: number, time: number, kind: ChunkKind | undefined): void {
    if (this.#length === this.#limit) {
      this.#halve();
      this.next = this.#length * this.#stride;
      if (index !== this.next) return;
    }
    this.next += this.#stride;
    this.#times[this.#length] = time;
    this.#kinds[this.#length] = kind;
    this.#length++;
  }

  #halve(): void {
    const kept = Math.ceil(this.#length / 2);
    for (let i = 1; i < kept; i++) {
      this.#times[i] = this.#times[2 * i] as number;
      this.#kinds[i] = this.#kinds[2 * i];
    }
    this.#length = kept;
    this.#stride *= 2;
  }

  /** Adds the kept chunks to the span as events. */
  addTo(span: Span): void {
    let previousKind: ChunkKind | undefined;
    let firstTime: HrTime | undefined;
    for (let i = 0; i < this.#length; i++) {
      const chunkKind = this.#kinds[i];
      const kind = chunkKind === previousKind ? undefined : chunkKind; // only on the first event of a run of one kind
      previousKind = chunkKind ?? previousKind;
      const index = i * this.#stride;
      const time = this.#times[i] as number;
      span.addEvent(
        CHUNK_EVENT,
        kind === undefined ? indexAttribute(index) : { [CHUNK_INDEX]: index, [CHUNK_KIND]: kind },
        firstTime === undefined ? time : addMilliseconds(firstTime, time - (this.#times[0] as number)),
      );
      if (i === 0) firstTime = timeOfLastEvent(span);
    }
  }
}

/**
 * The name is written out: V8 builds an object with a computed name step by step, and nearly every event has such an object.
 * The type fails the build when `CHUNK_INDEX` changes. `npm run bench`, "added by ours a chunk", shows the cost.
 */
const indexAttribute = (index: number) =>
  ({ 'llm_otel.chunk.index': index }) satisfies Record<typeof CHUNK_INDEX, number>;

/**
 * Time of the last event of `span`, by the clock of the span: a span corrects event times by an offset. `undefined` if the
 * kind of span has no list of events (`ReadableSpan.events` of the SDK for JavaScript is such a list).
 */
function timeOfLastEvent(span: Span): HrTime | undefined {
  const { events } = span as { readonly events?: readonly { readonly name?: unknown; readonly time?: unknown }[] };
  const last = Array.isArray(events) ? events[events.length - 1] : undefined;
  const time = last?.name === CHUNK_EVENT ? last.time : undefined;
  return Array.isArray(time) && typeof time[0] === 'number' && typeof time[1] === 'number'
    ? (time as HrTime)
    : undefined;
}

/** `time` plus `ms` milliseconds, as an `HrTime`: the SDK takes an `HrTime` unchanged but converts a number twice. */
function addMilliseconds(time: HrTime, ms: number): HrTime {
  const nanos = time[1] + Math.round(ms * 1e6);
  const seconds = Math.floor(nanos / 1e9);
  return [time[0] + seconds, nanos - seconds * 1e9];
}
