import type { BatchSettings } from '../../config/sdk/pipeline-settings.ts';
import type { BatchSizing } from '../shipping/sizing.ts';

/** Largest factor of the batch size, up and down. */
const MOST_FACTOR = 4;
/** The delay goes down to a fifth. */
const LEAST_DELAY = 1 / 5;
/** An export slower than this part of the delay asks for larger batches. */
const SLOW = 1 / 2;

/**
 * Sizes that follow the load (`adaptive: true`): while items pile up or exports are slow, batches grow up to four times and go
 * sooner; while the pipeline is idle, batches shrink to a quarter, and the delay is the configured one again.
 */
export function adaptiveSizing({ maxExportBatchSize, scheduleDelay }: BatchSettings): BatchSizing {
  let factor = 1;
  let delayFactor = 1;
  return {
    get size() {
      return Math.max(1, Math.round(maxExportBatchSize * factor));
    },
    get delay() {
      return Math.round(scheduleDelay * delayFactor);
    },
    exported(ms, waiting) {
      const isBusy = waiting >= maxExportBatchSize * factor;
      if (isBusy || ms > scheduleDelay * SLOW) factor = Math.min(MOST_FACTOR, factor * 2);
      else if (waiting < (maxExportBatchSize * factor) / 2) factor = Math.max(1 / MOST_FACTOR, factor / 2);
      delayFactor = isBusy ? Math.max(LEAST_DELAY, delayFactor / 2) : Math.min(1, delayFactor * 2);
    },
  };
}
