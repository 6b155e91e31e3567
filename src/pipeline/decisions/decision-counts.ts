/** What became of a span at the start, or of a trace at the end. */
export type Decision = 'record' | 'drop' | 'keep' | 'discard';

/** Counts decisions by the rule that has decided. */
export class DecisionCounts {
  readonly #counts = new Map<string, { [Name in Decision]?: number }>();

  add(rule: string, decision: Decision): void {
    const counts = this.#counts.get(rule) ?? {};
    if (counts[decision] === undefined) this.#counts.set(rule, counts);
    counts[decision] = (counts[decision] ?? 0) + 1;
  }

  /** The counts by rule, and in a rule by decision. */
  get byRule(): ReadonlyMap<string, { readonly [Name in Decision]?: number }> {
    return this.#counts;
  }
}
