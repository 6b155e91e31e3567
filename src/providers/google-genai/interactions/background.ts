/**
 * Counts of interactions that were created with `background: true`. The create call ends without counts, and the
 * application fetches the interaction later. A fetched interaction does not tell how the interaction was created, so the
 * ids of the created interactions are remembered.
 */
import type { ResponseFacts, UsageFacts } from '../../../facts/call.ts';
import { RecentIds } from '../../reading/recent-ids.ts';

const uncounted = new RecentIds();

/** The creating call has ended with `facts`: without counts, a later fetch has to count. */
export function awaitCounts({ id, usage }: ResponseFacts): void {
  if (id !== undefined && usage === undefined) uncounted.add(id);
}

/** The counts of a fetched interaction, for the first fetch that shows counts which no call has recorded. */
export function takeCounts({ id, usage }: ResponseFacts): UsageFacts | undefined {
  return usage !== undefined && id !== undefined && uncounted.take(id) ? usage : undefined;
}
