/** Patches SDKs on load. A separate part of the build, so that a process without an SDK does not load all providers. */
import type { Config } from '../src/config/options.ts';
import type { OnLoad } from '../src/patching/loading/module-hooks.ts';
import { patchExports, scopeName } from '../src/patching/loading/patch-provider.ts';
import type { ProviderEntry } from '../src/patching/provider.ts';
import { Patcher } from '../src/patching/wrapping/patcher.ts';
import { providers } from '../src/providers/index.ts';
import { VERSION } from '../src/runtime/version.ts';
import { CallRecorder } from '../src/telemetry/call/call-recorder.ts';

/** Patches one file of an SDK: the exports, the location and the bindings of the file. */
export type PatchLoaded = OnLoad;

/** Creates the function that patches the files of all SDKs with the options of `config`, which is read at the first call. */
export function patcherOfLoaded(config: () => Config): PatchLoaded {
  const entries = Object.values(providers).map((entry) => ({
    entry,
    inPackage: new RegExp(`[\\\\/]node_modules[\\\\/]${entry.module.replaceAll('/', '[\\\\/]')}[\\\\/]`),
  }));
  const patchers = new Map<ProviderEntry, Patcher>();
  const patcherFor = (entry: ProviderEntry): Patcher => {
    const patcher = patchers.get(entry) ?? new Patcher(new CallRecorder(scopeName(entry), VERSION, config));
    patchers.set(entry, patcher);
    return patcher;
  };
  return (exports, location, bindings) => {
    for (const { entry, inPackage } of entries)
      if (inPackage.test(location)) patchExports(entry.load(), exports, patcherFor(entry), { location, bindings });
  };
}
