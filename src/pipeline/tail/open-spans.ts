/** Numbers of spans that have started and not ended, by trace. Spans that never end are forgotten when there are too many traces. */
export class OpenSpans {
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  start(traceId: string): void {
    this.#counts.set(traceId, (this.#counts.get(traceId) ?? 0) + 1);
    if (this.#counts.size <= this.#most) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }

  /** Ends a span. True if the trace has no open span any more. */
  end(traceId: string): boolean {
    const left = (this.#counts.get(traceId) ?? 1) - 1;
    if (left > 0) this.#counts.set(traceId, left);
    else this.#counts.delete(traceId);
    return left <= 0;
  }
}
