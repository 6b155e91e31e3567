import type { SendOutcome } from '../transport/outcome.ts';

/** Milliseconds of the last exports. */
const KEPT = 256;

/** How long exports took. */
export class Latencies {
  readonly #last: number[] = [];
  /** Exports since the start. */
  count = 0;
  /** Called with each export, where metrics of the pipelines are on. */
  onAdd: ((ms: number, outcome: SendOutcome) => void) | undefined;

  add(ms: number, outcome: SendOutcome): void {
    this.onAdd?.(ms, outcome);
    this.#last[this.count % KEPT] = ms;
    this.count++;
  }

  /** Count of all exports, percentiles of the last 256 in milliseconds; 0 before the first export. */
  summary(): { readonly count: number; readonly p50: number; readonly p99: number } {
    const sorted = this.#last.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { count: this.count, p50: at(0.5), p99: at(0.99) };
  }
}
