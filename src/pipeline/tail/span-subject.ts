import { type MatchSubject, SPAN_KINDS, STATUSES } from '../match/match-subject.ts';
import type { TailSpan } from './tail.ts';

const NO_TRACE = /^0*$/;

/** A span that has ended, as conditions see spans. */
export function spanSubject(span: TailSpan): MatchSubject {
  const [seconds, nanoseconds] = span.duration;
  return {
    name: span.name,
    scope: span.instrumentationScope.name,
    kind: SPAN_KINDS[span.kind],
    status: STATUSES[span.status.code],
    parent: parentOf(span),
    events: span.events.map(({ name }) => name),
    attributes: span.attributes,
    resource: span.resource.attributes,
    duration: seconds * 1000 + nanoseconds / 1_000_000,
  };
}

/** Where the parent of a span is. */
function parentOf({ parentSpanContext: parent }: TailSpan): 'none' | 'local' | 'remote' {
  if (parent === undefined || NO_TRACE.test(parent.spanId)) return 'none';
  return parent.isRemote === true ? 'remote' : 'local';
}

/** True if no span of this process is the parent. */
export const isLocalRoot = (span: TailSpan): boolean => parentOf(span) !== 'local';
