import { type DataPath, UnusableData } from '../../sampling/data-fields.ts';
import { readSampler } from '../../sampling/read-sampler.ts';
import type { SamplerSettings } from '../../sampling/sampler-settings.ts';
import type { Section } from './section.ts';

/** Reads a sampler: a map with one key, or nothing. */
export function mapSampler(section: Section, fallback: SamplerSettings): SamplerSettings {
  const [name] = section.only();
  if (name === '') return fallback;
  try {
    const source = {
      folder: section.context.folder,
      warn: (message: string, path: DataPath) => sectionAt(section, path).warn(message),
    };
    return readSampler(section.plain(), source);
  } catch (error) {
    if (!(error instanceof UnusableData)) throw error;
    sectionAt(section, error.path).refuse(error.problem);
    return fallback;
  }
}

/** The section at the end of `path`, or the last section of the path that is a map of the file. */
export function sectionAt(section: Section, path: DataPath): Section {
  let found = section;
  for (const [index, step] of path.entries()) {
    if (typeof step === 'number') continue;
    const next = path[index + 1];
    const below = typeof next === 'number' ? found.list(step)[next] : found.child(step);
    if (below?.node === undefined) return found;
    found = below;
  }
  return found;
}
