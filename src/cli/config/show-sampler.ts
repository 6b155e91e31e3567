import type { SamplerSettings } from '../../config/sdk/sampler-settings.ts';
import { type EntryList, entry, JsonText } from './entry.ts';
import { maskSecrets } from './mask-secrets.ts';
import { below, type Origin, sourceOf } from './origin.ts';

const SAMPLER = 'OTEL_TRACES_SAMPLER';

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
          sourceOf(inner, key, ...(key === 'root' ? [SAMPLER] : [])),
        ),
      );
      return [entry('parent_based', keys)];
    }
    case 'trace_id_ratio_based': {
      const from = sourceOf(below(origin, 'trace_id_ratio_based'), 'ratio', `${SAMPLER}_ARG`);
      return [entry('trace_id_ratio_based', [entry('ratio', sampler.ratio, from)])];
    }
    case 'component':
      return [entry(sampler.name, new JsonText(maskSecrets(sampler.options)), sourceOf(origin, sampler.name))];
    default:
      return [entry(sampler.kind, [])];
  }
}
