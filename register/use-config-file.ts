import { setConfigState } from '../src/config/config-state.ts';
import type { Env } from '../src/config/env.ts';
import { configSource } from '../src/config/file/config-source.ts';
import type { FileSettings } from '../src/config/file/index.ts';
import { setFileSwitches } from '../src/config/instrumentation-switches.ts';
import { setFileLogLevel } from '../src/config/log-level.ts';
import { setFileOptions } from '../src/config/options.ts';
import { load } from '../src/pipeline/load.ts';
import { info, warn } from '../src/runtime/log.ts';

/** What a configuration file says, or `unusable`; undefined if no variable names a file. */
export function useConfigFile(env: Env): FileSettings | 'unusable' | undefined {
  const source = configSource(env);
  if (source === undefined) return undefined;
  const { readConfigFile, problemLine } = load<typeof import('../src/pipeline/config-file.ts')>('config-file');
  const file = readConfigFile(env, source);
  setConfigState({ source: file.path, problems: file.problems });
  const { settings } = file;
  if (settings?.logLevel !== undefined) setFileLogLevel(settings.logLevel);
  for (const problem of file.problems) warn(problemLine(problem));
  for (const problem of file.warnings) warn(problemLine(problem));
  if (settings === undefined) return 'unusable';
  for (const message of file.replaced) warn(message);
  if (file.ignored.length > 0)
    info(`${file.path} holds in place of the environment; not read: ${file.ignored.join(', ')}`);
  setFileSwitches(settings.sdks);
  setFileOptions({ options: settings.options, replacesStandard: !source.isOverlay });
  return settings;
}
