import type { Env } from '../../config/env.ts';
import { type CommandContext, type CommandLine, type ExitCode, UsageError } from '../command.ts';
import { readSettings } from '../read-settings.ts';
import { effectiveConfig } from './effective-config.ts';
import { yamlLines } from './entry.ts';

/** `config [--check FILE]`: prints the configuration in use as a configuration file. */
export function run({ options, operands }: CommandLine, { env, print, report }: CommandContext): ExitCode {
  if (operands.length > 0)
    throw new UsageError(`config: expected no operand, got "${operands[0]}"; did you mean --check?`);
  const { check } = options;
  const checked = typeof check === 'string' ? environmentWith(env, check) : env;
  const read = readSettings(checked, report);
  if (read === undefined) return 1;
  const { sdk, source } = read;
  if (source === undefined) {
    print(
      ...yamlLines(effectiveConfig({ sdk, env, file: '', root: undefined, settings: undefined, isOverlay: false })),
    );
    return 0;
  }
  const { path: file, isOverlay, root, settings } = source;
  const shown = isOverlay ? checked : withoutStandard(checked);
  print(...yamlLines(effectiveConfig({ sdk, env: shown, file, root, settings, isOverlay })));
  return 0;
}

/** `FILE` in the place of the file that the environment names; a file over the environment stays one. */
function environmentWith(env: Env, file: string): Env {
  const {
    OTEL_CONFIG_FILE: standard,
    OTEL_EXPERIMENTAL_CONFIG_FILE: experimental,
    LLM_OTEL_CONFIG: overlay,
    ...rest
  } = env;
  const isOverlay = overlay === file && !standard && !experimental;
  return isOverlay ? { ...rest, LLM_OTEL_CONFIG: file } : { ...rest, OTEL_CONFIG_FILE: file };
}

const withoutStandard = (env: Env): Env =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('OTEL_')));
