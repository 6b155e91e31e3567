import { switchedOffBy } from '../src/config/instrumentation-switches.ts';
import { checkVariableNames, type LlmOtelOptions, resolveConfig } from '../src/config/options.ts';
import { shareConfig } from '../src/config/shared-config.ts';
import { hookModules } from '../src/patching/loading/module-hooks.ts';
import { warnOfUnpatched } from '../src/patching/loading/warn-unpatched.ts';
import type { Sdk } from '../src/patching/provider.ts';
import { load } from '../src/pipeline/load.ts';
import { sdks } from '../src/providers/sdks.ts';
import { info } from '../src/runtime/log.ts';
import { CONTRIB_AWS_SDK, silenceContribBedrock } from './contrib-aws-sdk.ts';
import { CONTRIB_OPENAI, silenceContribOpenai } from './contrib-openai.ts';
import type { Variables } from './late-variables.ts';
import type { PatchLoaded } from './patch-on-load.ts';

/** Instrumentations that make spans for the same calls, by the SDK that is recorded here. */
const OTHERS = [
  { sdk: sdks.openai, files: CONTRIB_OPENAI, silence: silenceContribOpenai },
  { sdk: sdks.awsBedrock, files: CONTRIB_AWS_SDK, silence: silenceContribBedrock },
] as const;

/** Nothing takes the place of an instrumentation for an SDK that is switched off here. */
const othersBeside = (watched: readonly Sdk[]) => OTHERS.filter(({ sdk }) => watched.includes(sdk));

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
  const others = config.otherInstrumentations === 'keep' ? [] : othersBeside(watched);
  hookModules([...watched, ...others.map(({ files }) => files)], (exports, file) => {
    const other = OTHERS.find(({ files }) => files.module === file.module);
    if (other !== undefined) {
      other.silence(exports);
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
