import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import type { Sampler } from '@opentelemetry/sdk-trace-base';
import type { DecisionCounts } from '../decisions/decision-counts.ts';
import type { SamplingLog } from '../decisions/sampling-log.ts';
import type { RuledDecision } from './sampler-like.ts';
import { parentOf } from './start-subject.ts';

/** What a counting sampler works with. */
export interface CountingParts {
  readonly counts: DecisionCounts;
  /** Undefined: no lines. */
  readonly log: SamplingLog | undefined;
  /** Rule of decisions about spans without a parent that name no rule. */
  readonly rule: string;
  /** Decisions about spans with a parent are the decisions of the parent. */
  readonly isParentBased: boolean;
}

/** Counts the decisions of `inner` by rule, and logs each if a log is given. */
export function countingSampler(inner: Sampler, { counts, log, rule, isParentBased }: CountingParts): Sampler {
  return {
    shouldSample(context: Context, id: string, name: string, kind: SpanKind, attributes: Attributes, links: Link[]) {
      const result = inner.shouldSample(context, id, name, kind, attributes, links);
      const by = (result as RuledDecision).rule ?? (isParentBased && parentOf(context) !== 'none' ? 'parent' : rule);
      const decision = result.decision === 0 ? 'drop' : 'record';
      counts.add(by, decision);
      log?.write(decision, by, name, id);
      return result;
    },
    toString: () => inner.toString(),
  };
}
