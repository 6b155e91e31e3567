import { resolveConfig } from '../src/config/options.ts';
import { hookModules } from '../src/patching/loading/module-hooks.ts';
import { warnOfUnpatched } from '../src/patching/loading/warn-unpatched.ts';
import { load } from '../src/pipeline/load.ts';
import { sdks } from '../src/providers/sdks.ts';
import { CONTRIB_OPENAI, isContribOpenai, silenceContribOpenai } from './contrib-openai.ts';
import type { PatchLoaded } from './patch-on-load.ts';

/** Patches every SDK of src/providers/sdks.ts on load, with the options of the environment, and warns about unpatched SDKs. */
export function installHooks(): void {
  const config = resolveConfig();
  const watched = Object.values(sdks);
  let patch: PatchLoaded | undefined;
  warnOfUnpatched(watched);
  const others = config.otherInstrumentations === 'keep' ? [] : [CONTRIB_OPENAI];
  hookModules([...watched, ...others], (exports, location, bindings) => {
    if (isContribOpenai(location)) return silenceContribOpenai(exports);
    patch ??= load<typeof import('./patch-on-load.ts')>('register-providers').patcherOfLoaded(config);
    patch(exports, location, bindings);
  });
}
