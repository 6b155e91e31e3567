import type { HrTime, Span } from '@opentelemetry/api';
import type { ChunkKind } from '../../facts/call.ts';
import { CHUNK_EVENT, CHUNK_INDEX, CHUNK_KIND } from '../../facts/semconv.ts';

/**
 * Remembers when chunks arrived: at most `limit` of them, spread over the whole stream, in constant memory. Every
 * `stride`-th chunk is kept; when the buffer is full, every second entry goes and the stride doubles. Chunk 0 stays.
 */
export class ChunkEvents {
  /** Index of the next chunk to keep: to be compared before a clock or the chunk's kind is read for it. */
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

  /** Keeps chunk `index`, which is {@link next}. `time` in milliseconds of {@link now}. */
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
    let before: ChunkKind | undefined;
    let first: HrTime | undefined;
    for (let i = 0; i < this.#length; i++) {
      const carried = this.#kinds[i];
      const kind = carried === before ? undefined : carried; // said where one starts
      before = carried ?? before;
      const index = i * this.#stride;
      const time = this.#times[i] as number;
      span.addEvent(
        CHUNK_EVENT,
        kind === undefined ? indexed(index) : { [CHUNK_INDEX]: index, [CHUNK_KIND]: kind },
        first === undefined ? time : later(first, time - (this.#times[0] as number)),
      );
      if (i === 0) first = timeOfLastEvent(span);
    }
  }
}

/** Written out: V8 makes an object with a computed name step by step, and this one is made for nearly every event. */
const indexed = (index: number) => ({ 'llm_otel.chunk.index': index }) satisfies Record<typeof CHUNK_INDEX, number>;

/**
 * When the event that was just added to `span` happened, by the clock of the span: it corrects ours by an offset of its
 * own. `undefined` if this kind of span does not tell (`ReadableSpan.events` of the SDK for JavaScript does).
 */
function timeOfLastEvent(span: Span): HrTime | undefined {
  const { events } = span as { readonly events?: readonly { readonly name?: unknown; readonly time?: unknown }[] };
  const last = Array.isArray(events) ? events[events.length - 1] : undefined;
  const time = last?.name === CHUNK_EVENT ? last.time : undefined;
  return Array.isArray(time) && typeof time[0] === 'number' && typeof time[1] === 'number'
    ? (time as HrTime)
    : undefined;
}

/** `ms` milliseconds after `time`: what the SDK takes as it is, where it would convert each number twice. */
function later(time: HrTime, ms: number): HrTime {
  const nanos = time[1] + Math.round(ms * 1e6);
  const carried = Math.floor(nanos / 1e9);
  return [time[0] + carried, nanos - carried * 1e9];
}
