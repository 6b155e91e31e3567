/** The composable samplers of the standard. */
import { TraceFlags, trace } from '@opentelemetry/api';
import type { RuleBasedRule } from '../../../config/sampling/sampler-settings.ts';
import { nameFilter } from '../../../runtime/glob.ts';
import { thresholdOf } from '../../decisions/trace-ratio.ts';
import { SPAN_KINDS } from '../../match/match-subject.ts';
import { parentOf } from '../start-subject.ts';
import { type Composable, EVERYTHING, type SamplingIntent, type StartingSpan } from './composable.ts';

/** `always_on`, or `probability` with a share of traces. */
export function probability(ratio: number, rule: string): Composable {
  const intent: SamplingIntent = { threshold: thresholdOf(ratio), isReliable: true, rule };
  return { intentOf: () => intent, toString: () => (rule === 'probability' ? `Probability{${ratio}}` : 'AlwaysOn') };
}

const NEVER: SamplingIntent = { threshold: undefined, isReliable: true, rule: 'always_off' };

/** `always_off` */
export const ALWAYS_OFF: Composable = { intentOf: () => NEVER, toString: () => 'AlwaysOff' };

/** `parent_threshold`: the threshold of the parent, else whether the parent is sampled; `root` without a parent. */
export function parentThreshold(root: Composable): Composable {
  return {
    intentOf(span) {
      const parent = trace.getSpanContext(span.context);
      if (parent === undefined || !trace.isSpanContextValid(parent)) return root.intentOf(span);
      if (span.parentThreshold !== undefined)
        return { threshold: span.parentThreshold, isReliable: true, rule: 'parent' };
      const isSampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
      return { threshold: isSampled ? EVERYTHING : undefined, isReliable: false, rule: 'parent' };
    },
    toString: () => `ParentThreshold{${root}}`,
  };
}

const NO_RULE: SamplingIntent = { threshold: undefined, isReliable: true, rule: 'rule_based' };

/** A rule of `rule_based` with its sampler. */
export interface ComposableRule {
  readonly rule: Omit<RuleBasedRule, 'sampler'>;
  readonly sampler: Composable;
}

/** `rule_based`: the first rule whose conditions all hold; without a rule nothing is sampled. */
export function ruleBased(rules: readonly ComposableRule[]): Composable {
  const compiled = rules.map(({ rule, sampler }) => ({ holds: conditionsOf(rule), sampler }));
  return {
    intentOf: (span) => compiled.find(({ holds }) => holds(span))?.sampler.intentOf(span) ?? NO_RULE,
    toString: () => `RuleBased{${compiled.map(({ sampler }) => String(sampler)).join(',')}}`,
  };
}

type Condition = (span: StartingSpan) => boolean;

function conditionsOf({
  attributeValues,
  attributePatterns,
  spanKinds,
  parent,
}: Omit<RuleBasedRule, 'sampler'>): Condition {
  const conditions: Condition[] = [];
  if (attributeValues !== undefined) {
    const values = new Set(attributeValues.values);
    conditions.push(attributeThat(attributeValues.key, (text) => values.has(text)));
  }
  if (attributePatterns !== undefined) {
    conditions.push(attributeThat(attributePatterns.key, nameFilter(attributePatterns)));
  }
  if (spanKinds !== undefined) conditions.push(({ kind }) => spanKinds.includes(SPAN_KINDS[kind] ?? ''));
  if (parent !== undefined) conditions.push(({ context }) => parent.includes(parentOf(context)));
  return (span) => conditions.every((holds) => holds(span));
}

/** A condition about the string form of an attribute; of a list, any item. */
function attributeThat(key: string, test: (text: string) => boolean): Condition {
  return ({ attributes }) => {
    const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (value === undefined || value === null) return false;
    return Array.isArray(value) ? value.some((item) => test(String(item))) : test(String(value));
  };
}
