/** Configuration files, with the checks that only the pipeline can make. Loaded only when a file is named. */

import type { Env } from '../config/env.ts';
import type { ConfigSource } from '../config/file/config-source.ts';
import {
  type CheckComponent,
  type ConfigFile,
  type ConfigProblem,
  readConfig,
  readConfigFile as readFile,
} from '../config/file/index.ts';
import { environment } from '../runtime/platform.ts';
import { compileMatch } from './match/compile-match.ts';

export { problemLine } from '../config/file/problem.ts';

/** One row a definition of the schema whose values the pipeline checks. */
const CHECKS = {
  LlmOtelMatch: compileMatch,
} as const satisfies Record<
  Parameters<CheckComponent>[0],
  (data: unknown, place: Parameters<CheckComponent>[2]) => unknown
>;

const CHECK: CheckComponent = (definition, data, place) => void CHECKS[definition](data, place);

/** Reads the file of `source`. Never throws. */
export function readConfigFile(env: Env, source: ConfigSource): ConfigFile {
  return readFile(env, source, CHECK);
}

/**
 * Checks the text of a configuration file, as `OTEL_CONFIG_FILE` names such a file. Returns no more than ten problems;
 * none if the file can be used.
 *
 * @example
 * for (const { line, column, pointer, message } of validateConfig(text, { file: 'otel.yaml' }))
 *   console.log(`${line}:${column} ${pointer}: ${message}`);
 */
export function validateConfig(text: string, { file }: { readonly file: string }): ConfigProblem[] {
  return [
    ...readConfig(text, environment(), { path: file, variable: 'OTEL_CONFIG_FILE', isOverlay: false }, CHECK).problems,
  ];
}
