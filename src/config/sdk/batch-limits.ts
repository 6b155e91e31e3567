import { type Env, envValue } from '../env.ts';
import { integerInRange, MAX_TIMER_MS } from '../parsers.ts';
import { warnUnusable } from '../unusable-value.ts';

/** How finished spans or log records are gathered into requests. */
export interface BatchLimits {
  readonly maxQueue: number;
  readonly maxBatch: number;
  readonly delayMs: number;
}

/** Milliseconds until a batch is sent, from the OpenTelemetry specification. */
const DEFAULT_DELAY_MS = { OTEL_BSP: 5000, OTEL_BLRP: 1000 } as const;

/** Reads `OTEL_BSP_*` or `OTEL_BLRP_*`. */
export function batchLimits(env: Env, prefix: keyof typeof DEFAULT_DELAY_MS): BatchLimits {
  const maxQueue = envValue(env, [`${prefix}_MAX_QUEUE_SIZE`], integerInRange(1), 2048);
  const batchName = `${prefix}_MAX_EXPORT_BATCH_SIZE`;
  const batch = envValue(env, [batchName], integerInRange(1), Math.min(512, maxQueue));
  if (batch > maxQueue) warnUnusable(batchName, String(batch), 'it is more than the queue holds', String(maxQueue));
  return {
    maxQueue,
    maxBatch: Math.min(batch, maxQueue),
    delayMs: envValue(env, [`${prefix}_SCHEDULE_DELAY`], integerInRange(0, MAX_TIMER_MS), DEFAULT_DELAY_MS[prefix]),
  };
}
