/** Patches SDKs as they are loaded. A part of its own: a process that loads none does without all of it. */
import type { Config } from '../src/config.ts';
import type { OnLoad } from '../src/patching/module-hooks.ts';
import { patchExports, scopeName } from '../src/patching/patch-provider.ts';
import { Patcher } from '../src/patching/patcher.ts';
import { providers } from '../src/providers/index.ts';
import { Telemetry } from '../src/telemetry/telemetry.ts';
import { VERSION } from '../src/version.ts';

/** Takes what a file of an SDK exports, where it was loaded from, and its bindings. */
export type PatchLoaded = OnLoad;

/** Makes the one that patches for `config`. */
export function patcherOfLoaded(config: Config): PatchLoaded {
  const patchers = providers.map((provider) => ({
    provider,
    patcher: new Patcher(new Telemetry(scopeName(provider), VERSION, config)),
    inPackage: new RegExp(`[\\\\/]node_modules[\\\\/]${provider.module.replaceAll('/', '[\\\\/]')}[\\\\/]`),
  }));
  return (exports, location, bindings) => {
    for (const { provider, patcher, inPackage } of patchers)
      if (inPackage.test(location)) patchExports(provider, exports, patcher, { location, bindings });
  };
}
