import { DEFAULTS, type LlmOtelOptions, parseOption } from '../../options.ts';
import type { PlainData } from '../text/document-node.ts';
import { moduleIn, pathIn } from './file-paths.ts';
import type { Section } from './section.ts';

/** What `distribution.llm_otel` says besides the options of the instrumentations, as plain data. */
export interface DistributionSettings {
  readonly auto?: boolean | readonly string[];
  readonly runtimeMetrics?: boolean | readonly string[];
  readonly selfMetrics?: boolean;
  readonly propagateToProviders?: boolean;
  readonly logSampling?: boolean;
  /** `true`, `false` or a share of processes from 0 to 1, by name of provider or feature. */
  readonly features?: Readonly<Record<string, boolean | number>>;
}

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const isOption = (name: string): name is keyof LlmOtelOptions & keyof typeof DEFAULTS => Object.hasOwn(DEFAULTS, name);

/** Keys with a path that begins at the folder of the file. */
const PATHS: Readonly<Record<string, (section: Section, key: string) => string | undefined>> = {
  prices: pathIn,
  upload_base_path: (section, key) =>
    /^[a-z][a-z0-9+.-]+:\/\//i.test(section.text(key) ?? '') ? section.text(key) : pathIn(section, key),
  upload_module: moduleIn,
};

/** Reads `distribution.llm_otel`. */
export function mapDistribution(section: Section): {
  readonly options: LlmOtelOptions;
  readonly distribution: DistributionSettings;
} {
  const options: Record<string, PlainData> = {};
  const distribution: Record<string, PlainData> = {};
  for (const key of section.keys()) {
    const name = camelCase(key);
    const written = section.data(key);
    if (written === undefined || written === null) continue;
    const value = (written === '' ? undefined : PATHS[key]?.(section, key)) ?? written;
    if (!isOption(name)) {
      distribution[name] = value;
      continue;
    }
    const parsed = parseOption(name, value);
    if ('problem' in parsed) section.refuse(`the value cannot be used; ${parsed.problem}`, key);
    else options[name] = value;
  }
  return { options, distribution };
}
