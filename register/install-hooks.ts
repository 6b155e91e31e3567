import { switchedOffBy } from '../src/config/instrumentation-switches.ts';
import { checkVariableNames, type LlmOtelOptions, resolveConfig } from '../src/config/options.ts';
import { shareConfig } from '../src/config/shared-config.ts';
import { hookModules } from '../src/patching/loading/module-hooks.ts';
import { warnOfUnpatched } from '../src/patching/loading/warn-unpatched.ts';
import type { Sdk } from '../src/patching/provider.ts';
import { load } from '../src/pipeline/load.ts';
import { sdks } from '../src/providers/sdks.ts';
import { info } from '../src/runtime/log.ts';
import { CONTRIB_OPENAI, silenceContribOpenai } from './contrib-openai.ts';
import type { Variables } from './late-variables.ts';
import type { PatchLoaded } from './patch-on-load.ts';

/**
 * Patches every SDK of src/providers/sdks.ts on load, with the options of the variables, and warns about unpatched SDKs.
 * @param options options of `startTelemetry()`, which go before the variables
 * @returns npm names of the SDKs that this package alone records
 */
export function installHooks(variables: Variables, options?: LlmOtelOptions): readonly string[] {
  checkVariableNames(variables.atLoad);
  const config = resolveConfig(options, variables.atLoad);
  if (options !== undefined) shareConfig(config);
  const configAtFirstCall = once(() => {
    const env = variables.atFirstCall();
    return env === variables.atLoad ? config : resolveConfig(options, env);
  });
  const all: readonly Sdk[] = Object.values(sdks);
  const watched = all.filter((sdk) => {
    const variable = switchedOffBy(sdk.name, variables.atLoad);
    if (variable !== undefined) info(`${sdk.module} is not recorded, ${variable} switches ${sdk.name} off.`);
    return variable === undefined;
  });
  let patch: PatchLoaded | undefined;
  warnOfUnpatched(watched);
  const others = config.otherInstrumentations === 'keep' ? [] : [CONTRIB_OPENAI];
  hookModules([...watched, ...others], (exports, file) => {
    if (file.module === CONTRIB_OPENAI.module) {
      silenceContribOpenai(exports);
      return;
    }
    patch ??= load<typeof import('./patch-on-load.ts')>('register-providers').patcherOfLoaded(
      configAtFirstCall,
      config.propagateToProviders,
    );
    patch(exports, file);
  });
  return config.otherInstrumentations === 'keep' ? [] : watched.map(({ module }) => module);
}

function once<T>(read: () => T): () => T {
  let result: { value: T } | undefined;
  return () => {
    result ??= { value: read() };
    return result.value;
  };
}
