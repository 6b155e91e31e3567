import { DETECTOR_NAMES } from '../../facts/detector-names.ts';
import { type Env, envList, envPairs, envText, envValue } from '../env.ts';
import { booleanValue } from '../parsers.ts';

/** Reads the key of hashes. */
export function readHashKey(env: Env): string | undefined {
  return envText(env, 'LLM_OTEL_HASH_KEY');
}

/** The globs of a list with commas; undefined for an empty list. */
function globs(env: Env, name: string): readonly string[] | undefined {
  const list = (envText(env, name) ?? '').split(',').map((glob) => glob.trim());
  const found = list.filter((glob) => glob !== '');
  return found.length === 0 ? undefined : found;
}

/** One row a variable, in the order of the steps; undefined for a variable that is not set. */
const VARIABLES = {
  LLM_OTEL_STEPS_LLM_ONLY: (env, name) =>
    envValue(env, [name], booleanValue, false) ? { filter: { llm_only: true } } : undefined,
  LLM_OTEL_STEPS_DROP_SPANS: (env, name) => withGlobs(env, name, (list) => ({ filter: { drop: { name: list } } })),
  LLM_OTEL_STEPS_DROP_EVENTS: (env, name) => withGlobs(env, name, (list) => ({ events: { drop: list } })),
  LLM_OTEL_STEPS_DROP_ATTRIBUTES: (env, name) => withGlobs(env, name, (list) => ({ attributes: { drop: list } })),
  LLM_OTEL_STEPS_HASH_ATTRIBUTES: (env, name) => withGlobs(env, name, (list) => ({ attributes: { hash: list } })),
  LLM_OTEL_STEPS_ENRICH(env, name) {
    const attributes = envPairs(env, name);
    return Object.keys(attributes).length === 0 ? undefined : { enrich: { attributes } };
  },
  LLM_OTEL_STEPS_PRESET: (env, name) =>
    withGlobs(env, name, (list) => ({ preset: { name: list.join(','), mode: 'copy' } })),
  LLM_OTEL_STEPS_REDACT(env, name) {
    if (envText(env, name) === undefined) return undefined;
    // A list without a usable word redacts everything: less would be a leak.
    const detectors = envList<string>(env, name, ['all', ...DETECTOR_NAMES], ['all']);
    return detectors.length === 0
      ? undefined
      : { redact: { detectors: detectors.includes('all') ? 'all' : detectors } };
  },
} as const satisfies Record<string, (env: Env, name: string) => object | undefined>;

type StepVariable = keyof typeof VARIABLES;

/** Variables of steps that speak of spans alone. */
const OF_SPANS: ReadonlySet<StepVariable> = new Set([
  'LLM_OTEL_STEPS_DROP_SPANS',
  'LLM_OTEL_STEPS_DROP_EVENTS',
  'LLM_OTEL_STEPS_PRESET',
]);

function withGlobs(env: Env, name: string, make: (list: readonly string[]) => object): object | undefined {
  const list = globs(env, name);
  return list && make(list);
}

/** Reads the steps that variables describe: every pipeline of `signal` has the steps before its own. */
export function readSteps(env: Env, signal: 'traces' | 'logs'): readonly object[] {
  return (Object.keys(VARIABLES) as StepVariable[])
    .filter((name) => signal === 'traces' || !OF_SPANS.has(name))
    .flatMap((name) => VARIABLES[name](env, name) ?? []);
}

/** The variable of each step of {@link readSteps}. */
export function stepVariables(env: Env, signal: 'traces' | 'logs'): readonly string[] {
  return (Object.keys(VARIABLES) as StepVariable[]).filter(
    (name) => (signal === 'traces' || !OF_SPANS.has(name)) && VARIABLES[name](env, name) !== undefined,
  );
}
