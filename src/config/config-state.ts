import type { ConfigProblem } from './file/problem.ts';

/** Where the settings of the running process come from. */
export interface ConfigState {
  /** Path of the configuration file, or `environment`. */
  readonly source: string;
  /** Why the file cannot be used; empty if all is well. */
  readonly problems: readonly ConfigProblem[];
}

let state: ConfigState = { source: 'environment', problems: [] };

/** Notes where the settings come from. */
export function setConfigState(current: ConfigState): void {
  state = current;
}

/** Where the settings come from: for `status()`. */
export const configState = (): ConfigState => state;
