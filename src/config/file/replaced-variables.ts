import { type Env, envText } from '../env.ts';
import type { ConfigSource } from './config-source.ts';

/** Variables of this package that a file replaces: what they describe stands in `tracer_provider`. */
const REPLACED = [
  'LLM_OTEL_SAMPLER',
  'LLM_OTEL_TAIL',
  'LLM_OTEL_CONSOLE',
  'LLM_OTEL_FILE',
  'LLM_OTEL_BACKEND',
] as const;

/** Variables of OpenTelemetry that hold beside a file. */
const KEPT: ReadonlySet<string> = new Set([
  'OTEL_CONFIG_FILE',
  'OTEL_EXPERIMENTAL_CONFIG_FILE',
  'OTEL_SDK_DISABLED',
  'OTEL_LOG_LEVEL',
  'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
  'OTEL_NODE_ENABLED_INSTRUMENTATIONS',
]);

/** Warnings about variables of this package that the file replaces. */
export function replacedVariables(env: Env, source: ConfigSource, hasTraces: boolean): string[] {
  if (source.isOverlay && !hasTraces) return [];
  return REPLACED.filter((name) => envText(env, name) !== undefined).map(
    (name) => `${name}: the configuration file ${source.path} goes before it; remove the variable or the file.`,
  );
}

/** Variables of OpenTelemetry that are set and not read, because a file replaces them all. */
export function ignoredVariables(env: Env, source: ConfigSource, used: ReadonlySet<string>): string[] {
  if (source.isOverlay) return [];
  return Object.keys(env)
    .filter(
      (name) => name.startsWith('OTEL_') && !KEPT.has(name) && !used.has(name) && envText(env, name) !== undefined,
    )
    .sort();
}
