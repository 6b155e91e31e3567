import { type Env, envChoice, envNumber, envText, warnValue } from './env.ts';

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

/** Which traces are recorded. */
export interface SamplerSettings {
  readonly name: SamplerName;
  /** Share of traces from 0 to 1, for the samplers that need a ratio; otherwise 1. */
  readonly ratio: number;
}

/** Reads `OTEL_TRACES_SAMPLER` and its argument. */
export function samplerSettings(env: Env): SamplerSettings {
  const name = envChoice(env, ['OTEL_TRACES_SAMPLER'], SAMPLERS, 'parentbased_always_on');
  return { name, ratio: name.endsWith('ratio') ? ratio(env) : 1 };
}

function ratio(env: Env): number {
  const name = 'OTEL_TRACES_SAMPLER_ARG';
  if (envText(env, name) === undefined) warnValue(name, '', 'a ratio sampler needs a number from 0 to 1', '1');
  return envNumber(env, [name], { least: 0, most: 1, whole: false }, 1);
}
