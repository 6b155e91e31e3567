import { ownEntry } from '../parsers.ts';
import { DataFields, type DataPath, UnusableData } from './data-fields.ts';
import { OWN_SAMPLERS, readOwnComponent, type SamplerSource, share } from './own-components.ts';
import { readComposable } from './read-composable.ts';
import type { SamplerSettings } from './sampler-settings.ts';

/** How each sampler of the standard is read. */
const STANDARD: Readonly<Record<string, (fields: DataFields, source: SamplerSource) => SamplerSettings>> = {
  always_on: (fields) => without(fields, 'always_on'),
  always_off: (fields) => without(fields, 'always_off'),
  trace_id_ratio_based: (fields) => ({ kind: 'trace_id_ratio_based', ratio: ratioIn(fields) }),
  'probability/development': (fields) => ({ kind: 'trace_id_ratio_based', ratio: ratioIn(fields) }),
  parent_based: readParentBased,
  'composite/development': (fields, source) => ({ kind: 'composite', sampler: readComposable(fields, source) }),
  'jaeger_remote/development': (fields, source) => {
    source.warn('the sampler of Jaeger is not supported; initial_sampler is used', fields.path);
    return readSampler(fields.value('initial_sampler'), source, [...fields.path, 'initial_sampler']);
  },
};

/** A sampler without options. */
function without(fields: DataFields, kind: 'always_on' | 'always_off'): SamplerSettings {
  fields.only();
  return { kind };
}

const ratioIn = (fields: DataFields): number => fields.only('ratio').parsed('ratio', share, 1);

const PARENTS = [
  ['root', 'root', 'always_on'],
  ['remote_parent_sampled', 'remoteParentSampled', 'always_on'],
  ['remote_parent_not_sampled', 'remoteParentNotSampled', 'always_off'],
  ['local_parent_sampled', 'localParentSampled', 'always_on'],
  ['local_parent_not_sampled', 'localParentNotSampled', 'always_off'],
] as const;

function readParentBased(fields: DataFields, source: SamplerSource): SamplerSettings {
  fields.only(...PARENTS.map(([key]) => key));
  const samplers = PARENTS.map(([key, field, fallback]) => {
    const data = fields.value(key) ?? { [fallback]: {} };
    return [field, readSampler(data, source, [...fields.path, key])];
  });
  return { kind: 'parent_based', ...Object.fromEntries(samplers) } as SamplerSettings;
}

/**
 * Reads a sampler: a map with one key. Throws {@link UnusableData}.
 * @param data plain data in snake_case or camelCase
 */
export function readSampler(data: unknown, source: SamplerSource, path: DataPath = []): SamplerSettings {
  if (data === undefined || data === null) throw new UnusableData(path, 'a sampler is missing');
  const [name, below] = new DataFields(data, path).alternative();
  const found =
    ownEntry(STANDARD, name)?.(below, source) ??
    readOwnComponent<SamplerSettings>(name, below, source, (inner, at) => readSampler(inner, source, at));
  if (found !== undefined) return found;
  throw new UnusableData(
    path,
    `${name} is no sampler; expected ${[...Object.keys(STANDARD), ...OWN_SAMPLERS].join(', ')}`,
  );
}
