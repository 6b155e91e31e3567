import type { Section } from '../../config/file/model/section.ts';
import type {
  ComposableSettings,
  OwnSamplerSettings,
  RuleBasedRule,
  RulesSettings,
  SamplerSettings,
} from '../../config/sampling/sampler-settings.ts';
import { type Entry, type EntryItems, type EntryList, entry, JsonText } from './entry.ts';
import { maskSecrets } from './mask-secrets.ts';
import { below, type Origin, sourceOf } from './origin.ts';

const SAMPLER = 'OTEL_TRACES_SAMPLER';
const OWN_SAMPLER = 'LLM_OTEL_SAMPLER';
const OWN_ARGUMENT = 'LLM_OTEL_SAMPLER_ARG';

const PARENTS = [
  ['root', 'root'],
  ['remote_parent_sampled', 'remoteParentSampled'],
  ['remote_parent_not_sampled', 'remoteParentNotSampled'],
  ['local_parent_sampled', 'localParentSampled'],
  ['local_parent_not_sampled', 'localParentNotSampled'],
] as const;

/** A sampler as a map with one key. `source` tells where the sampler as a whole comes from. */
export function showSampler(sampler: SamplerSettings, origin: Origin): EntryList {
  switch (sampler.kind) {
    case 'parent_based': {
      const inner = below(origin, 'parent_based');
      const keys = PARENTS.map(([key, field]) =>
        entry(
          key,
          showSampler(sampler[field], below(inner, key)),
          sourceOf(inner, key, ...(key === 'root' ? [OWN_SAMPLER, SAMPLER] : [])),
        ),
      );
      return [entry('parent_based', keys)];
    }
    case 'trace_id_ratio_based': {
      const from = sourceOf(below(origin, 'trace_id_ratio_based'), 'ratio', `${SAMPLER}_ARG`);
      return [entry('trace_id_ratio_based', [entry('ratio', sampler.ratio, from)])];
    }
    case 'composite':
      return [entry('composite/development', showComposable(sampler.sampler, below(origin, 'composite/development')))];
    case 'always_on':
    case 'always_off':
      return [entry(sampler.kind, [])];
    default:
      return showOwn(sampler, origin, showSampler);
  }
}

function showComposable(sampler: ComposableSettings, origin: Origin): EntryList {
  switch (sampler.kind) {
    case 'always_on':
    case 'always_off':
      return [entry(sampler.kind, [])];
    case 'probability':
      return [entry('probability', [entry('ratio', sampler.ratio, sourceOf(below(origin, 'probability'), 'ratio'))])];
    case 'parent_threshold': {
      const inner = below(below(origin, 'parent_threshold'), 'root');
      return [entry('parent_threshold', [entry('root', showComposable(sampler.root, inner))])];
    }
    case 'rule_based': {
      const places = sectionsOf(below(origin, 'rule_based'), 'rules');
      const items = sampler.rules.map((rule, index) => showRule(rule, { ...origin, section: places[index] }));
      return [entry('rule_based', [entry('rules', { items })])];
    }
    default:
      return showOwn(sampler, origin, showComposable);
  }
}

function showRule(
  { sampler, attributeValues, attributePatterns, spanKinds, parent }: RuleBasedRule,
  origin: Origin,
): EntryList {
  const conditions = {
    attribute_values: attributeValues,
    attribute_patterns: attributePatterns,
    span_kinds: spanKinds,
    parent,
  };
  return [
    ...Object.entries(conditions).flatMap(([key, value]) =>
      value === undefined ? [] : [entry(key, new JsonText(value), sourceOf(origin, key))],
    ),
    entry('sampler', showComposable(sampler, below(origin, 'sampler'))),
  ];
}

/** Samplers of this package, which the environment or a file names. */
function showOwn<Inner>(
  sampler: OwnSamplerSettings<Inner>,
  outer: Origin,
  show: (sampler: Inner, origin: Origin) => EntryList,
): EntryList {
  const name = `llm_otel_${sampler.kind}`;
  const origin = below(outer, name);
  const value = (key: string, what: string | number): Entry => entry(key, what, sourceOf(origin, key, OWN_ARGUMENT));
  switch (sampler.kind) {
    case 'rate_limiting': {
      const { tracesPerSecond, burst, key } = sampler;
      const rate = [value('traces_per_second', tracesPerSecond), value('burst', burst)];
      return [entry(name, key === undefined ? rate : [...rate, value('key', key)])];
    }
    case 'adaptive': {
      const { tracesPerSecond, min, max } = sampler;
      return [entry(name, [value('traces_per_second', tracesPerSecond), value('min', min), value('max', max)])];
    }
    case 'rules':
      return [entry(name, showRules(sampler, origin, show))];
    case 'module': {
      const options = maskSecrets(sampler.options);
      const shown = options === undefined ? [] : [entry('options', new JsonText(options), sourceOf(origin, 'options'))];
      return [entry(name, [value('module', sampler.module), ...shown])];
    }
    default: {
      const places = sectionsOf(origin, 'samplers');
      const items = sampler.samplers.map((inner, index) => show(inner, { ...origin, section: places[index] }));
      return [entry(name, [entry('samplers', { items } satisfies EntryItems)])];
    }
  }
}

function showRules<Inner>(
  { rules, fallback }: RulesSettings<Inner>,
  origin: Origin,
  show: (sampler: Inner, origin: Origin) => EntryList,
): EntryList {
  const places = sectionsOf(origin, 'rules');
  const items = rules.map(({ name, match, sampler }, index): EntryList => {
    const place = { ...origin, section: places[index] };
    return [
      entry('name', name, sourceOf(place, 'name')),
      entry('match', new JsonText(match), sourceOf(place, 'match')),
      entry('sampler', show(sampler, below(place, 'sampler'))),
    ];
  });
  return [entry('rules', { items }), entry('fallback', show(fallback, below(origin, 'fallback')))];
}

const sectionsOf = ({ section }: Origin, key: string): readonly (Section | undefined)[] => section?.list(key) ?? [];
