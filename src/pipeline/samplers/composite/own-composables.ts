/** The samplers of this package inside of `composite/development`. */
import type { AdaptiveSampler } from '../adaptive-sampler.ts';
import { askSampler, nameOf, type SamplerLike } from '../sampler-like.ts';
import { compileRuleMatch, type ResourceLike, StartSubject } from '../start-subject.ts';
import { type Composable, EVERYTHING, type SamplingIntent, samples } from './composable.ts';

/** A sampler that says yes or no: the probability is not known. */
export function decided(sampler: SamplerLike, rule: string): Composable {
  return {
    intentOf({ args }) {
      const result = askSampler(sampler, args);
      return {
        threshold: result.decision === 2 ? EVERYTHING : undefined,
        isReliable: false,
        rule: result.rule ?? rule,
        ...(result.attributes === undefined ? {} : { attributes: result.attributes }),
      };
    },
    toString: () => nameOf(sampler),
  };
}

/** The share of an adaptive sampler. */
export function adaptiveShare(sampler: AdaptiveSampler): Composable {
  return {
    intentOf: ({ randomness }) => ({
      threshold: sampler.nextThreshold(randomness),
      isReliable: true,
      rule: 'adaptive',
    }),
    toString: () => sampler.toString(),
  };
}

/** A rule with a match at the start of a span. */
export interface MatchRule {
  readonly name: string;
  readonly match: unknown;
  readonly sampler: Composable;
}

/** `llm_otel_rules`: the first rule that matches. */
export function matchRules(rules: readonly MatchRule[], fallback: Composable, resource: ResourceLike): Composable {
  const compiled = rules.map(({ name, match, sampler }) => ({ name, matches: compileRuleMatch(name, match), sampler }));
  return {
    intentOf(span) {
      const subject = new StartSubject(span.context, span.name, span.kind, span.attributes, resource);
      const found = compiled.find(({ matches }) => matches(subject));
      return { ...(found?.sampler ?? fallback).intentOf(span), rule: found?.name ?? 'fallback' };
    },
    toString: () =>
      `Rules{${[...compiled, { name: 'fallback', sampler: fallback }].map(({ name, sampler }) => `${name}=${sampler}`).join(',')}}`,
  };
}

/** `llm_otel_any`: the lowest threshold. */
export function anyOf(samplers: readonly Composable[]): Composable {
  return {
    intentOf(span) {
      const intents = samplers.map((sampler) => sampler.intentOf(span));
      const lowest = intents.reduce((a, b) => ((b.threshold ?? NONE) < (a.threshold ?? NONE) ? b : a));
      return { ...lowest, isReliable: intents.every(({ isReliable }) => isReliable) };
    },
    toString: () => `Any{${samplers.join(',')}}`,
  };
}

/** `llm_otel_all`: the highest threshold. Asked in order, until a sampler does not sample the span. */
export function allOf(samplers: readonly Composable[]): Composable {
  return {
    intentOf(span) {
      let highest: SamplingIntent = { threshold: EVERYTHING, isReliable: true, rule: 'all' };
      for (const sampler of samplers) {
        const intent = sampler.intentOf(span);
        if (!samples(intent, span)) return intent;
        highest = {
          ...highest,
          threshold: (intent.threshold ?? NONE) > (highest.threshold ?? NONE) ? intent.threshold : highest.threshold,
          isReliable: highest.isReliable && intent.isReliable,
          attributes: { ...highest.attributes, ...intent.attributes },
        };
      }
      return highest;
    },
    toString: () => `All{${samplers.join(',')}}`,
  };
}

/** Above every threshold. */
const NONE = 'never';
