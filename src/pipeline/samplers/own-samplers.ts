/** Samplers beyond the standard's simple samplers. Loaded when settings name such a sampler, or when decisions are counted. */
import type { Sampler } from '@opentelemetry/sdk-trace-base';
import type { ComposableSettings, SamplerSettings } from '../../config/sampling/sampler-settings.ts';
import { AdaptiveSampler } from './adaptive-sampler.ts';
import type { Composable } from './composite/composable.ts';
import { CompositeSampler } from './composite/composite-sampler.ts';
import { adaptiveShare, allOf, anyOf, decided, matchRules } from './composite/own-composables.ts';
import { ALWAYS_OFF, parentThreshold, probability, ruleBased } from './composite/standard-composables.ts';
import { AllSampler, AnySampler } from './joined-samplers.ts';
import { ModuleSampler } from './module-sampler.ts';
import { RateLimitingSampler } from './rate-limiting-sampler.ts';
import { RulesSampler } from './rules-sampler.ts';
import type { SamplerLike } from './sampler-like.ts';
import type { ResourceLike } from './start-subject.ts';

export { countDecisions } from './counting-sampler.ts';
export { tellScopes } from './start-scope.ts';

/** Settings of samplers that are not the standard's simple samplers. */
export type OwnSettings = Extract<
  SamplerSettings,
  { readonly kind: 'rate_limiting' | 'adaptive' | 'rules' | 'any' | 'all' | 'module' | 'composite' }
>;

/**
 * The sampler that `settings` describes.
 * @param create makes the samplers inside
 * @param resource the resource, for matches
 */
export function createOwnSampler(
  settings: OwnSettings,
  create: (inner: SamplerSettings) => Sampler,
  resource: ResourceLike,
): Sampler {
  return createOwn(settings, create, resource) as Sampler;
}

function createOwn(
  settings: OwnSettings,
  create: (inner: SamplerSettings) => Sampler,
  resource: ResourceLike,
): SamplerLike {
  switch (settings.kind) {
    case 'rate_limiting':
      return rateLimiting(settings);
    case 'adaptive':
      return new AdaptiveSampler(settings);
    case 'rules': {
      const rules = settings.rules.map((rule) => ({
        ...rule,
        match: rule.match as object,
        sampler: create(rule.sampler),
      }));
      return new RulesSampler({ rules, fallback: create(settings.fallback) }, resource);
    }
    case 'any':
      return new AnySampler({ samplers: settings.samplers.map(create) });
    case 'all':
      return new AllSampler({ samplers: settings.samplers.map(create) });
    case 'module':
      return new ModuleSampler(settings);
    case 'composite':
      return new CompositeSampler(createComposable(settings.sampler, resource));
  }
}

function rateLimiting({
  tracesPerSecond,
  burst,
  key,
}: Extract<OwnSettings, { kind: 'rate_limiting' }>): RateLimitingSampler {
  return new RateLimitingSampler({ tracesPerSecond, burst, ...(key === undefined ? {} : { key }) });
}

function createComposable(settings: ComposableSettings, resource: ResourceLike): Composable {
  const create = (inner: ComposableSettings): Composable => createComposable(inner, resource);
  switch (settings.kind) {
    case 'always_on':
      return probability(1, 'always_on');
    case 'always_off':
      return ALWAYS_OFF;
    case 'probability':
      return probability(settings.ratio, 'probability');
    case 'parent_threshold':
      return parentThreshold(create(settings.root));
    case 'rule_based':
      return ruleBased(settings.rules.map((rule) => ({ rule, sampler: create(rule.sampler) })));
    case 'rate_limiting':
      return decided(rateLimiting(settings), settings.kind);
    case 'adaptive':
      return adaptiveShare(new AdaptiveSampler(settings));
    case 'rules': {
      const rules = settings.rules.map((rule) => ({ ...rule, sampler: create(rule.sampler) }));
      return matchRules(rules, create(settings.fallback), resource);
    }
    case 'any':
      return anyOf(settings.samplers.map(create));
    case 'all':
      return allOf(settings.samplers.map(create));
    case 'module':
      return decided(new ModuleSampler(settings), settings.kind);
  }
}
