/**
 * Whether the time that the application takes for a chunk is measured. A switch of the process and no option of a call: the SDK of
 * this package decides with the metrics about the process.
 */

let isMeasured = false;

/** Switches the measuring for streams that start from now on. */
export function measureChunkProcessing(isOn: boolean): void {
  isMeasured = isOn;
}

/** Do streams that start now measure? */
export const measuresChunkProcessing = (): boolean => isMeasured;
