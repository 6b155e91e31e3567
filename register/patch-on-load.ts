/** Patches SDKs as they are loaded. A part of its own: a process that loads none does without all of it. */
import type { Config } from '../src/config/options.ts';
import type { OnLoad } from '../src/patching/loading/module-hooks.ts';
import { patchExports, scopeName } from '../src/patching/loading/patch-provider.ts';
import type { ProviderEntry } from '../src/patching/provider.ts';
import { Patcher } from '../src/patching/wrapping/patcher.ts';
import { providers } from '../src/providers/index.ts';
import { VERSION } from '../src/runtime/version.ts';
import { CallRecorder } from '../src/telemetry/call/call-recorder.ts';

/** Takes what a file of an SDK exports, where it was loaded from, and its bindings. */
export type PatchLoaded = OnLoad;

/** Makes the one that patches for `config`. */
export function patcherOfLoaded(config: Config): PatchLoaded {
  const known = Object.values(providers).map((entry) => ({
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
    for (const { entry, inPackage } of known)
      if (inPackage.test(location)) patchExports(entry.load(), exports, patcherFor(entry), { location, bindings });
  };
}
