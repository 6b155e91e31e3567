import { type MatchSubject, placeOfParent, SPAN_KINDS, STATUSES } from '../match/match-subject.ts';
import type { TailSpan } from './tail.ts';

/** A span that has ended, as conditions see spans. */
export function spanSubject(span: TailSpan): MatchSubject {
  const [seconds, nanoseconds] = span.duration;
  return {
    name: span.name,
    scope: span.instrumentationScope.name,
    kind: SPAN_KINDS[span.kind],
    status: STATUSES[span.status.code],
    parent: placeOfParent(span.parentSpanContext),
    events: span.events.map(({ name }) => name),
    attributes: span.attributes,
    resource: span.resource.attributes,
    duration: seconds * 1000 + nanoseconds / 1_000_000,
  };
}

/** True if no span of this process is the parent. */
export const isLocalRoot = (span: TailSpan): boolean => placeOfParent(span.parentSpanContext) !== 'local';
