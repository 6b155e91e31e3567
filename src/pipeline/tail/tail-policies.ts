import { optionPlace } from '../../config/config-place.ts';
import type { TailPolicy, TailSettings } from '../../config/sampling/tail-settings.ts';
import { warnOnce } from '../../runtime/log.ts';
import { TokenBucket } from '../decisions/token-bucket.ts';
import { isKept, thresholdOf } from '../decisions/trace-ratio.ts';
import { compileMatch, type Matches } from '../match/compile-match.ts';
import type { MatchSubject } from '../match/match-subject.ts';
import { spanSubject } from './span-subject.ts';
import type { TailSpan } from './tail.ts';

/** What became of a trace, and by which policy. */
export interface Verdict {
  readonly isKept: boolean;
  readonly policy: string;
}

/** Says whether a trace is kept, by its spans that have ended. */
export type Decide = (traceId: string, spans: readonly TailSpan[], now: number) => Verdict;

/** Undefined: the policy says nothing. */
type Judge = (traceId: string, subjects: () => readonly MatchSubject[], now: number) => boolean | undefined;

/** Compiles policies. A match that cannot be used never matches, with a warning. */
export function compilePolicies(pipeline: string, settings: TailSettings, now: number): Decide {
  const policies = settings.policies.map((policy) => ({
    judge: judgeOf(pipeline, policy, now),
    kept: { isKept: true, policy: policy.name },
    dropped: { isKept: false, policy: policy.name },
  }));
  const fallback: Verdict = { isKept: settings.default === 'keep', policy: 'default' };
  return (traceId, spans, at) => {
    let made: readonly MatchSubject[] | undefined;
    // A share or a rate decides without a look at the spans.
    const subjects = (): readonly MatchSubject[] => {
      made ??= spans.map(spanSubject);
      return made;
    };
    for (const { judge, kept, dropped } of policies) {
      const said = judge(traceId, subjects, at);
      if (said !== undefined) return said ? kept : dropped;
    }
    return fallback;
  };
}

function judgeOf(pipeline: string, policy: TailPolicy, now: number): Judge {
  if ('ratio' in policy) {
    const threshold = thresholdOf(policy.ratio);
    return (traceId) => isKept(traceId, threshold) || undefined;
  }
  if ('rate' in policy) {
    const bucket = new TokenBucket(policy.rate, Math.max(1, policy.rate), now);
    return (_traceId, _subjects, at) => bucket.take(at) || undefined;
  }
  const isKeep = 'keep' in policy;
  const matches = compile(pipeline, policy.name, isKeep ? policy.keep : policy.drop, isKeep ? 'keep' : 'drop');
  return (_traceId, subjects) => (subjects().some(matches) ? isKeep : undefined);
}

function compile(pipeline: string, policy: string, match: object, key: string): Matches {
  const where = optionPlace(`pipeline ${pipeline}: tail policy ${policy}: ${key}`, (problem) =>
    warnOnce(`${problem}.`),
  );
  return compileMatch(match, where);
}
