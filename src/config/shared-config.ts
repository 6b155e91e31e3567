import { type Config, resolveConfig } from './options.ts';

let shared: Config | undefined;

/** Lets what the application records itself follow the options that it gave to an instrumentation; the last ones win. */
export function shareConfig(config: Config): void {
  shared = config;
}

/** The options of what the application records itself: those of its instrumentations, else those of the environment. */
export function sharedConfig(): Config {
  shared ??= resolveConfig();
  return shared;
}
