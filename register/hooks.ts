/** Watches for every SDK there is a provider for and patches what is loaded. */
import { resolveConfig } from '../src/config.ts';
import { hookModules } from '../src/patching/module-hooks.ts';
import { patchExports, scopeName } from '../src/patching/patch-provider.ts';
import { Patcher } from '../src/patching/patcher.ts';
import { warnOfUnpatched } from '../src/patching/unpatched.ts';
import { providers } from '../src/providers/index.ts';
import { Telemetry } from '../src/telemetry/telemetry.ts';
import { VERSION } from '../src/version.ts';

/** Installs the module hooks of all providers, with the options that the environment gives, and watches for gaps. */
export function installHooks(): void {
  const config = resolveConfig();
  const patchers = providers.map((provider) => ({
    provider,
    patcher: new Patcher(new Telemetry(scopeName(provider), VERSION, config)),
    inPackage: new RegExp(`[\\\\/]node_modules[\\\\/]${provider.module.replaceAll('/', '[\\\\/]')}[\\\\/]`),
  }));
  warnOfUnpatched(providers);
  hookModules(providers, (exports, location) => {
    for (const { provider, patcher, inPackage } of patchers)
      if (inPackage.test(location)) patchExports(provider, exports, patcher, location);
  });
}
