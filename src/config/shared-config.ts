import { type Config, resolveConfig } from './options.ts';

let shared: Config | undefined;

/** Makes the options of an instrumentation the options of the functions of `manual` too; the options of the last call win. */
export function shareConfig(config: Config): void {
  shared = config;
}

/** Options of the functions of `manual`: the options of an instrumentation, else the options of the environment. */
export function sharedConfig(): Config {
  shared ??= resolveConfig();
  return shared;
}
