/** `LLM_OTEL_BACKEND`: one name in place of the OTLP variables of a product. */
import { warnOnce } from '../../runtime/log.ts';
import { type Env, envPairs, envText } from '../env.ts';
import { nearestName } from '../nearest-name.ts';
import type { Signal } from '../sdk/export-target.ts';
import { consoleOutput } from '../sdk/tree-settings.ts';
import { warnUnusable } from '../unusable-value.ts';
import type { BackendSettings } from './backend-settings.ts';
import type { FoundBackend } from './backends.ts';
import { loadBackends } from './load-backends.ts';

const VARIABLE = 'LLM_OTEL_BACKEND';
const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];

/** The product that `LLM_OTEL_BACKEND` names; undefined without a usable name. */
function findBackend(env: Env): (FoundBackend & { readonly name: string }) | undefined {
  const name = envText(env, VARIABLE)?.toLowerCase();
  if (name === undefined) return undefined;
  const { BACKENDS, readBackend } = loadBackends();
  const found = readBackend(name, env);
  if (found !== undefined) return { name, ...found };
  const names = Object.keys(BACKENDS);
  const nearest = nearestName(name, names);
  const advice = nearest === undefined ? `expected one of ${names.join(', ')}` : `did you mean ${nearest}?`;
  warnUnusable(VARIABLE, name, advice, 'the OTEL_* variables');
  return undefined;
}

/** How the product of `LLM_OTEL_BACKEND` takes telemetry. Warns once of keys that are missing. */
export function backendSettings(env: Env): BackendSettings | undefined {
  const found = findBackend(env);
  if (found === undefined) return undefined;
  const { name, missing, settings } = found;
  if (missing.length > 0) {
    const [are, them] = missing.length > 1 ? ['are', 'the variables'] : ['is', 'the variable'];
    warnOnce(
      `${VARIABLE}=${name} needs ${missing.join(' and ')}, which ${are} not set, so requests may be refused. Set ${them} before the application starts.`,
    );
  }
  return settings;
}

/** Names of the variables that the product of `LLM_OTEL_BACKEND` has. Without the name of a product the set is empty. */
export const backendVariables = (env: Env): ReadonlySet<string> => findBackend(env)?.asked ?? new Set();

/** The variables of OpenTelemetry that stand for the product of `LLM_OTEL_BACKEND`, as far as the user has set none. */
export function variablesOfBackend(env: Env): Readonly<Record<string, string>> {
  const settings = backendSettings(env);
  if (settings === undefined) return {};
  const variables: Record<string, string> = {};
  const set = (name: string, value: string, ...goesBefore: readonly string[]): void => {
    if ([name, ...goesBefore].every((one) => envText(env, one) === undefined)) variables[name] = value;
  };
  for (const signal of SIGNALS) {
    const upper = signal.toUpperCase();
    const isTaken = settings.signals.includes(signal);
    set(`OTEL_${upper}_EXPORTER`, isTaken ? exportersOf(env, signal) : 'none');
    if (!isTaken) continue;
    set(`OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`, `${settings.url}/v1/${signal}`, 'OTEL_EXPORTER_OTLP_ENDPOINT');
    // Header by header: a header of the user goes before.
    variables[`OTEL_EXPORTER_OTLP_${upper}_HEADERS`] = headerText(env, settings, signal);
  }
  if (settings.isDelta === true) set('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'delta');
  return variables;
}

/** The tree on the terminal stays beside the product. */
const exportersOf = (env: Env, signal: Signal): string =>
  signal === 'traces' && consoleOutput(env) !== undefined ? 'otlp,llm-console' : 'otlp';

function headerText(env: Env, { headers, headersOf }: BackendSettings, signal: Signal): string {
  const all: Record<string, string | undefined> = { ...headers, ...headersOf?.[signal] };
  for (const variable of ['OTEL_EXPORTER_OTLP_HEADERS', `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_HEADERS`])
    for (const [name, value] of Object.entries(envPairs(env, variable))) all[name.toLowerCase()] = value;
  return Object.entries(all)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
    )
    .join(',');
}

/** `env` with the variables that stand for the product of `LLM_OTEL_BACKEND`. A variable that the user has set stays. */
export function withBackend(env: Env): Env {
  return envText(env, VARIABLE) === undefined ? env : { ...env, ...variablesOfBackend(env) };
}
