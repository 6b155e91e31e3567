import type { Env } from './env.ts';
import { envNumber, warnValue } from './env.ts';

/** How finished spans or log records are gathered into requests. */
export interface BatchLimits {
  readonly maxQueue: number;
  readonly maxBatch: number;
  readonly delayMs: number;
}

/** Reads `OTEL_BSP_*` or `OTEL_BLRP_*`. */
export function batchLimits(env: Env, prefix: 'OTEL_BSP' | 'OTEL_BLRP'): BatchLimits {
  const maxQueue = envNumber(env, [`${prefix}_MAX_QUEUE_SIZE`], { least: 1 }, 2048);
  const wanted = envNumber(env, [`${prefix}_MAX_EXPORT_BATCH_SIZE`], { least: 1 }, Math.min(512, maxQueue));
  if (wanted > maxQueue)
    warnValue(`${prefix}_MAX_EXPORT_BATCH_SIZE`, String(wanted), 'it is more than the queue holds', String(maxQueue));
  return {
    maxQueue,
    maxBatch: Math.min(wanted, maxQueue),
    delayMs: envNumber(
      env,
      [`${prefix}_SCHEDULE_DELAY`],
      { least: 0, most: 2_147_483_647 },
      prefix === 'OTEL_BSP' ? 5000 : 1000,
    ),
  };
}
