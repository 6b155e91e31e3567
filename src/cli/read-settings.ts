import type { Env } from '../config/env.ts';
import { configSource } from '../config/file/config-source.ts';
import type { FileSettings } from '../config/file/index.ts';
import type { Section } from '../config/file/model/section.ts';
import { setFileOptions } from '../config/options.ts';
import { type SdkSettings, sdkSettings } from '../config/sdk/sdk-settings.ts';
import { load } from '../pipeline/load.ts';

/** The settings in use. */
export interface ReadSettings {
  readonly sdk: SdkSettings;
  /** The configuration file; undefined without a file. */
  readonly source:
    | {
        readonly path: string;
        /** The file is laid over the environment. */
        readonly isOverlay: boolean;
        readonly root: Section | undefined;
        readonly settings: FileSettings;
      }
    | undefined;
}

/**
 * Reads the settings in use, from the configuration file and the environment, and reports what is wrong with the file. Options of the
 * file hold for the process from now on.
 * @returns undefined if the file cannot be used
 */
export function readSettings(env: Env, report: (message: string) => void): ReadSettings | undefined {
  const source = configSource(env);
  if (source === undefined) return { sdk: sdkSettings(env), source: undefined };
  const { path, isOverlay } = source;
  const { problemLine, readConfigFile } = load<typeof import('../pipeline/config-file.ts')>('config-file');
  const { problems, warnings, replaced, ignored, settings, root } = readConfigFile(env, source);
  for (const problem of [...problems, ...warnings]) report(problemLine(problem));
  if (settings === undefined) return undefined;
  for (const message of replaced) report(message);
  if (ignored.length > 0) report(`${path} holds in place of the environment; not read: ${ignored.join(', ')}`);
  setFileOptions({ options: settings.options, replacesStandard: !isOverlay });
  return { sdk: settings.sdk, source: { path, isOverlay, root, settings } };
}
