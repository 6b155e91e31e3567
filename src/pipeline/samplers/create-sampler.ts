import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { SamplerSettings } from '../../config/sampling/sampler-settings.ts';
import { warnOnce } from '../../runtime/log.ts';

type Kinds = { readonly [Kind in SamplerSettings['kind']]: (settings: SettingsOf<Kind>) => Sampler };
type SettingsOf<Kind extends SamplerSettings['kind']> = Extract<SamplerSettings, { readonly kind: Kind }>;

/** One row a kind of sampler. */
const SAMPLERS: Kinds = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  trace_id_ratio_based: ({ ratio }) => new TraceIdRatioBasedSampler(ratio),
  parent_based: (settings) =>
    new ParentBasedSampler({
      root: createSampler(settings.root),
      remoteParentSampled: createSampler(settings.remoteParentSampled),
      remoteParentNotSampled: createSampler(settings.remoteParentNotSampled),
      localParentSampled: createSampler(settings.localParentSampled),
      localParentNotSampled: createSampler(settings.localParentNotSampled),
    }),
  component: ({ name }) => {
    warnOnce(`the sampler ${name} is not part of this version; every trace is recorded in its place.`);
    return new AlwaysOnSampler();
  },
};

/** The sampler that `settings` describes. */
export function createSampler<Kind extends SamplerSettings['kind']>(settings: SettingsOf<Kind>): Sampler {
  return (SAMPLERS[settings.kind as Kind] as (settings: SettingsOf<Kind>) => Sampler)(settings);
}
