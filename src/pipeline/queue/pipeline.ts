import type { PipelineSettings } from '../../config/sdk/pipeline-settings.ts';
import { Account } from '../batches/account.ts';
import type { Batch } from '../batches/batch.ts';
import type { Destination } from '../batches/destination.ts';
import { estimateSize, type Sized } from '../batches/estimate-size.ts';
import type { LastExport } from '../batches/last-export.ts';
import { CLOCK, type Clock } from '../batches/pipeline-clock.ts';
import { ExportReport } from '../shipping/export-report.ts';
import { sendingDeferred } from '../shipping/process-end.ts';
import { Shipper } from '../shipping/shipper.ts';
import { type BatchSizing, fixedSizing } from '../shipping/sizing.ts';
import type { Spool } from '../spool/spool.ts';
import type { Tail, TailHost } from '../tail/tail.ts';
import { flushExporter } from './flush-exporter.ts';
import { ItemQueue, isWithinBounds, type ProcessItems } from './item-queue.ts';
import { fitsProcess, shareMemory } from './memory-budget.ts';

/** What a pipeline is made of besides its settings. */
export interface PipelineParts<Item> {
  readonly destination: Destination<Item>;
  /** Steps; none by default. */
  readonly process?: ProcessItems<Item> | undefined;
  readonly spool?: Spool | undefined;
  /** Makes the tail decisions; every span is kept by default. */
  readonly createTail?: ((host: TailHost) => Tail) | undefined;
  readonly sizing?: BatchSizing | undefined;
  readonly clock?: Clock | undefined;
  /** Only the newest item is worth sending: cumulative metrics. */
  readonly newestOnly?: boolean | undefined;
}

/** Time in milliseconds for encoding in one turn of the event loop, begun slices not counted. */
const TURN_MS = 2;

/** What sets the bound by number. */
const QUEUE_SIZES = {
  traces: 'OTEL_BSP_MAX_QUEUE_SIZE (batch.max_queue_size)',
  logs: 'OTEL_BLRP_MAX_QUEUE_SIZE (batch.max_queue_size)',
  metrics: 'batch.max_queue_size',
} as const;

const NAMES = { traces: 'span', logs: 'log record', metrics: 'metric' } as const;

/**
 * Takes finished items and brings the items to one exporter. Items wait as objects until a batch is due, then as bytes until
 * the exporter has taken or refused the bytes, or a bound pushes them out.
 */
export class Pipeline<Item extends object> {
  readonly settings: PipelineSettings;
  readonly account = new Account();
  readonly report: ExportReport;
  readonly destination: Destination<Item>;
  readonly spool: Spool | undefined;
  /** Traces that wait for a decision. */
  readonly tail: Tail | undefined;
  readonly sizing: BatchSizing;
  readonly shipper: Shipper;
  readonly #clock: Clock;
  readonly #queue: ItemQueue<Item>;
  readonly #newestOnly: boolean;
  readonly #onShutdown: (() => void)[] = [];
  #cancelTimer: (() => void) | undefined;
  #isEncoding = false;
  #isFlushing = false;
  #isClosed = false;

  constructor(settings: PipelineSettings, parts: PipelineParts<Item>) {
    const { destination, spool, clock = CLOCK } = parts;
    this.settings = settings;
    this.destination = destination;
    this.spool = spool;
    this.sizing = parts.sizing ?? fixedSizing(settings.batch);
    this.#clock = clock;
    this.#newestOnly = parts.newestOnly === true;
    const to = destination.endpoint ?? destination.type;
    const words = { pipeline: settings.name, item: NAMES[settings.signal], to, advice: destination.advice };
    this.report = new ExportReport(words, clock);
    const { account, report, sizing } = this;
    this.shipper = new Shipper({ settings, destination, account, report, sizing, spool, clock });
    this.#queue = new ItemQueue<Item>({
      account,
      report,
      sizing,
      process: parts.process,
      encode: (items) => destination.encode(items),
      onBatch: (batch) => this.#takeBatch(batch),
    });
    this.tail = parts.createTail?.({
      clock,
      release: (item, size) => this.#enqueue(item as Item, size),
      discard: (count) => account.drop('tail', count),
      // Half of the bound stays for the queue: a trace that is kept has to find room.
      isOverBytes: (held) => held > this.maxQueueBytes / 2 || this.queueBytes > this.maxQueueBytes || !fitsProcess(0),
    });
    this.onShutdown(shareMemory(this));
  }

  /** Runs when the pipeline has been shut down. */
  onShutdown(run: () => void): void {
    this.#onShutdown.push(run);
  }

  /** The exporter as `status()` names the exporter. */
  get exporter(): { readonly type: string; readonly endpoint: string | undefined } {
    const { type, endpoint } = this.destination;
    return { type, endpoint };
  }

  /** True if the last export found a backend that does not take requests. */
  get isSilent(): boolean {
    return this.shipper.isSilent;
  }

  /** True while a request is on its way. */
  get isBusy(): boolean {
    return this.shipper.isBusy;
  }

  /** True if requests can be kept on disk. */
  get hasSpool(): boolean {
    return this.spool !== undefined;
  }

  /** Lets the exporter hand over all items in the last turn of the event loop. */
  endExporter(): void {
    this.destination.end?.();
  }

  /** Tells how many items the end of the process lost, and why. */
  tellLoss(reason: string): void {
    this.report.ended(this.account, reason);
  }

  /** Items that wait. */
  get queueSize(): number {
    return this.#queue.length + this.shipper.count;
  }

  /** Bytes that wait or are on their way. */
  get queueBytes(): number {
    return this.#queue.bytes + this.shipper.bytes + (this.tail?.bytes ?? 0);
  }

  /** Most of these bytes. */
  get maxQueueBytes(): number {
    return this.settings.batch.maxQueueBytes;
  }

  /** Takes an item. Steps and encoding run later, except where the queue is full. */
  add(item: Item): void {
    this.account.ended++;
    if (this.#isClosed) {
      this.account.drop('shutdown', 1);
      return;
    }
    const size = estimateSize(item as Sized);
    if (this.tail === undefined) this.#enqueue(item, size);
    else this.tail.add(item, size);
  }

  #enqueue(item: Item, size: number): void {
    if (!this.#fits(size) && !this.#makeRoom(size)) return;
    this.#queue.push(item, size);
    this.#startTimer();
    if (this.#queue.length >= this.sizing.size && !this.#isEncoding) this.#encodeSoon();
  }

  /** Takes an item, encodes the item at once and sends it. */
  addNow(item: Item): void {
    this.add(item);
    this.encodeNow();
    this.shipper.pump(1);
  }

  /** Encodes all items, in slices, and sends what is encoded. */
  flush(): void {
    this.#stopTimer();
    this.#isFlushing = true;
    if (!this.#isEncoding) this.#encodeSoon();
  }

  /** Encodes all items in this turn of the event loop, for flushes and the end of the process. */
  encodeNow(): void {
    this.#stopTimer();
    while (this.#queue.length > 0) this.#queue.encodeSlice();
  }

  /**
   * Sends all items. True when every item was sent or refused for good; false at the deadline, or as soon as the backend does
   * not take requests.
   */
  async forceFlush(timeoutMs: number): Promise<boolean> {
    const until = this.#clock.now() + timeoutMs;
    const letGo = this.#clock.keepAlive();
    this.tail?.decideAll();
    this.encodeNow();
    const endHurry = this.shipper.hurry();
    try {
      while (this.shipper.count > 0 || this.shipper.isBusy) {
        const left = until - this.#clock.now();
        if (left <= 0 || (!this.shipper.isBusy && sendingDeferred() === undefined)) return false;
        await this.shipper.ends.next(left);
      }
      return await flushExporter(this.destination, until - this.#clock.now(), this.#clock);
    } finally {
      letGo();
      endHurry();
    }
  }

  /** Flushes and takes no further items. What could not be sent goes to the spool, or is counted as lost. */
  async shutdown(timeoutMs: number): Promise<boolean> {
    this.#isClosed = true;
    const isSent = await this.forceFlush(timeoutMs);
    for (const last of this.takeAll()) last.settle(undefined);
    this.report.ended(this.account);
    this.spool?.close();
    for (const run of this.#onShutdown.splice(0)) run();
    await this.destination.shutdown?.();
    return isSent;
  }

  /** Takes everything that is not known to have arrived. The caller sends, and settles each export. */
  takeAll(): LastExport[] {
    this.tail?.decideAll();
    this.encodeNow();
    return this.shipper.takeAll();
  }

  #fits(size: number): boolean {
    const isWithin = isWithinBounds(this.settings.batch, this.queueSize + 1, this.queueBytes + size);
    return isWithin && fitsProcess(size);
  }

  /** Makes room for an item of `size`, or drops the item. Encoded items take less room than the estimate of the items. */
  #makeRoom(size: number): boolean {
    const { maxQueueBytes, maxQueueSize, overflow } = this.settings.batch;
    const isFull = maxQueueSize !== null && this.queueSize >= maxQueueSize;
    const reason = isFull ? 'queue_full' : 'queue_bytes';
    while (this.#queue.length > 0 && !this.#fits(size)) this.#queue.encodeSlice();
    this.shipper.pump(1);
    while (!this.#fits(size) && this.tail?.decideOldest());
    while (!this.#fits(size) && this.shipper.giveUpOldest(reason, overflow === 'drop_oldest'));
    if (this.#fits(size)) return true;
    this.account.drop(reason, 1);
    const bound = isFull ? `${maxQueueSize} items` : `${maxQueueBytes} bytes`;
    const variable = isFull ? QUEUE_SIZES[this.settings.signal] : 'LLM_OTEL_QUEUE_MAX_BYTES (batch.max_queue_bytes)';
    this.report.lost(
      1,
      `the queue of ${bound} is full because the backend takes items too slowly. Raise ${variable}, or keep requests on disk (LLM_OTEL_SPOOL)`,
    );
    return false;
  }

  #startTimer(): void {
    this.#cancelTimer ??= this.#clock.after(this.sizing.delay, () => this.flush());
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #encodeSoon(): void {
    this.#isEncoding = true;
    this.#clock.soon(() => this.#encodeTurn());
  }

  /**
   * Encodes slices until a batch or the time of one turn is used up, and goes on in the next turn of the event loop while a batch
   * is due. One slice a turn would fall behind an application that ends more spans in each turn: the spans would grow old.
   */
  #encodeTurn(): void {
    this.#isEncoding = false;
    const { size } = this.sizing;
    const least = this.#queue.length - size;
    const until = this.#clock.now() + TURN_MS;
    while (this.#queue.length > Math.max(0, least)) {
      this.#queue.encodeSlice();
      if (this.#clock.now() >= until) break;
    }
    if (this.shipper.count >= size) this.shipper.pump(size);
    if (this.#queue.length > 0 && (this.#isFlushing || this.queueSize >= size)) {
      this.#encodeSoon();
      return;
    }
    if (this.#isFlushing) this.shipper.pump(1);
    this.#isFlushing = false;
    this.#stopTimer();
    if (this.queueSize > 0) this.#startTimer();
  }

  #takeBatch(batch: Batch): void {
    if (this.#newestOnly) this.shipper.supersede();
    this.shipper.push(batch);
  }
}
