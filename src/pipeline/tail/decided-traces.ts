import type { Verdict } from './tail-policies.ts';

/** The last decisions, for spans that end later. */
export class DecidedTraces {
  readonly #verdicts = new Map<string, Verdict>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The decision about a trace; the trace is then the newest. */
  get(traceId: string): Verdict | undefined {
    const verdict = this.#verdicts.get(traceId);
    if (verdict !== undefined) this.set(traceId, verdict);
    return verdict;
  }

  set(traceId: string, verdict: Verdict): void {
    this.#verdicts.delete(traceId);
    this.#verdicts.set(traceId, verdict);
    if (this.#verdicts.size <= this.#most) return;
    const [oldest] = this.#verdicts.keys();
    if (oldest !== undefined) this.#verdicts.delete(oldest);
  }

  delete(traceId: string): void {
    this.#verdicts.delete(traceId);
  }
}
