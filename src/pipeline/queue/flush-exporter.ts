import type { Destination } from '../batches/destination.ts';
import type { Clock } from '../batches/pipeline-clock.ts';

/** True if the exporter has handed over all items within `ms`. */
export function flushExporter(
  exporter: Pick<Destination<object>, 'flush'>,
  ms: number,
  clock: Clock,
): Promise<boolean> {
  const flushed = exporter.flush?.();
  if (flushed === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(false));
    void flushed.then(() => {
      cancel();
      resolve(true);
    });
  });
}
