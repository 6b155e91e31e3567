import type { BatchSettings } from '../../config/sdk/pipeline-settings.ts';
import { firstLine } from '../../runtime/log.ts';
import type { Account, DropReason } from '../batches/account.ts';
import type { Batch } from '../batches/batch.ts';
import type { ExportReport } from '../shipping/export-report.ts';
import type { BatchSizing } from '../shipping/sizing.ts';

/** Most items, and estimated bytes, that are encoded in one turn of the event loop. */
const SLICE_ITEMS = 64;
const SLICE_BYTES = 262_144;

/** Prepares items for the exporter: returns the items that are left, and says why others were dropped. */
export type ProcessItems<Item> = (
  items: readonly Item[],
  drop: (reason: DropReason, count: number) => void,
) => readonly Item[];

/** What an item queue works with. */
export interface ItemQueueParts<Item> {
  readonly sizing: BatchSizing;
  readonly account: Account;
  readonly report: ExportReport;
  readonly process: ProcessItems<Item> | undefined;
  encode(items: readonly Item[]): Batch;
  /** Takes an encoded slice. */
  onBatch(batch: Batch): void;
}

/** Finished items, as objects, until a slice of them is encoded. */
export class ItemQueue<Item> {
  readonly #parts: ItemQueueParts<Item>;
  #items: Item[] = [];
  #sizes: number[] = [];
  /** Index of the oldest item: arrays are cut when half of them is empty. */
  #first = 0;
  /** Estimated bytes of all items. */
  bytes = 0;

  constructor(parts: ItemQueueParts<Item>) {
    this.#parts = parts;
  }

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: Item, size: number): void {
    this.#items.push(item);
    this.#sizes.push(size);
    this.bytes += size;
  }

  /** Runs the steps on the oldest items and encodes what is left. */
  encodeSlice(): void {
    const slice = this.#takeSlice();
    const { account, process } = this.#parts;
    if (process === undefined) {
      this.#encode(slice);
      return;
    }
    let left: readonly Item[];
    try {
      left = process(slice, (reason, count) => account.drop(reason, count));
    } catch (error) {
      this.#lose(slice, error);
      return;
    }
    if (left.length > 0) this.#encode(left);
  }

  /** Encodes items together; where that fails, each by itself, so that an item that throws takes no other with it. */
  #encode(items: readonly Item[]): void {
    let batch: Batch;
    try {
      batch = this.#parts.encode(items);
    } catch (error) {
      if (items.length === 1) this.#lose(items, error);
      else for (const item of items) this.#encode([item]);
      return;
    }
    this.#parts.onBatch(batch);
  }

  #lose(items: readonly Item[], error: unknown): void {
    this.#parts.account.drop('exporter_error', items.length);
    this.#parts.report.lost(items.length, `they could not be encoded (${firstLine(error)})`);
  }

  #takeSlice(): Item[] {
    const most = Math.min(this.length, sliceLength(this.#parts.sizing.size));
    let bytes = 0;
    let end = this.#first;
    while (end - this.#first < most && (end === this.#first || bytes < SLICE_BYTES)) bytes += this.#sizes[end++] ?? 0;
    const slice = this.#items.slice(this.#first, end);
    this.#first = end;
    this.bytes -= bytes;
    if (this.#first * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#sizes = this.#sizes.slice(this.#first);
      this.#first = 0;
    }
    return slice;
  }
}

/** Slices of equal length that add up to a batch. */
function sliceLength(batchSize: number): number {
  return Math.ceil(batchSize / Math.ceil(batchSize / SLICE_ITEMS));
}

/** True if `count` items and `bytes` bytes are within the bounds of `settings`. */
export function isWithinBounds({ maxQueueBytes, maxQueueSize }: BatchSettings, count: number, bytes: number): boolean {
  return bytes <= maxQueueBytes && (maxQueueSize === null || count <= maxQueueSize);
}
