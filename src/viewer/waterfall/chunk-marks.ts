import { CHUNK_EVENT, RESPONSE_TIME_TO_FIRST_CHUNK } from '../../facts/semconv.ts';
import { numberOf } from '../data/call-facts.ts';
import type { ViewedSpan } from '../page-data.ts';

/** Marks of one bar: chunks closer to each other than a bar has room for share a mark. */
const MOST_MARKS = 30;

/** Chunks at one place of a bar, in shares of the duration. */
export interface ChunkMark {
  readonly at: number;
  readonly chunks: number;
}

/** The share of the duration before the first chunk; undefined for a call that is no stream. */
export function waitingShare(span: ViewedSpan): number | undefined {
  const seconds = numberOf(span, RESPONSE_TIME_TO_FIRST_CHUNK);
  if (seconds !== undefined) return shareOf(span, seconds * 1000);
  const first = span.events.find(({ name }) => name === CHUNK_EVENT);
  return first && shareOf(span, first.time - span.startTime);
}

const shareOf = ({ durationMs }: ViewedSpan, ms: number): number =>
  durationMs <= 0 ? 0 : Math.min(1, Math.max(0, ms / durationMs));

/** The chunks of a stream as marks. */
export function chunkMarks(span: ViewedSpan): ChunkMark[] {
  const shares = span.events
    .filter(({ name }) => name === CHUNK_EVENT)
    .map(({ time }) => shareOf(span, time - span.startTime));
  if (shares.length <= MOST_MARKS) return shares.map((at) => ({ at, chunks: 1 }));
  const marks = new Map<number, number>();
  for (const share of shares) {
    const place = Math.min(MOST_MARKS - 1, Math.floor(share * MOST_MARKS));
    marks.set(place, (marks.get(place) ?? 0) + 1);
  }
  return [...marks].map(([place, chunks]) => ({ at: (place + 0.5) / MOST_MARKS, chunks }));
}
