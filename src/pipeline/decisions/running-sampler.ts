/** What a process keeps about its decisions. Small, because every process with an SDK of this package loads the file. */
import type { DecisionCounts } from './decision-counts.ts';

/** The sampler of the SDK of this package. */
export interface RunningSampler {
  readonly description: string;
  /** Undefined where decisions are not counted: samplers of the standard alone. */
  readonly counts: DecisionCounts | undefined;
}

let running: RunningSampler | undefined;
let isLogged = false;
let endLog = (): void => {};

/** Makes a sampler the sampler that `status()` and metrics show. */
export function setRunningSampler(sampler: RunningSampler): void {
  running = sampler;
}

/** The sampler of the SDK of this package, if the SDK runs. */
export const runningSampler = (): RunningSampler | undefined => running;

/** Switches the lines of tail decisions on or off. */
export function setSamplingLogged(isOn: boolean): void {
  isLogged = isOn;
}

/** True if tail decisions write a line each. */
export const isSamplingLogged = (): boolean => isLogged;

/** Sets what {@link endSamplingLog} does. */
export function whenSamplingEnds(run: () => void): void {
  endLog = run;
}

/** Writes what the log of decisions still has to say, at the end of the process. */
export function endSamplingLog(): void {
  endLog();
}
