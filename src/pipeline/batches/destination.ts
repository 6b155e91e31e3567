import type { Target } from '../../config/sdk/export-target.ts';
import type { SendOutcome } from '../transport/outcome.ts';
import type { Batch } from './batch.ts';

/** A request as plain data, for the thread that sends while this thread blocks. */
export interface PlainRequest {
  readonly target: Target;
  readonly body: Uint8Array;
}

/** Where the items of one pipeline go: one exporter. */
export interface Destination<Item> {
  /** `otel.component.type` of the exporter. */
  readonly type: string;
  /** Address without credentials; undefined for exporters without address. */
  readonly endpoint: string | undefined;
  /** Time in milliseconds for one export, retries included. */
  readonly timeoutMs: number;
  /** Turns items into the form in which they wait. Synchronous. */
  encode(items: readonly Item[]): Batch;
  /** Sends a batch. Never rejects. */
  send(batch: Batch, timeoutMs: number): Promise<SendOutcome>;
  /** The request of a batch; undefined if only this thread can export. */
  request(batch: Batch): PlainRequest | undefined;
  /** Sends a request that is bytes already: one from a disk. Only exporters that send requests. Never rejects. */
  sendBody?(body: Uint8Array, format: 'pb' | 'json', timeoutMs: number): Promise<SendOutcome>;
  /** Formats that {@link sendBody} can send. */
  takes?(format: 'pb' | 'json'): boolean;
  /** Lets the exporter hand over items held after the answer, for flushes. Never rejects. */
  flush?(): Promise<void>;
  /** The last call in a process: only the synchronous part counts. Never throws. */
  end?(): void;
  /** Frees what the exporter holds, when the pipeline is shut down. */
  shutdown?(): Promise<void>;
  /** What to check when nobody answers, and when the backend refuses. */
  readonly advice: { readonly silent: string; readonly refused: string };
}
