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

/** A value of `OTEL_TRACES_SAMPLER`. */
export type SamplerName = (typeof SAMPLERS)[number];

/** Rule that decides about the recording of a trace. */
export interface SamplerSettings {
  readonly name: SamplerName;
  /** Share of traces from 0 to 1 for samplers with a ratio, else 1. */
  readonly ratio: number;
}

/** Reads `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`. */
export function samplerSettings(env: Env): SamplerSettings {
  const name = envValue(env, ['OTEL_TRACES_SAMPLER'], oneOf(SAMPLERS), 'parentbased_always_on');
  return { name, ratio: name.endsWith('ratio') ? ratio(env) : 1 };
}

function ratio(env: Env): number {
  const name = 'OTEL_TRACES_SAMPLER_ARG';
  if (envText(env, name) === undefined) warnUnusable(name, '', 'a ratio sampler needs a number from 0 to 1', '1');
  return envValue(env, [name], numberInRange(0, 1), 1);
}
