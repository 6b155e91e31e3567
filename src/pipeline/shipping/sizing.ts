import type { BatchSettings } from '../../config/sdk/pipeline-settings.ts';

/** How large batches are and how long items wait. */
export interface BatchSizing {
  /** Items of a full batch. */
  readonly size: number;
  /** Milliseconds after which a batch that is not full is sent. */
  readonly delay: number;
  /** An export took `ms`, and `waiting` items are left. */
  exported(ms: number, waiting: number): void;
}

/** Sizes that never change. */
export function fixedSizing({ maxExportBatchSize, scheduleDelay }: BatchSettings): BatchSizing {
  return { size: maxExportBatchSize, delay: scheduleDelay, exported() {} };
}
