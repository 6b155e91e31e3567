import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import type { Sampler } from '@opentelemetry/sdk-trace-base';
import { DecisionCounts } from '../decisions/decision-counts.ts';
import { samplingLog } from '../decisions/sampling-log.ts';
import { askSampler } from './sampler-like.ts';
import { parentOf } from './start-subject.ts';

/** How decisions are counted. */
export interface CountingParts {
  /** Rule of decisions that name no rule. */
  readonly rule: string;
  /** Such decisions about spans with a parent are the decisions of the parent. */
  readonly isParentBased: boolean;
  /** A line for each decision. */
  readonly isLogged: boolean;
}

/** A sampler that decides like `inner`, and counts the decisions by rule. */
export function countDecisions(
  inner: Sampler,
  { rule, isParentBased, isLogged }: CountingParts,
): { readonly sampler: Sampler; readonly counts: DecisionCounts } {
  const counts = new DecisionCounts();
  const log = isLogged ? samplingLog() : undefined;
  const sampler: Sampler = {
    shouldSample(context: Context, id: string, name: string, kind: SpanKind, attributes: Attributes, links: Link[]) {
      const result = askSampler(inner, [context, id, name, kind, attributes, links]);
      const by = result.rule ?? (isParentBased && parentOf(context) !== 'none' ? 'parent' : rule);
      const decision = result.decision === 0 ? 'drop' : 'record';
      counts.add(by, decision);
      log?.write(decision, by, name, id);
      return result;
    },
    toString: () => inner.toString(),
  };
  return { sampler, counts };
}
