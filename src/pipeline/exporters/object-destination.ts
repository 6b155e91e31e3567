import { debug, firstLine } from '../../runtime/log.ts';
import { ItemBatch } from '../batches/batch.ts';
import type { Destination } from '../batches/destination.ts';
import { estimateSize, type Sized } from '../batches/estimate-size.ts';
import { CLOCK } from '../batches/pipeline-clock.ts';
import type { SendOutcome } from '../transport/outcome.ts';
import { withoutTracing } from './without-tracing.ts';

/** An exporter as the SDKs know exporters: `SpanExporter`, `LogRecordExporter`. */
export interface ObjectExporter<Item> {
  export(items: Item[], done: (result: { readonly code: number; readonly error?: Error }) => void): unknown;
  shutdown?(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/** `ExportResultCode.SUCCESS` */
const SUCCESS = 0;

const broken = (reason: string): SendOutcome => ({
  ok: false,
  reason,
  retryable: false,
  answered: false,
  drop: 'exporter_error',
});

/** The destination of an exporter that takes objects: the console, memory, a module or an exporter of the application. */
export function objectDestination<Item extends object>(
  type: string,
  exporter: ObjectExporter<Item>,
  timeoutMs: number,
): Destination<Item> {
  return {
    type,
    endpoint: undefined,
    timeoutMs,
    advice: { silent: 'Look at the exporter.', refused: 'Look at the exporter.' },
    encode: (items) =>
      new ItemBatch(
        items,
        items.reduce((sum, item) => sum + estimateSize(item as Sized), 0),
      ),
    send: (batch, ms) => exportObjects(exporter, (batch as ItemBatch<Item>).items, ms),
    request: () => undefined,
    flush: () => quietly(() => exporter.forceFlush?.()),
    end: () => void quietly(() => exporter.shutdown?.()),
    shutdown: async () => void (await exporter.shutdown?.()),
  };
}

/** Exporters of the application may throw and reject. */
async function quietly(run: () => Promise<void> | undefined): Promise<void> {
  try {
    await run();
  } catch (error) {
    debug(`an exporter failed: ${firstLine(error)}`);
  }
}

function outcomeOf(result: { readonly code: number; readonly error?: Error } | undefined): SendOutcome {
  if (result?.code === SUCCESS) return { ok: true };
  const reason = result?.error === undefined ? 'the exporter reported a failure' : firstLine(result.error);
  return { ok: false, reason, retryable: true, answered: false };
}

/** Calls the exporter once. An exporter that throws, rejects or stays silent has lost the items. */
function exportObjects<Item>(
  exporter: ObjectExporter<Item>,
  items: readonly Item[],
  timeoutMs: number,
): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const settle = (outcome: SendOutcome): void => {
      cancel();
      resolve(outcome);
    };
    const cancel = CLOCK.after(timeoutMs, () => settle(broken(`the exporter did not answer within ${timeoutMs} ms`)));
    const fail = (error: unknown): void => settle(broken(`the exporter threw: ${firstLine(error)}`));
    try {
      const returned = withoutTracing(() => exporter.export([...items], (result) => settle(outcomeOf(result))));
      // Also a promise of another realm, or of a library.
      void Promise.resolve(returned).catch(fail);
    } catch (error) {
      fail(error);
    }
  });
}
