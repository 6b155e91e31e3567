import { numberInRange } from '../parsers.ts';
import { parentBased, type SamplerSettings } from '../sdk/sampler-settings.ts';
import { warnUnusable } from '../unusable-value.ts';

/** A sampler in code, named as in a configuration file. */
export type SamplerOption =
  | { readonly always_on: object }
  | { readonly always_off: object }
  | { readonly trace_id_ratio_based: { readonly ratio: number } }
  | { readonly parent_based: { readonly root: SamplerOption } };

/** Reads a sampler; a sampler that cannot be used is reported once and records everything. */
export function readSamplerOption(option: SamplerOption): SamplerSettings {
  const isParentBased = 'parent_based' in option;
  const root = readRoot(isParentBased ? option.parent_based?.root : option);
  if (root !== undefined) return isParentBased ? parentBased(root) : root;
  const expected = 'expected always_on, always_off, trace_id_ratio_based with a ratio from 0 to 1, or parent_based';
  warnUnusable('option sampler', option, expected, 'parent_based with always_on');
  return parentBased({ kind: 'always_on' });
}

/** A sampler that looks at no parent; undefined if the sampler cannot be used. */
function readRoot(option: SamplerOption | undefined): SamplerSettings | undefined {
  if (option === undefined || option === null) return undefined;
  if ('always_on' in option) return { kind: 'always_on' };
  if ('always_off' in option) return { kind: 'always_off' };
  const ratio = 'trace_id_ratio_based' in option ? option.trace_id_ratio_based?.ratio : undefined;
  const parsed = numberInRange(0, 1)(ratio);
  return ratio !== undefined && 'value' in parsed ? { kind: 'trace_id_ratio_based', ratio: parsed.value } : undefined;
}
