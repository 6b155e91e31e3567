/** The twin of tail decisions: the processor `tail_sampling`. */
import type { TailPolicy, TailSettings } from '../../../config/sampling/tail-settings.ts';
import { conditionOf } from '../ottl/condition.ts';
import { EventMarks, type Processor, type RuleContext } from '../processor.ts';
import type { YamlMap } from '../yaml-text.ts';

/** A policy without a name. */
type Policy = YamlMap & { readonly type: string };

/** A policy of conditions about spans: a trace fits if a span fits. */
export const ottlPolicy = (condition: string): Policy => ({
  type: 'ottl_condition',
  ottl_condition: { error_mode: 'ignore', span: [condition] },
});

/** Keeps a share of the traces. */
export const sharePolicy = (ratio: number): Policy => ({
  type: 'probabilistic',
  probabilistic: { sampling_percentage: ratio * 100 },
});

const named = (name: string, policy: Policy): YamlMap => ({ name, ...policy });

/** Policies with names of which each is the only one: a Collector refuses two policies of one name. */
export function withOwnNames(policies: readonly YamlMap[]): YamlMap[] {
  const taken = new Set<unknown>();
  return policies.map((policy) => {
    let { name } = policy;
    for (let count = 2; taken.has(name); count++) name = `${String(policy.name)}-${count}`;
    taken.add(name);
    return { ...policy, name };
  });
}

/** Translates the tail decisions of a pipeline. */
export function translateTail(settings: TailSettings, rule: RuleContext): readonly Processor[] {
  const marks = new EventMarks('traces');
  rule.differs('', 'a trace is decided decision_wait after its first span; spans have no llm_otel.sampling.policy');
  const config = {
    decision_wait: `${settings.decisionWait}ms`,
    num_traces: settings.maxTraces,
    decision_cache: { sampled_cache_size: settings.decided, non_sampled_cache_size: settings.decided },
    policies: policiesOf(settings, marks, rule),
  };
  return marks.around([{ type: 'tail_sampling', config }]);
}

/**
 * Of the policies of a process the first that says something decides. In a Collector a policy that drops goes before all others, so
 * that a policy that drops holds only for traces that no policy before has kept.
 */
function policiesOf(settings: TailSettings, marks: EventMarks, rule: RuleContext): YamlMap[] {
  const kept: Policy[] = [];
  const policies = settings.policies.flatMap((policy): YamlMap[] => {
    const translated = policyOf(policy, marks, rule);
    if (!('drop' in policy)) {
      kept.push(translated);
      return [named(policy.name, translated)];
    }
    const conditions = [
      named(`${policy.name}-match`, translated),
      ...kept.map((before, index) =>
        named(`${policy.name}-not-${index + 1}`, {
          type: 'not',
          not: { not_sub_policy: named(`${policy.name}-kept-${index + 1}`, before) },
        }),
      ),
    ];
    return [named(policy.name, { type: 'drop', drop: { drop_sub_policy: conditions } })];
  });
  // Without a policy the processor does not start.
  const others = settings.default === 'keep' || policies.length === 0 ? [fallbackOf(settings)] : [];
  return withOwnNames([...policies, ...others]);
}

const fallbackOf = (settings: TailSettings): YamlMap =>
  settings.default === 'keep' ? { name: 'default', type: 'always_sample' } : named('default', sharePolicy(0));

function policyOf(policy: TailPolicy, marks: EventMarks, { differs }: RuleContext): Policy {
  if ('keep' in policy) return ottlPolicy(conditionOf(policy.keep, marks));
  if ('drop' in policy) return ottlPolicy(conditionOf(policy.drop, marks));
  if ('ratio' in policy) {
    differs(policy.name, 'the share has other traces, because a Collector hashes trace ids');
    return sharePolicy(policy.ratio);
  }
  const spans = Math.max(1, Math.round(policy.rate));
  differs(policy.name, 'a Collector limits spans a second, not traces: write the number of spans');
  return { type: 'rate_limiting', rate_limiting: { spans_per_second: spans } };
}
