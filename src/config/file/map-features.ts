import { SDK_NAMES } from '../../facts/sdk-names.ts';
import { isSdkName } from '../instrumentation-switches.ts';
import { nearestName } from '../nearest-name.ts';
import type { LlmOtelOptions } from '../options.ts';
import type { DistributionSettings } from './model/map-distribution.ts';
import type { Section } from './model/section.ts';

/** What each feature sets where the feature is off. The names are keys of `distribution.llm_otel`. */
const FEATURES = {
  auto: { distribution: { auto: false } },
  runtime_metrics: { distribution: { runtimeMetrics: false } },
  self_metrics: { distribution: { selfMetrics: false } },
  capture_content: { options: { captureContent: 'NO_CONTENT' } },
  cost: { options: { cost: false } },
} as const satisfies Readonly<
  Record<string, { readonly options?: LlmOtelOptions; readonly distribution?: DistributionSettings }>
>;

/** What `features` changes. */
export interface FeatureSettings {
  /** Which SDKs are recorded, by the name in the registry; an SDK that `features` does not name is missing. */
  readonly sdks: Readonly<Record<string, boolean>>;
  readonly options: LlmOtelOptions;
  readonly distribution: DistributionSettings;
}

/**
 * Reads `features` of `distribution.llm_otel`: each SDK and feature is on, off, or on in a share of the processes.
 * @param instance `service.instance.id`, which decides whether this process belongs to a share
 */
export function mapFeatures(section: Section, instance: string): FeatureSettings {
  const sdks: Record<string, boolean> = {};
  const options: LlmOtelOptions[] = [];
  const distribution: DistributionSettings[] = [];
  for (const key of section.keys()) {
    const share = Number(section.data(key));
    const isOn = placeOf(instance) < share;
    if (isSdkName(key)) sdks[sdkNameOf(key)] = isOn;
    else if (!Object.hasOwn(FEATURES, key)) refuseUnknown(section, key);
    else if (!isOn) {
      const off: { readonly options?: LlmOtelOptions; readonly distribution?: DistributionSettings } =
        FEATURES[key as keyof typeof FEATURES];
      options.push(off.options ?? {});
      distribution.push(off.distribution ?? {});
    }
  }
  return { sdks, options: Object.assign({}, ...options), distribution: Object.assign({}, ...distribution) };
}

function refuseUnknown(section: Section, key: string): void {
  const names = [...Object.keys(SDK_NAMES), ...Object.keys(FEATURES)];
  const nearest = nearestName(key, names);
  const advice = nearest === undefined ? '' : `, did you mean "${nearest}"?`;
  section.refuse(`unknown key "${key}"; expected one of ${names.join(', ')}${advice}`, key);
}

const sdkNameOf = (key: string): string =>
  Object.keys(SDK_NAMES).find((name) => name === key || SDK_NAMES[name] === key) ?? key;

/**
 * Place of a process in [0, 1): FNV-1a of 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/), mixed once more, because ids
 * that differ only at the end would lie close together.
 */
function placeOf(instance: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(instance)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
