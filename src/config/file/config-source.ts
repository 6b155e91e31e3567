import { warnOnce } from '../../runtime/log.ts';
import { type Env, envText } from '../env.ts';

/** The configuration file that the environment names. */
export interface ConfigSource {
  /** Path as the user wrote the path. */
  readonly path: string;
  /** Variable that names the file. */
  readonly variable: 'OTEL_CONFIG_FILE' | 'OTEL_EXPERIMENTAL_CONFIG_FILE' | 'LLM_OTEL_CONFIG';
  /** The file is laid over the environment, section by section; otherwise the file replaces every `OTEL_*` variable. */
  readonly isOverlay: boolean;
}

/** Finds the configuration file; undefined if no variable names a file. Warns about variables that are not used. */
export function configSource(env: Env): ConfigSource | undefined {
  const standard = envText(env, 'OTEL_CONFIG_FILE');
  const experimental = envText(env, 'OTEL_EXPERIMENTAL_CONFIG_FILE');
  const overlay = envText(env, 'LLM_OTEL_CONFIG');
  if (experimental !== undefined)
    warnOnce(
      `OTEL_EXPERIMENTAL_CONFIG_FILE: the name is deprecated${standard === undefined ? '' : ' and OTEL_CONFIG_FILE goes before it'}; use OTEL_CONFIG_FILE.`,
    );
  const path = standard ?? experimental;
  if (path === undefined)
    return overlay === undefined ? undefined : { path: overlay, variable: 'LLM_OTEL_CONFIG', isOverlay: true };
  const variable = standard === undefined ? 'OTEL_EXPERIMENTAL_CONFIG_FILE' : 'OTEL_CONFIG_FILE';
  if (overlay !== undefined) warnOnce(`LLM_OTEL_CONFIG: ${variable} is set too and goes before it; it is not read.`);
  return { path, variable, isOverlay: false };
}
