/** Why an item was dropped. */
export type DropReason =
  | 'queue_full'
  | 'queue_bytes'
  | 'filtered'
  | 'tail'
  | 'too_large'
  | 'rejected'
  | 'retries_exhausted'
  | 'exporter_error'
  | 'step_error'
  | 'spool_full'
  | 'spool_expired'
  | 'spool_error'
  | 'shutdown';

/** Reasons that the user asked for: no loss. */
const WANTED: ReadonlySet<string> = new Set<DropReason>(['filtered', 'tail']);

/** True if items dropped for `reason` are no loss. */
export const isWanted = (reason: string): boolean => WANTED.has(reason);

/** Counts what became of the items of one pipeline. Every item is in exactly one place at a time. */
export class Account {
  ended = 0;
  exported = 0;
  inflight = 0;
  readonly dropped: Partial<Record<DropReason, number>> = {};

  drop(reason: DropReason, count: number): void {
    if (count > 0) this.dropped[reason] = (this.dropped[reason] ?? 0) + count;
  }

  /** Items that were lost against the will of the user. */
  get lost(): number {
    let sum = 0;
    for (const [reason, count] of Object.entries(this.dropped)) if (!isWanted(reason)) sum += count;
    return sum;
  }
}
