import type { Env } from '../../config/env.ts';
import { configSource } from '../../config/file/config-source.ts';
import { switchedOffBy } from '../../config/instrumentation-switches.ts';
import { checkVariableNames, resolveConfig } from '../../config/options.ts';
import { type SdkSettings, sdkSettings } from '../../config/sdk/sdk-settings.ts';
import { treeSettings } from '../../config/sdk/tree-settings.ts';
import { load } from '../../pipeline/load.ts';
import { messagesTo } from '../../runtime/log.ts';

/** The settings of variables and configuration file, and the mistakes in both. */
export interface ReadSettings {
  readonly sdk: SdkSettings;
  readonly warnings: readonly string[];
  readonly configFile: { readonly path: string; readonly problems: readonly string[] } | undefined;
}

/** Reads all settings of `register`. */
export function readSettings(env: Env): ReadSettings {
  const warnings: string[] = [];
  const before = messagesTo((level, message) => {
    if (level === 'warn') warnings.push(message);
  });
  try {
    checkVariableNames(env);
    resolveConfig(undefined, env);
    switchedOffBy('', env);
    treeSettings(env);
    const ofVariables = sdkSettings(env);
    const source = configSource(env);
    if (source === undefined) return { sdk: ofVariables, warnings, configFile: undefined };
    const { problemLine, readConfigFile } = load<typeof import('../../pipeline/config-file.ts')>('config-file');
    const { problems, settings } = readConfigFile(env, source);
    const configFile = { path: source.path, problems: settings === undefined ? problems.map(problemLine) : [] };
    return { sdk: settings?.sdk ?? ofVariables, warnings, configFile };
  } finally {
    messagesTo(before);
  }
}
