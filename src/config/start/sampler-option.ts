import { numberInRange } from '../parsers.ts';
import type { SamplerSettings } from '../sdk/sampler-settings.ts';
import { warnUnusable } from '../unusable-value.ts';

/** A sampler in code, named as in a configuration file. */
export type SamplerOption =
  | { readonly always_on: object }
  | { readonly always_off: object }
  | { readonly trace_id_ratio_based: { readonly ratio: number } }
  | { readonly parent_based: { readonly root: SamplerOption } };

const FALLBACK: SamplerSettings = { name: 'parentbased_always_on', ratio: 1 };

/** Reads a sampler; a sampler that cannot be used is reported once and records everything. */
export function readSamplerOption(option: SamplerOption): SamplerSettings {
  const root = 'parent_based' in option ? option.parent_based?.root : option;
  const prefix = root === option ? '' : 'parentbased_';
  if (root !== undefined && 'always_on' in root) return { name: `${prefix}always_on`, ratio: 1 };
  if (root !== undefined && 'always_off' in root) return { name: `${prefix}always_off`, ratio: 1 };
  const ratio = root !== undefined && 'trace_id_ratio_based' in root ? root.trace_id_ratio_based?.ratio : undefined;
  const parsed = numberInRange(0, 1)(ratio);
  if (ratio !== undefined && 'value' in parsed) return { name: `${prefix}traceidratio`, ratio: parsed.value };
  const expected = 'expected always_on, always_off, trace_id_ratio_based with a ratio from 0 to 1, or parent_based';
  warnUnusable('option sampler', option, expected, FALLBACK.name);
  return FALLBACK;
}
