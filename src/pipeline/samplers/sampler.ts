import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { choice, type Env, number, text, warnValue } from '../../config/env.ts';

const SAMPLERS = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (env) => new TraceIdRatioBasedSampler(ratio(env)),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (env) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio(env)) }),
} as const satisfies Record<string, (env: Env) => Sampler>;

const NAMES = Object.keys(SAMPLERS) as (keyof typeof SAMPLERS)[];

/** The sampler of OTEL_TRACES_SAMPLER. */
export function sampler(env: Env): Sampler {
  return SAMPLERS[choice(env, ['OTEL_TRACES_SAMPLER'], NAMES, 'parentbased_always_on')](env);
}

function ratio(env: Env): number {
  const name = 'OTEL_TRACES_SAMPLER_ARG';
  if (text(env, name) === undefined) warnValue(name, '', 'a ratio sampler needs a number from 0 to 1', '1');
  return number(env, [name], { least: 0, most: 1, whole: false }, 1);
}
