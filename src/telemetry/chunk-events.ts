import type { Span } from '@opentelemetry/api';
import type { ChunkKind } from './facts.ts';
import { CHUNK_EVENT, CHUNK_INDEX, CHUNK_KIND } from './semconv.ts';

/**
 * Remembers when chunks arrived: at most `limit` of them, spread over the whole stream, in constant memory. Every
 * `stride`-th chunk is kept; when the buffer is full, every second entry goes and the stride doubles. Chunk 0 stays.
 */
export class ChunkEvents {
  #stride = 1;
  #length = 0;
  readonly #times: number[] = [];
  readonly #kinds: (ChunkKind | undefined)[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Will chunk `index` be kept? Ask before reading a clock or the chunk's kind for it. */
  wants(index: number): boolean {
    return this.#limit > 0 && index % this.#stride === 0;
  }

  /** Keeps chunk `index`, for which {@link wants} said yes. `time` in milliseconds of `performance.now()`. */
  add(index: number, time: number, kind: ChunkKind | undefined): void {
    if (this.#length === this.#limit) {
      if (this.#limit === 1) return;
      this.#halve();
      if (index % this.#stride !== 0) return;
    }
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
    for (let i = 0; i < this.#length; i++) {
      const carried = this.#kinds[i];
      const kind = carried === before ? undefined : carried; // said where one starts
      before = carried ?? before;
      const index = i * this.#stride;
      span.addEvent(
        CHUNK_EVENT,
        kind === undefined ? { [CHUNK_INDEX]: index } : { [CHUNK_INDEX]: index, [CHUNK_KIND]: kind },
        this.#times[i] as number,
      );
    }
  }
}
