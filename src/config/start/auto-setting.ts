/** `LLM_OTEL_AUTO`: instrumentations of OpenTelemetry that run beside the instrumentations of this package. */
import { type Env, envText } from '../env.ts';
import { booleanValue } from '../parsers.ts';

/** `true`: all instrumentations of `@opentelemetry/auto-instrumentations-node`; else the names that the user has written. */
export type AutoSetting = true | readonly string[];

const VARIABLE = 'LLM_OTEL_AUTO';

/**
 * Reads the variable: a truth value, or names with commas. `none` and an empty list are `false`.
 * @param fromFile `auto` of a configuration file, which holds without the variable
 */
export function readAuto(env: Env, fromFile?: boolean | readonly string[]): AutoSetting | undefined {
  const text = envText(env, VARIABLE);
  if (text === undefined) return typeof fromFile === 'object' ? listed(fromFile) : fromFile === true || undefined;
  const truth = booleanValue(text);
  if ('value' in truth) return truth.value || undefined;
  return listed(text.split(','));
}

function listed(items: readonly string[]): readonly string[] | undefined {
  const names = items.map((item) => item.trim()).filter((item) => item !== '');
  return names.length === 0 || names.includes('none') ? undefined : [...new Set(names)];
}
