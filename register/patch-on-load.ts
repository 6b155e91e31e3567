/** Patches SDKs on load. A separate part of the build, so that a process without an SDK does not load all providers. */
import type { Config } from '../src/config/options.ts';
import { sendTraceContext } from '../src/patching/calls/send-trace-context.ts';
import type { OnLoad } from '../src/patching/loading/module-hooks.ts';
import { patchExports, scopeName } from '../src/patching/loading/patch-provider.ts';
import type { ProviderEntry } from '../src/patching/provider.ts';
import { Patcher } from '../src/patching/wrapping/patcher.ts';
import { providers } from '../src/providers/index.ts';
import { VERSION } from '../src/runtime/version.ts';
import { CallRecorder } from '../src/telemetry/call/call-recorder.ts';

/** Patches one file of an SDK. */
export type PatchLoaded = OnLoad;

/**
 * Creates the function that patches the files of all SDKs with the options of `config`, which is read at the first call.
 * `propagates`: requests to model providers carry the trace context.
 */
export function patcherOfLoaded(config: () => Config, propagates: boolean): PatchLoaded {
  if (propagates) sendTraceContext();
  const patchers = new Map<ProviderEntry, Patcher>();
  const patcherFor = (entry: ProviderEntry): Patcher => {
    const patcher = patchers.get(entry) ?? new Patcher(new CallRecorder(scopeName(entry), VERSION, config));
    patchers.set(entry, patcher);
    return patcher;
  };
  return (exports, file) => {
    for (const entry of Object.values(providers))
      if (entry.module === file.module) patchExports(entry.load(), exports, patcherFor(entry), file);
  };
}
