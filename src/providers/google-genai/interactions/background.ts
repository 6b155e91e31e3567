/**
 * Counts of interactions that were created with `background: true`. The create call ends without counts, and the
 * application fetches the interaction later. A fetched interaction does not tell how the interaction was created, so the
 * ids of the created interactions are remembered.
 */
import type { ResponseFacts, UsageFacts } from '../../../facts/call.ts';

/** Most ids that are remembered. */
const MOST = 10_000;

const uncounted = new Set<string>();

/** The creating call has ended with `facts`: without counts, a later fetch has to count. */
export function awaitCounts({ id, usage }: ResponseFacts): void {
  if (id === undefined || usage !== undefined) return;
  uncounted.delete(id); // the id becomes the newest
  uncounted.add(id);
  const [oldest] = uncounted.size > MOST ? uncounted : [];
  if (oldest !== undefined) uncounted.delete(oldest);
}

/** The counts of a fetched interaction, for the first fetch that shows counts which no call has recorded. */
export function takeCounts({ id, usage }: ResponseFacts): UsageFacts | undefined {
  return usage !== undefined && id !== undefined && uncounted.delete(id) ? usage : undefined;
}
