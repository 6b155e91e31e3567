/** Twins of samplers: a Collector gets every span, and decides about the spans of a trace together. */
import type {
  ComposableSettings,
  OwnSamplerSettings,
  RuleBasedRule,
  SamplerSettings,
} from '../../../config/sampling/sampler-settings.ts';
import { conditionOf, IS_ROOT, joined, negated } from '../ottl/condition.ts';
import { escapedPattern, isLiteral } from '../ottl/glob-pattern.ts';
import { EventMarks, type Processor, type ProcessorType, type RuleContext } from '../processor.ts';
import type { YamlMap } from '../yaml-text.ts';
import { ottlPolicy, sharePolicy, withOwnNames } from './tail-twin.ts';

type AnySampler = SamplerSettings | ComposableSettings;

/** The twin of a sampler. */
interface SamplerTwin {
  readonly processors: readonly ProcessorType[];
  /** Why there is no twin. */
  readonly why?: string;
}

/** One row a sampler, by the name in a file. The table of docs/sampling.md has the same names. */
export const SAMPLER_TWINS = {
  always_on: { processors: [] },
  always_off: { processors: ['probabilistic_sampler'] },
  trace_id_ratio_based: { processors: ['probabilistic_sampler'] },
  probability: { processors: ['probabilistic_sampler'] },
  rule_based: { processors: ['tail_sampling'] },
  llm_otel_rules: { processors: ['tail_sampling'] },
  llm_otel_rate_limiting: {
    processors: [],
    why: 'a Collector limits spans a second: a policy rate_limiting of tail_sampling',
  },
  llm_otel_adaptive: { processors: [], why: 'a Collector has no share that follows the load' },
  llm_otel_any: { processors: [], why: 'samplers cannot be joined in a Collector; join policies of tail_sampling' },
  llm_otel_all: { processors: [], why: 'samplers cannot be joined in a Collector; join policies of tail_sampling' },
  llm_otel_module: { processors: [], why: 'code of the application does not run in a Collector' },
} as const satisfies Readonly<Record<string, SamplerTwin>>;

/** Where a sampler stands. */
interface Place {
  /** The sampler is asked for the first span of a trace alone. */
  readonly isOfRoots: boolean;
}

/** Translates the sampler of a provider. */
export function translateSampler(sampler: SamplerSettings, rule: RuleContext): readonly Processor[] {
  return translate(sampler, { isOfRoots: false }, rule);
}

function translate(sampler: AnySampler, place: Place, rule: RuleContext): readonly Processor[] {
  switch (sampler.kind) {
    case 'parent_based':
      tellParents(sampler, rule);
      return translate(sampler.root, { isOfRoots: true }, rule);
    case 'composite':
      return translate(sampler.sampler, place, rule);
    case 'parent_threshold':
      return translate(sampler.root, { isOfRoots: true }, rule);
    case 'always_on':
      return [];
    case 'always_off':
      return [shareProcessor(0)];
    case 'trace_id_ratio_based':
      rule.differs(
        'trace_id_ratio_based',
        'the share has other traces: a Collector compares the last 56 bits of a trace id',
      );
      return [shareProcessor(sampler.ratio)];
    case 'probability':
      return [shareProcessor(sampler.ratio)];
    case 'rules':
      return rulesProcessor(
        'llm_otel_rules',
        [...sampler.rules, { match: {}, sampler: sampler.fallback, name: 'fallback' }],
        place,
        rule,
      );
    case 'rule_based':
      return rulesProcessor('rule_based', sampler.rules.map(ruleOf), place, rule);
    default:
      tellMissing(sampler, rule);
      return [];
  }
}

function tellMissing({ kind }: OwnSamplerSettings<unknown>, { lacks }: RuleContext): void {
  const twin: SamplerTwin = SAMPLER_TWINS[`llm_otel_${kind}`];
  lacks(`llm_otel_${kind}`, twin.why ?? 'a Collector has no such sampler');
}

/** Parents with samplers of their own have no twin. */
function tellParents(
  sampler: Extract<SamplerSettings, { readonly kind: 'parent_based' }>,
  { lacks }: RuleContext,
): void {
  const { remoteParentSampled, remoteParentNotSampled, localParentSampled, localParentNotSampled } = sampler;
  const isUsual =
    [remoteParentSampled, localParentSampled].every(({ kind }) => kind === 'always_on') &&
    [remoteParentNotSampled, localParentNotSampled].every(({ kind }) => kind === 'always_off');
  if (!isUsual)
    lacks('parent_based', 'a Collector decides about the spans of a trace together; the sampler of root holds');
}

/** Threshold and trace id decide, as the specification of consistent sampling says. */
const shareProcessor = (ratio: number): Processor => ({
  type: 'probabilistic_sampler',
  config: { mode: 'equalizing', sampling_percentage: ratio * 100, sampling_precision: 14 },
});

/** A rule of either kind. */
interface Rule {
  readonly name: string;
  /** An empty map: every span. */
  readonly match: unknown;
  readonly sampler: AnySampler;
}

/** The conditions of the standard as a match. */
function ruleOf(
  { attributeValues, attributePatterns, spanKinds, parent, sampler }: RuleBasedRule,
  index: number,
): Rule {
  const { key = '', included, excluded } = attributePatterns ?? {};
  const match = {
    ...(attributeValues === undefined
      ? {}
      : { attributes: { [attributeValues.key]: literals(attributeValues.values) } }),
    ...(included === undefined ? {} : { all: [{ attributes: { [key]: included } }] }),
    ...(excluded === undefined ? {} : { not: { attributes: { [key]: excluded } } }),
    ...(spanKinds === undefined ? {} : { kind: spanKinds }),
    ...(parent === undefined ? {} : { parent }),
  };
  return { name: `rule-${index + 1}`, match, sampler };
}

/** Values of the standard are no globs. */
const literals = (values: readonly string[]): unknown =>
  values.every(isLiteral) ? values : { regex: `^(?:${values.map(escapedPattern).join('|')})$` };

/** A policy a rule. A rule holds for the first spans of traces, where no rule before holds. */
function rulesProcessor(name: string, rules: readonly Rule[], { isOfRoots }: Place, rule: RuleContext): Processor[] {
  if (!isOfRoots) {
    rule.lacks(name, 'outside of parent_based each span is decided alone, and tail_sampling decides about traces');
    return [];
  }
  const scope = new EventMarks('traces');
  const before: string[] = [];
  const policies = rules.flatMap(({ name: policy, match, sampler }): YamlMap[] => {
    const isAll = Object.keys(match as object).length === 0;
    const condition = isAll ? 'true' : conditionOf(match, scope);
    const others = before.map(negated);
    before.push(condition);
    const fits = joined('and', [IS_ROOT, ...others, ...(isAll ? [] : [condition])]);
    return policiesOf(policy, fits, sampler, rule);
  });
  const config = {
    decision_wait: '30000ms',
    policies: policies.length > 0 ? withOwnNames(policies) : [{ name: 'none', ...sharePolicy(0) }],
  };
  rule.differs(name, 'a trace is decided 30 s after its first span, by the span without a parent');
  return [{ type: 'tail_sampling', config }];
}

function policiesOf(name: string, condition: string, sampler: AnySampler, rule: RuleContext): YamlMap[] {
  const fits = ottlPolicy(condition);
  switch (sampler.kind) {
    case 'always_off':
      return [];
    case 'always_on':
      return [{ name, ...fits }];
    case 'trace_id_ratio_based':
    case 'probability': {
      rule.differs(name, 'the share has other traces, because a Collector hashes trace ids');
      const parts = [
        { name: `${name}-match`, ...fits },
        { name: `${name}-share`, ...sharePolicy(sampler.ratio) },
      ];
      return [{ name, type: 'and', and: { and_sub_policy: parts } }];
    }
    default:
      rule.lacks(name, `the sampler ${sampler.kind} of the rule has no twin; the rule keeps every trace`);
      return [{ name, ...fits }];
  }
}
