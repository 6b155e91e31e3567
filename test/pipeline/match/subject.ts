import type { MatchSubject } from '../../../src/pipeline/match/match-subject.ts';

/** What a test says of a span; the rest is not known. */
export const subject = (known: Partial<MatchSubject> = {}): MatchSubject => ({
  name: undefined,
  scope: undefined,
  kind: undefined,
  status: undefined,
  parent: undefined,
  events: undefined,
  attributes: {},
  resource: {},
  duration: undefined,
  ...known,
});
