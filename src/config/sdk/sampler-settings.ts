import { type Env, envText, envValue } from '../env.ts';
import { numberInRange, oneOf } from '../parsers.ts';
import { warnUnusable } from '../unusable-value.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Which traces are recorded. */
export type SamplerSettings =
  | { readonly kind: 'always_on' | 'always_off' }
  | { readonly kind: 'trace_id_ratio_based'; readonly ratio: number }
  | ParentBasedSettings
  /** A sampler with rules of its own, as a configuration file has the rules. */
  | { readonly kind: 'component'; readonly name: string; readonly options: unknown };

/** What the parent of a span says goes first. */
export interface ParentBasedSettings {
  readonly kind: 'parent_based';
  readonly root: SamplerSettings;
  readonly remoteParentSampled: SamplerSettings;
  readonly remoteParentNotSampled: SamplerSettings;
  readonly localParentSampled: SamplerSettings;
  readonly localParentNotSampled: SamplerSettings;
}

/** A sampler that follows the parent, and `root` for spans without a parent. */
export function parentBased(root: SamplerSettings): ParentBasedSettings {
  return {
    kind: 'parent_based',
    root,
    remoteParentSampled: { kind: 'always_on' },
    remoteParentNotSampled: { kind: 'always_off' },
    localParentSampled: { kind: 'always_on' },
    localParentNotSampled: { kind: 'always_off' },
  };
}

/** Reads `OTEL_TRACES_SAMPLER` and its argument. */
export function samplerSettings(env: Env): SamplerSettings {
  const name = envValue(env, ['OTEL_TRACES_SAMPLER'], oneOf(SAMPLERS), 'parentbased_always_on');
  const root = SAMPLER_OF[name.replace('parentbased_', '') as keyof typeof SAMPLER_OF](env);
  return name.startsWith('parentbased_') ? parentBased(root) : root;
}

const SAMPLER_OF = {
  always_on: () => ({ kind: 'always_on' }),
  always_off: () => ({ kind: 'always_off' }),
  traceidratio: (env) => ({ kind: 'trace_id_ratio_based', ratio: ratio(env) }),
} as const satisfies Record<string, (env: Env) => SamplerSettings>;

function ratio(env: Env): number {
  const name = 'OTEL_TRACES_SAMPLER_ARG';
  if (envText(env, name) === undefined) warnUnusable(name, '', 'a ratio sampler needs a number from 0 to 1', '1');
  return envValue(env, [name], numberInRange(0, 1), 1);
}
