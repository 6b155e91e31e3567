import type { SamplerSettings } from '../../sdk/sampler-settings.ts';
import type { Section } from './section.ts';

/** Samplers of the standard. Samplers with rules stay plain data. */
const SAMPLERS: Readonly<Record<string, (section: Section) => SamplerSettings>> = {
  always_on: () => ({ kind: 'always_on' }),
  always_off: () => ({ kind: 'always_off' }),
  trace_id_ratio_based: (section) => ({ kind: 'trace_id_ratio_based', ratio: section.number('ratio', 1) }),
  'probability/development': (section) => ({ kind: 'trace_id_ratio_based', ratio: section.number('ratio', 1) }),
  parent_based: (section) => ({
    kind: 'parent_based',
    root: mapSampler(section.child('root'), { kind: 'always_on' }),
    remoteParentSampled: mapSampler(section.child('remote_parent_sampled'), { kind: 'always_on' }),
    remoteParentNotSampled: mapSampler(section.child('remote_parent_not_sampled'), { kind: 'always_off' }),
    localParentSampled: mapSampler(section.child('local_parent_sampled'), { kind: 'always_on' }),
    localParentNotSampled: mapSampler(section.child('local_parent_not_sampled'), { kind: 'always_off' }),
  }),
  'jaeger_remote/development': (section) => {
    section.warn('the sampler of Jaeger is not supported; initial_sampler is used');
    return mapSampler(section.child('initial_sampler'), { kind: 'always_on' });
  },
};

/** Reads a sampler: a map with one key, or nothing. */
export function mapSampler(section: Section, fallback: SamplerSettings): SamplerSettings {
  const [name, below] = section.only();
  if (name === '') return fallback;
  return SAMPLERS[name]?.(below) ?? { kind: 'component', name, options: section.data(name) };
}
