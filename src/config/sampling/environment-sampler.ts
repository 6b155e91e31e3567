import { type Env, envText, envValue } from '../env.ts';
import { booleanValue, numberInRange, oneOf, splitPairs } from '../parsers.ts';
import { showValue, warnUnusable } from '../unusable-value.ts';
import { DataFields, UnusableData } from './data-fields.ts';
import { readOwnSampler } from './own-components.ts';
import { parentBased, type SamplerSettings } from './sampler-settings.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Reads `LLM_OTEL_SAMPLER`, then `OTEL_TRACES_SAMPLER`, and their arguments. */
export function samplerSettings(env: Env): SamplerSettings {
  const own = ownSampler(env);
  if (own !== undefined) return parentBased(own);
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

/** An argument of each sampler of this package, for messages. */
const EXAMPLES = {
  rate_limiting: '50, or traces_per_second=50,burst=100,key=gen_ai.request.model',
  adaptive: '50, or traces_per_second=50,min=0.01,max=1',
} as const;

/** The sampler of `LLM_OTEL_SAMPLER`; undefined if the variable is not set or cannot be used. */
function ownSampler(env: Env): SamplerSettings | undefined {
  const text = envText(env, 'LLM_OTEL_SAMPLER');
  if (text === undefined) return undefined;
  const replacement = 'the sampler of OTEL_TRACES_SAMPLER';
  const parsed = oneOf(Object.keys(EXAMPLES) as (keyof typeof EXAMPLES)[])(text);
  if ('problem' in parsed) {
    warnUnusable('LLM_OTEL_SAMPLER', text, parsed.problem, replacement);
    return undefined;
  }
  const argument = envText(env, 'LLM_OTEL_SAMPLER_ARG') ?? '';
  try {
    return readOwnSampler(parsed.value, argumentFields(argument));
  } catch (error) {
    if (!(error instanceof UnusableData)) throw error;
    const problem = `${error.message}; ${parsed.value} needs traces a second, as in ${EXAMPLES[parsed.value]}`;
    warnUnusable('LLM_OTEL_SAMPLER_ARG', argument, problem, replacement);
    return undefined;
  }
}

/** `50`, or `traces_per_second=50,burst=100`. */
function argumentFields(argument: string): DataFields {
  if (argument === '') throw new UnusableData([], 'it is not set');
  if (!argument.includes('=')) return new DataFields({ traces_per_second: argument });
  const data: Record<string, unknown> = {};
  for (const { name, value, text } of splitPairs(argument)) {
    if (name === '') throw new UnusableData([], `${showValue(text)} has no "="`);
    data[name] = value;
  }
  return new DataFields(data);
}

/** Whether `LLM_OTEL_LOG_SAMPLING` asks for a line for each decision; `fallback` if the variable says nothing. */
export function readLogSampling(env: Env, fallback = false): boolean {
  return envValue(env, ['LLM_OTEL_LOG_SAMPLING'], booleanValue, fallback);
}
