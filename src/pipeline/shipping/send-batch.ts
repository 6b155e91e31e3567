import { firstLine, isLogged } from '../../runtime/log.ts';
import type { Batch } from '../batches/batch.ts';
import type { SendOutcome } from '../transport/outcome.ts';
import type { Breaker } from './breaker.ts';
import { type RetryWaits, sendWithRetries } from './retry.ts';
import type { ShipperParts } from './shipper-parts.ts';

/** Sends a batch, with retries. Never rejects. */
export async function sendBatch(
  batch: Batch,
  parts: ShipperParts,
  breaker: Breaker,
  waits: RetryWaits,
): Promise<SendOutcome> {
  const { settings, destination, clock } = parts;
  try {
    const one = {
      settings: settings.retry,
      breaker: settings.breaker,
      timeoutMs: destination.timeoutMs,
      retries: breaker.state !== 'half-open',
      send: async (timeoutMs: number) => {
        const began = clock.now();
        const outcome = await destination.send(batch, timeoutMs);
        tellRequest(parts, batch, outcome, clock.now() - began);
        return outcome;
      },
    };
    return await sendWithRetries(one, waits, clock);
  } catch (error) {
    return { ok: false, reason: firstLine(error), retryable: false, answered: false, drop: 'exporter_error' };
  }
}

/** Tells at the level `debug` what became of one request. */
export function tellRequest(
  { destination, report }: Pick<ShipperParts, 'destination' | 'report'>,
  batch: Batch,
  outcome: SendOutcome,
  ms?: number,
): void {
  if (isLogged('debug'))
    report.request({ count: batch.count, bytes: destination.request(batch)?.body.byteLength, ms }, outcome);
}
