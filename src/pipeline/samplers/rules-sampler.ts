import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import type { Matches } from '../match/compile-match.ts';
import { askSampler, decisionOf, nameOf, type RuledDecision, type SamplerLike } from './sampler-like.ts';
import { compileRuleMatch, type ResourceLike, StartSubject } from './start-subject.ts';

/** A rule: the sampler decides about spans that match at their start. */
export interface SamplerRule {
  readonly name: string;
  /** Conditions as in a configuration file: `{ attributes: { 'gen_ai.request.model': 'gpt-5*' } }`. */
  readonly match: object;
  readonly sampler: SamplerLike;
}

/** Options of {@link RulesSampler}. */
export interface RulesSamplerOptions {
  /** The first rule that matches decides. */
  readonly rules: readonly SamplerRule[];
  /** Decides about spans that no rule matches. Default: everything is sampled. */
  readonly fallback?: SamplerLike;
}

interface CompiledRule {
  readonly name: string;
  readonly matches: Matches;
  readonly sampler: SamplerLike;
  readonly decisions: readonly [RuledDecision, RuledDecision, RuledDecision];
}

const FALLBACK = 'fallback';
const NO_ATTRIBUTES: Attributes = {};
const NO_RESOURCE: ResourceLike = { attributes: NO_ATTRIBUTES };
const ALL: SamplerLike = { shouldSample: () => decisionOf(true, FALLBACK), toString: () => 'AlwaysOn' };

/**
 * Lets the first rule decide that matches at the start of a span: by name, kind, parent and start attributes. The scope and the
 * resource are known with the SDK of this package.
 *
 * @example
 * new ParentBasedSampler({
 *   root: new RulesSampler({
 *     rules: [{ name: 'health', match: { name: 'GET /health*' }, sampler: new AlwaysOffSampler() }],
 *     fallback: new TraceIdRatioBasedSampler(0.5),
 *   }),
 * });
 */
export class RulesSampler {
  readonly #rules: readonly CompiledRule[];
  readonly #fallback: CompiledRule;
  readonly #resource: ResourceLike;

  /**
   * @param options the rules. Throws a TypeError at options that cannot be used; a match that cannot be used never matches, with a warning.
   * @param resource the resource, for matches
   */
  constructor({ rules, fallback = ALL }: RulesSamplerOptions, resource: ResourceLike = NO_RESOURCE) {
    if (!Array.isArray(rules)) throw new TypeError('RulesSampler: rules: expected a list');
    this.#rules = rules.map(compileRule);
    this.#fallback = {
      name: FALLBACK,
      matches: () => true,
      sampler: usableSampler('RulesSampler: fallback', fallback),
      decisions: decisionsOf(FALLBACK),
    };
    this.#resource = resource;
  }

  shouldSample(
    context: Context,
    id: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): RuledDecision {
    const subject = new StartSubject(context, name, kind, attributes ?? NO_ATTRIBUTES, this.#resource);
    const rule = this.#rules.find(({ matches }) => matches(subject)) ?? this.#fallback;
    return withRule(askSampler(rule.sampler, [context, id, name, kind, attributes, links]), rule);
  }

  toString(): string {
    const rules = [...this.#rules, this.#fallback].map(({ name, sampler }) => `${name}=${nameOf(sampler)}`);
    return `Rules{${rules.join(',')}}`;
  }
}

/** A result names the rule of this sampler, whatever sampler the rule has asked. */
function withRule(result: RuledDecision, { name, decisions }: CompiledRule): RuledDecision {
  const isPlain = result.attributes === undefined && result.traceState === undefined;
  return isPlain ? decisions[result.decision] : { ...result, rule: name };
}

/** The decisions of a rule, made once. */
const decisionsOf = (rule: string): CompiledRule['decisions'] => [
  { decision: 0, rule },
  { decision: 1, rule },
  { decision: 2, rule },
];

function compileRule({ name, match, sampler }: SamplerRule): CompiledRule {
  if (typeof name !== 'string' || name === '') throw new TypeError('RulesSampler: name of a rule: expected a text');
  return {
    name,
    matches: compileRuleMatch(name, match),
    sampler: usableSampler(`RulesSampler: rule ${name}`, sampler),
    decisions: decisionsOf(name),
  };
}

function usableSampler(name: string, sampler: SamplerLike): SamplerLike {
  if (typeof sampler?.shouldSample === 'function') return sampler;
  throw new TypeError(`${name}: expected a sampler with shouldSample()`);
}
